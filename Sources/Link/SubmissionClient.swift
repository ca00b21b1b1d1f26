import Base
package import Crypto
package import Jobs
package import Mail
import Routes

/// How the network is reached, for every route alike.
package struct NetworkSettings: Sendable, Equatable {
  /// What is made of IPv6 addresses (`network.ipv6`).
  package enum IPv6: String, Sendable, CaseIterable {
    /// Both families race; IPv4 comes first where the route wants it.
    case auto
    case off
    /// IPv4 only where IPv6 has failed.
    case prefer
  }

  /// Name servers as "address:port"; empty for the system's.
  package var nameServers: [String]
  /// The local address to connect from; nil leaves it to the routing table.
  package var sourceAddress: String?
  package var ipv6: IPv6
  /// Files with the keys that the validation of names begins with; empty for the system's. The first that is there
  /// is taken.
  package var anchorFiles: [String]
  /// "http://host:port", through which HTTPS goes; mail does not.
  package var proxy: String?

  package init(
    nameServers: [String] = [], sourceAddress: String? = nil, ipv6: IPv6 = .auto, anchorFiles: [String] = [],
    proxy: String? = nil
  ) {
    self.nameServers = nameServers
    self.sourceAddress = sourceAddress
    self.ipv6 = ipv6
    self.anchorFiles = anchorFiles
    self.proxy = proxy
  }
}

/// Submits messages over SMTP, on the caller's thread: one connection an attempt, or one for each host that fails before
/// it has heard of the message.
package struct SubmissionClient: Outbox, Sendable {
  private let network: NetworkSettings
  private let sessions: TLSSessionStore
  private let clock: WaitClock

  /// - Parameter sessions: of earlier connections, which those of this client may go on with.
  package init(
    network: NetworkSettings = NetworkSettings(), sessions: TLSSessionStore = TLSSessionStore(),
    clock: WaitClock = WaitClock()
  ) {
    self.network = network
    self.sessions = sessions
    self.clock = clock
  }

  package func deliver(
    _ transmission: Transmission, body: MessageSource, recordIntent: IntentRecorder,
    progress: (DeliveryProgress) -> Void, interrupt: Int32?
  ) -> DeliveryReport {
    let began = Deadline.now
    var report: DeliveryReport
    do throws(DeliveryFault) {
      let dialer = try RouteDialer(
        transmission.route, network: network, keys: publishedKeys(interrupt), clock: clock, interrupt: interrupt)
      var search = HostSearch(
        transmission, dialer, context: try tlsContext(of: transmission.route), sessions: sessions, clock: clock)
      report = try search.run(body, recordIntent, progress)
    } catch {
      report = DeliveryReport(everyoneOf: transmission, failed: error)
    }
    report.seconds = Deadline.now.since(began).inSeconds
    return report
  }

  private func tlsContext(of route: Route) throws(DeliveryFault) -> TLSContext? {
    if route.tlsMode == .off { return nil }
    do throws(TLSFault) {
      return try TLSContext(route.tls, identity: route.certificate?.load())
    } catch {
      throw .tls(error)
    }
  }

  private func publishedKeys(_ interrupt: Int32?) -> PublishedKeys {
    let anchors = network.anchorFiles.isEmpty ? ValidatedLookup.systemAnchorFiles : network.anchorFiles
    return PublishedKeys(
      lookup: ValidatedLookup(servers: network.nameServers, anchorFiles: anchors, interrupt: interrupt))
  }
}

extension DeliveryReport {
  /// An attempt that came to nothing for all recipients alike, before any server was asked.
  package init(everyoneOf transmission: Transmission, failed fault: DeliveryFault) {
    self.init(outcomes: transmission.recipients.map { _ in .failed(fault) })
  }
}
