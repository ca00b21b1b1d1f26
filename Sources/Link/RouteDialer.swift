import Base
import Crypto
import Glibc
import Jobs
import Mail
import Routes

/// A host that was connected to for a route.
struct ReachedHost {
  /// The name that the certificate must have; a mail exchanger's own, not its domain's.
  let name: String
  /// What a signed zone says of it; none where the route does not verify by that.
  let records: [TLSARecord]
  let connection: Connection
}

/// From a route to connections: names looked up, addresses put in their order.
struct RouteDialer {
  let route: Route
  let interrupt: StopSignal
  private let network: NetworkSettings
  private let keys: PublishedKeys
  private let clock: Clock
  private let port: UInt16
  private let source: SocketAddress?

  /// For the look-up of one name.
  static let lookupSeconds = 20

  init(
    _ route: Route, network: NetworkSettings, keys: PublishedKeys, clock: Clock, interrupt: StopSignal
  ) throws(DeliveryFault) {
    guard let port = UInt16(exactly: route.port), port != 0 else {
      throw .connect(host: route.server, port: route.port, detail: "not a port number")
    }
    self.route = route
    self.network = network
    self.keys = keys
    self.clock = clock
    self.interrupt = interrupt
    self.port = port
    source = try Self.source(network, route)
  }

  private static func source(_ network: NetworkSettings, _ route: Route) throws(DeliveryFault) -> SocketAddress? {
    guard let text = network.sourceAddress else { return nil }
    if let source = SocketAddress(text, port: 0) { return source }
    throw .connect(host: route.server, port: route.port, detail: "the source address \"\(text)\" is not an IP address")
  }

  private var lookup: NameLookup {
    NameLookup(servers: network.nameServers, clock: clock, interrupt: interrupt)
  }

  /// The hosts to try, in order.
  func hosts() throws(DeliveryFault) -> [String] {
    if route.finding == .host { return [route.server] }
    var random = SystemRandomNumberGenerator()
    switch MailExchangers(try exchangers(), of: route.server, using: &random) {
    case .hosts(let hosts): return hosts
    case .none: throw .nullExchanger(domain: route.server)
    case .noDomain: throw .nameNotFound(host: route.server)
    case .unknown(let detail): throw .nameServerFailure(host: route.server, detail: detail)
    }
  }

  private func exchangers() throws(DeliveryFault) -> NameAnswer {
    if route.isVouchedForByZone { return try keys.exchangers(of: route.server) }
    return try lookup.answer(to: route.server, .exchanger, until: clock.after(.seconds(Self.lookupSeconds)))
  }

  func records(of host: String) throws(DeliveryFault) -> [TLSARecord] {
    route.isVouchedForByZone ? try keys.records(of: host, port: route.port) : []
  }

  /// The addresses of a host, bounded, of both families where it has both, in the order they are to be tried.
  func addresses(of host: String, most: Int) throws(DeliveryFault) -> [SocketAddress] {
    let found = try lookup.addresses(of: host, port: port, until: clock.after(.seconds(Self.lookupSeconds)))
    let reachable = found.filter { source == nil || $0.family == source?.family }
    if reachable.isEmpty {
      let detail = "the source address \(source?.host ?? "") and the server's addresses are not both IPv4 or IPv6"
      throw .connect(host: host, port: route.port, detail: detail)
    }
    let rounds = rounds(of: reachable)
    if rounds.isEmpty {
      throw .connect(host: host, port: route.port, detail: "it has only IPv6 addresses, and network.ipv6 is off")
    }
    return Connector.entrants(among: rounds.flatMap(\.self), most: most)
  }

  /// Connects to one of a host's addresses.
  func connect(to addresses: [SocketAddress], of host: String) throws(DeliveryFault) -> Connection {
    let connector = Connector(source: source, interrupt: interrupt, clock: clock)
    let rounds = rounds(of: addresses)
    for round in rounds.dropLast() {
      do throws(DeliveryFault) {
        return try connector.connect(to: round, host: host, port: route.port)
      } catch {
        if case .interrupted = error { throw error }
      }
    }
    return try connector.connect(to: rounds.last ?? [], host: host, port: route.port)
  }

  /// Addresses that race with each other; a later round runs when the one before has failed.
  private func rounds(of addresses: [SocketAddress]) -> [[SocketAddress]] {
    let four = addresses.filter { !$0.isIPv6 }
    let six = addresses.filter(\.isIPv6)
    return switch network.ipv6 {
    case .off: [four].filter { !$0.isEmpty }
    case .prefer: [six, four].filter { !$0.isEmpty }
    // A race could be won by IPv6, which such a server takes from hosts with reverse DNS and SPF only.
    case .auto where route.prefersIPv4: [four, six].filter { !$0.isEmpty }
    case .auto: [addresses]
    }
  }
}
