import Base
import Crypto
import Glibc
package import Jobs
package import Mail
import Routes

/// How the network is reached, for every route alike.
package struct NetworkSettings: Sendable, Equatable {
  /// Name servers as "address:port"; empty for the system's.
  package var nameServers: [String]
  /// The local address to connect from; nil leaves it to the routing table.
  package var sourceAddress: String?
  /// "http://host:port", through which HTTPS goes; mail does not.
  package var proxy: String?

  package init(nameServers: [String] = [], sourceAddress: String? = nil, proxy: String? = nil) {
    self.nameServers = nameServers
    self.sourceAddress = sourceAddress
    self.proxy = proxy
  }
}

/// Submits messages over SMTP: one connection an attempt, on the caller's thread.
package struct SubmissionClient: Outbox, Sendable {
  private let network: NetworkSettings
  private let clock: WaitClock

  /// For the name look-up as a whole.
  private static let lookupSeconds = 20

  package init(network: NetworkSettings = NetworkSettings(), clock: WaitClock = WaitClock()) {
    self.network = network
    self.clock = clock
  }

  package func deliver(
    _ transmission: Transmission, body: MessageSource, recordIntent: IntentRecorder,
    progress: (DeliveryProgress) -> Void, interrupt: Int32?
  ) -> DeliveryReport {
    let began = Deadline.now
    var report: DeliveryReport
    do throws(DeliveryFault) {
      let context = try tlsContext(of: transmission.route)
      let connection = try connect(to: transmission.route, progress, interrupt)
      var submission = try Submission(transmission, over: connection, context, clock: clock, interrupt: interrupt)
      report = submission.run(body, recordIntent, progress)
    } catch {
      report = DeliveryReport(everyoneOf: transmission, failed: error)
    }
    report.seconds = Deadline.now.since(began).inSeconds
    return report
  }

  private func tlsContext(of route: Route) throws(DeliveryFault) -> TLSContext? {
    if route.tlsMode == .off { return nil }
    do throws(TLSFault) {
      return try TLSContext(route.tls)
    } catch {
      throw .tls(error)
    }
  }

  private func connect(
    to route: Route, _ progress: (DeliveryProgress) -> Void, _ interrupt: Int32?
  ) throws(DeliveryFault) -> Connection {
    guard let port = UInt16(exactly: route.port), port != 0 else {
      throw .connect(host: route.server, port: route.port, detail: "no port has that number")
    }
    progress(.stage(.lookup))
    let lookup = NameLookup(servers: network.nameServers, interrupt: interrupt)
    let addresses = try lookup.addresses(
      of: route.server, port: port, until: .after(.seconds(Self.lookupSeconds)))
    progress(.stage(.connect))
    let source = try sourceAddress(for: route)
    let connector = Connector(source: source, interrupt: interrupt, clock: clock)
    let reachable = addresses.filter { source == nil || $0.family == source?.family }
    if reachable.isEmpty {
      let detail = "the source address \(source?.host ?? "") is of another family than the server's addresses"
      throw .connect(host: route.server, port: route.port, detail: detail)
    }
    let connection = try connector.connect(to: reachable, host: route.server, port: route.port)
    progress(.connected(peer: connection.peer.text))
    return connection
  }

  private func sourceAddress(for route: Route) throws(DeliveryFault) -> SocketAddress? {
    guard let text = network.sourceAddress else { return nil }
    if let source = SocketAddress(text, port: 0) { return source }
    throw .connect(host: route.server, port: route.port, detail: "the source address \"\(text)\" is no IP address")
  }
}

extension DeliveryReport {
  /// An attempt that came to nothing for all recipients alike, before any server was asked.
  package init(everyoneOf transmission: Transmission, failed fault: DeliveryFault) {
    self.init(outcomes: transmission.recipients.map { _ in .failed(fault) })
  }
}
