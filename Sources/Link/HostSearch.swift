import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Routes

/// The hosts of a route in their order, and the addresses of each, until one has heard of who brings a message, or is
/// ready for it (RFC 5321 section 5.1). Each is judged by the same policy.
struct HostSearch {
  /// What a search comes to.
  enum Outcome: ~Copyable {
    /// It waits for a message.
    case session(ServerSession)
    /// How all failed, or the one whose failure counts; one outcome for every recipient.
    case failure(DeliveryReport)
  }

  private let caller: Caller
  private let dialer: RouteDialer
  private let context: TLSContext?
  private let sessions: TLSSessionStore
  private let clock: Clock
  private let deadline: Deadline
  private var trail: HostTrail
  private var addressesLeft = Self.mostAddresses

  /// Addresses tried in one attempt, as Postfix does (smtp_mx_address_limit): some names have fifty.
  private static let mostAddresses = 5
  /// For all hosts together: after that no other is begun, so that many dead ones do not hold up what else is to be
  /// sent. One that is silent where its greeting is due takes half of it, and leaves time for another.
  private static let seconds = 600

  init(
    _ caller: Caller, _ dialer: RouteDialer, context: TLSContext?, sessions: TLSSessionStore,
    clock: Clock
  ) {
    self.caller = caller
    self.dialer = dialer
    self.context = context
    self.sessions = sessions
    self.clock = clock
    deadline = clock.after(.seconds(Self.seconds))
    trail = HostTrail(of: caller.route)
  }

  mutating func run(_ progress: (DeliveryProgress) -> Void) throws(DeliveryFault) -> Outcome {
    progress(.stage(.lookup))
    let hosts = try dialer.hosts()
    for (number, host) in hosts.enumerated() where mayGoOn {
      do throws(DeliveryFault) {
        // Each of the hosts after this one is left an address.
        let most = max(1, addressesLeft - (hosts.count - 1 - number))
        if let outcome = try visit(host, most: most, progress) { return outcome }
      } catch {
        if !error.isAboutHost { throw error }
        trail.add(TriedHost(host, fault: error))
      }
    }
    return .failure(trail.report)
  }

  private var mayGoOn: Bool { trail.isEmpty || !clock.hasPassed(deadline) }

  /// A host's outcome; nil where none of its addresses could be reached.
  private mutating func visit(
    _ host: String, most: Int, _ progress: (DeliveryProgress) -> Void
  ) throws(DeliveryFault) -> Outcome? {
    let records = try dialer.records(of: host)
    var addresses = try dialer.addresses(of: host, most: most)
    addressesLeft -= addresses.count
    while !addresses.isEmpty && mayGoOn {
      for failed in trail.news() { progress(.notice(Failure(.noticeNextHost, because: [failed]))) }
      progress(.stage(.connect))
      let connection = try dialer.connect(to: addresses, of: host)
      progress(.connected(peer: connection.peer.text))
      var session = try ServerSession(
        caller, over: ReachedHost(name: host, records: records, connection: connection), context, sessions,
        clock: clock, interrupt: dialer.interrupt)
      guard let report = session.open(progress) else { return .session(session) }
      guard let fault = session.reasonToGoOn(report) else { return .failure(report) }
      if session.failedResuming { continue }
      trail.add(TriedHost(host, address: connection.peer.host, fault: fault), report)
      addresses.removeAll { $0 == connection.peer }
    }
    return nil
  }
}
