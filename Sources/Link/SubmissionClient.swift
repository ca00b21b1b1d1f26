import Base
import Crypto
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

/// Submits messages over SMTP: one connection an attempt, on the caller's thread.
package struct SubmissionClient: Outbox, Sendable {
  private let network: NetworkSettings
  private let clock: WaitClock

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
      let dialer = RouteDialer(network: network, clock: clock, interrupt: interrupt)
      let reached = try dialer.connect(to: transmission.route, progress)
      let records = try publishedKeys(interrupt).records(of: reached.name, for: transmission.route)
      var submission = try Submission(
        transmission, over: reached, context, records: records, clock: clock, interrupt: interrupt)
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
