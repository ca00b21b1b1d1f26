package import Base
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
  private let clock: Clock

  /// - Parameter sessions: TLS sessions of earlier connections, to resume; by the same clock.
  package init(network: NetworkSettings = NetworkSettings(), sessions: TLSSessionStore, clock: Clock) {
    self.network = network
    self.sessions = sessions
    self.clock = clock
  }

  package func deliver(
    _ transmission: Transmission, body: MessageSource, recordIntent: IntentRecorder,
    progress: (DeliveryProgress) -> Void, interrupt: StopSignal
  ) -> DeliveryReport {
    deliver(
      transmission, by: nil, body: body, recordIntent: recordIntent, progress: progress, interrupt: interrupt)
  }

  /// Begins a session for a message that is still being made.
  ///
  /// - Throws: why there is no thread for it.
  package func open(_ caller: Caller) throws(SystemError) -> Opening {
    try Opening(caller, clock: clock) { interrupt, progress in search(caller, interrupt: interrupt, progress) }
  }

  /// The same by a session that was opened ahead, where it is one of the same caller's and sound. What it was refused for
  /// good is the outcome: nothing is tried again because it was tried ahead.
  package func deliver(
    _ transmission: Transmission, by opening: Opening?, body: MessageSource,
    recordIntent: IntentRecorder, progress: (DeliveryProgress) -> Void, interrupt: StopSignal
  ) -> DeliveryReport {
    let began = clock.now
    if let outcome = opening?.handOver(to: transmission.caller, interrupt: interrupt, progress) {
      let report = talk(outcome, transmission, body, recordIntent, progress, since: began)
      if !report.isOfLostRest { return report }
    }
    let outcome = search(transmission.caller, interrupt: interrupt, progress)
    return talk(outcome, transmission, body, recordIntent, progress, since: began)
  }

  private func search(
    _ caller: Caller, interrupt: StopSignal, _ progress: (DeliveryProgress) -> Void
  ) -> HostSearch.Outcome {
    do throws(DeliveryFault) {
      let dialer = try RouteDialer(
        caller.route, network: network, keys: publishedKeys(interrupt), clock: clock, interrupt: interrupt)
      var search = HostSearch(
        caller, dialer, context: try tlsContext(of: caller.route), sessions: sessions, clock: clock)
      return try search.run(progress)
    } catch {
      return .failure(DeliveryReport(failed: error))
    }
  }

  private func talk(
    _ outcome: consuming HostSearch.Outcome, _ transmission: Transmission, _ body: MessageSource,
    _ recordIntent: IntentRecorder, _ progress: (DeliveryProgress) -> Void, since began: Deadline
  ) -> DeliveryReport {
    var report: DeliveryReport
    switch consume outcome {
    case .session(var session): report = session.deliver(transmission, body, recordIntent, progress)
    case .failure(let failure):
      report = failure
      report.outcomes = transmission.recipients.flatMap { _ in failure.outcomes }
    }
    report.seconds = clock.now.since(began).inSeconds
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

  private func publishedKeys(_ interrupt: StopSignal) -> PublishedKeys {
    let anchors = network.anchorFiles.isEmpty ? ValidatedLookup.systemAnchorFiles : network.anchorFiles
    return PublishedKeys(
      lookup: ValidatedLookup(servers: network.nameServers, anchorFiles: anchors, clock: clock, interrupt: interrupt))
  }
}

extension DeliveryReport {
  /// An attempt that failed before any server was asked; its one outcome is every recipient's.
  package init(failed fault: DeliveryFault) { self.init(outcomes: [.failed(fault)]) }
}
