import Base
import Glibc
import Jobs
import Mail
import Routes

/// The host that was reached for a route.
struct ReachedHost {
  /// Whose name the certificate has to carry; of a mail exchanger its own, not its domain's.
  let name: String
  let connection: Connection
}

/// From a route to a connection: the names looked up, the hosts tried in order.
struct RouteDialer {
  let network: NetworkSettings
  let clock: WaitClock
  let interrupt: Int32?

  /// For the look-up of one name.
  static let lookupSeconds = 20

  func connect(to route: Route, _ progress: (DeliveryProgress) -> Void) throws(DeliveryFault) -> ReachedHost {
    guard let port = UInt16(exactly: route.port), port != 0 else {
      throw .connect(host: route.server, port: route.port, detail: "no port has that number")
    }
    progress(.stage(.lookup))
    let hosts = try hosts(of: route)
    let source = try sourceAddress(for: route)
    var last = DeliveryFault.nameNotFound(host: route.server)
    for host in hosts {
      do throws(DeliveryFault) {
        let connection = try connect(to: host, port: port, of: route, from: source, progress)
        progress(.connected(peer: connection.peer.text))
        return ReachedHost(name: host, connection: connection)
      } catch {
        if case .interrupted = error { throw error }
        // That a name is missing or unknown says less than that a host was there and did not answer.
        if case .connect = last, !error.isAboutConnecting { continue }
        last = error
      }
    }
    throw last
  }

  /// The hosts to try, in order.
  private func hosts(of route: Route) throws(DeliveryFault) -> [String] {
    if route.finding == .host { return [route.server] }
    let lookup = NameLookup(servers: network.nameServers, interrupt: interrupt)
    let answer = try lookup.answer(to: route.server, .exchanger, until: .after(.seconds(Self.lookupSeconds)))
    var random = SystemRandomNumberGenerator()
    switch MailExchangers(answer, of: route.server, using: &random) {
    case .hosts(let hosts): return hosts
    case .none: throw .nullExchanger(domain: route.server)
    case .noDomain: throw .nameNotFound(host: route.server)
    case .unknown(let detail): throw .nameServerFailure(host: route.server, detail: detail)
    }
  }

  private func connect(
    to host: String, port: UInt16, of route: Route, from source: SocketAddress?,
    _ progress: (DeliveryProgress) -> Void
  ) throws(DeliveryFault) -> Connection {
    let lookup = NameLookup(servers: network.nameServers, interrupt: interrupt)
    let found = try lookup.addresses(of: host, port: port, until: .after(.seconds(Self.lookupSeconds)))
    progress(.stage(.connect))
    let reachable = found.filter { source == nil || $0.family == source?.family }
    if reachable.isEmpty {
      let detail = "the source address \(source?.host ?? "") is of another family than the server's addresses"
      throw .connect(host: host, port: route.port, detail: detail)
    }
    let rounds = rounds(of: reachable, for: route)
    if rounds.isEmpty {
      throw .connect(host: host, port: route.port, detail: "it has IPv6 addresses only, and network.ipv6 is off")
    }
    let connector = Connector(source: source, interrupt: interrupt, clock: clock)
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
  private func rounds(of addresses: [SocketAddress], for route: Route) -> [[SocketAddress]] {
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

  private func sourceAddress(for route: Route) throws(DeliveryFault) -> SocketAddress? {
    guard let text = network.sourceAddress else { return nil }
    if let source = SocketAddress(text, port: 0) { return source }
    throw .connect(host: route.server, port: route.port, detail: "the source address \"\(text)\" is no IP address")
  }
}

extension DeliveryFault {
  fileprivate var isAboutConnecting: Bool { if case .connect = self { true } else { false } }
}
