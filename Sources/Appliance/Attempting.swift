import Base
import Crypto
import Diagnosis
import Host
import Jobs
import Link
import Mail
import Routes
import Settings
import Spool

/// Attempts, one after the other: each hands one message to one server.
struct Attempting {
  let appliance: Appliance
  let lock: SenderLock
  let routes: RoutePreference
  let sender: Mailbox
  let interrupt: Int32?

  /// What an attempt came to.
  struct End {
    let job: Job
    /// The message may have reached the service, which then counts it.
    let hasLeft: Bool
    /// Where it is one for all recipients.
    let failure: Failure?
    /// Recipients that were more than the server takes at once; others went.
    let excess: Set<String>
  }

  private var spool: Spool { appliance.spool }

  var isInterrupted: Bool { interrupt.map { !waitReadable([$0], until: .now).isEmpty } ?? false }

  func send(
    _ due: Round.Due, of id: JobID, _ departure: RateLedger.Change?, _ news: (DeliveryNews) -> Void
  ) throws(Failure) -> End {
    let attempt = try spooling { () throws(SpoolError) in
      let job = try spool.job(id)
      return try spool.beginAttempt(
        due.batch, of: id, on: due.route, part: due.part, in: due.split, departure: departure, holding: lock,
        now: appliance.clocks.date()
      ) {
        var identity = appliance.identity(sender, job)
        identity.encoding = appliance.encoding(of: job, by: due.route)
        return identity
      }
    }
    news(.attempt(number: attempt.number, route: due.route))
    var hasLeft = false
    let report = transmit(attempt, by: due.route, hasLeft: &hasLeft, news)
    let left = hasLeft
    let job = try spooling { () throws(SpoolError) in
      try spool.recordOutcome(attempt, report, hasLeft: left, holding: lock, now: appliance.clocks.date())
    }
    for recipient in job.recipients where attempt.recipients.contains(recipient.address) {
      news(.outcome(address: recipient.address, recipient.state, reply: recipient.reply))
    }
    return End(job: job, hasLeft: left, failure: report.commonFailure, excess: report.excess)
  }

  /// The attempt itself. Whatever goes wrong is an outcome: the job must never be left as if it were sending.
  private func transmit(
    _ attempt: SendingAttempt, by name: String, hasLeft: inout Bool, _ news: (DeliveryNews) -> Void
  ) -> AttemptReport {
    do throws(Failure) {
      guard let route = routes.routes.first(where: { $0.name == name }) else { throw .routeGone(name) }
      let job = try spooling { () throws(SpoolError) in try spool.job(attempt.job) }
      var transmission: Transmission?
      let report = try appliance.session(by: route, interrupt: interrupt, news) { (token) throws(Failure) in
        var composition = try Composition(job, attempt.dispatch, spool: spool)
        try sign(&composition, of: attempt, by: route)
        let session = try self.transmission(of: attempt, job, by: route, token: token, composition)
        transmission = session
        let report = deliver(session, composition, attempt, hasLeft: &hasLeft, news)
        guard report.refusesChunks(of: session) else { return report }
        return deliver(session.byData, composition, attempt, hasLeft: &hasLeft, news)
      }
      return AttemptReport(
        report, to: attempt.recipients, in: transmission?.encoding ?? .base64, by: RouteFacts(route, sender: sender))
    } catch {
      return AttemptReport(allFailing: error, attempt.recipients)
    }
  }

  /// Signs anew at each attempt: with the same keys and the dispatch's date, the bytes are the same.
  private func sign(_ composition: inout Composition, of attempt: SendingAttempt, by route: Route) throws(Failure) {
    let domain = SenderDomain(appliance.site, givenSecrets: appliance.givenSecrets)
    let signings = try domain.signings()
    do throws(DeliveryFault) {
      try composition.sign(with: signings, date: attempt.dispatch.identity.date)
    } catch {
      throw Failure(error, route: RouteFacts(route, sender: sender))
    }
  }

  /// - Parameter composition: from its first byte on.
  private func deliver(
    _ transmission: Transmission, _ composition: Composition, _ attempt: SendingAttempt, hasLeft: inout Bool,
    _ news: (DeliveryNews) -> Void
  ) -> DeliveryReport {
    var composition = composition
    let client = SubmissionClient(
      network: NetworkSettings(appliance.site.configuration.network), sessions: appliance.tlsSessions)
    return client.deliver(
      transmission, body: { (buffer) throws(DeliveryFault) in try composition.next(into: &buffer) },
      recordIntent: { () throws(DeliveryFault) in
        try recordIntent(attempt)
        hasLeft = true
      },
      progress: { news(.progress($0)) }, interrupt: interrupt)
  }

  private func transmission(
    of attempt: SendingAttempt, _ job: Job, by route: Route, token: String?, _ composition: Composition
  ) throws(Failure) -> Transmission {
    var transmission = Transmission(
      route: route, password: try appliance.password(of: route), token: token,
      ehloName: appliance.site.configuration.identity.hostname ?? HostName.current,
      reversePath: attempt.dispatch.identity.reversePath, recipients: attempt.recipients, size: composition.size)
    transmission.encoding = composition.encoding
    transmission.mayChunk = !hasFailedMidway(attempt, job)
    return transmission
  }

  private func recordIntent(_ attempt: SendingAttempt) throws(DeliveryFault) {
    do throws(SpoolError) {
      try spool.recordIntent(attempt, holding: lock, now: appliance.clocks.date())
    } catch {
      throw .notRecorded(detail: error.description)
    }
  }
}

extension AttemptReport {
  fileprivate init(allFailing failure: Failure, _ recipients: [String]) {
    let results = recipients.map { ($0, RecipientResult.failed(failure, reply: nil)) }
    self.init(results: Dictionary(results) { first, _ in first })
  }

  /// Only where some were taken: a server that takes none would be asked for ever.
  fileprivate var excess: Set<String> {
    let excess = results.compactMap { address, result in
      if case .failed(let failure, _) = result, failure.isExcessOfRecipients { address } else { nil }
    }
    return results.values.contains { if case .accepted = $0 { true } else { false } } ? Set(excess) : []
  }

  /// The failure of all recipients, where they share one class of it.
  fileprivate var commonFailure: Failure? {
    var common: Failure?
    for result in results.values {
      guard case .failed(let failure, _) = result, failure.class == common?.class ?? failure.class else { return nil }
      common = failure
    }
    return common
  }

  fileprivate init(
    _ report: DeliveryReport, to recipients: [String], in encoding: MessageEncoding, by route: RouteFacts
  ) {
    let results = zip(recipients, report.outcomes).map { address, outcome in
      (address, RecipientResult(outcome, encoding) { Failure($0, route: route, recipient: address) })
    }
    self.init(
      results: Dictionary(results) { first, _ in first }, peer: report.peer,
      tls: report.encryption?.text)
  }
}

extension Failure {
  fileprivate static func routeGone(_ name: String) -> Failure {
    .settings(
      cause: "the message belongs to route \(name), which is no longer configured",
      steps: ["Configure the route again, or let another take it: platen jobs retry ID"])
  }
}

extension Failure {
  /// Where the knowledge of servers that take only so many recipients at once is from.
  private static let tooManyRecipients = "RFC 5321 section 4.5.3.1.10"

  fileprivate var isExcessOfRecipients: Bool { `class` == .transient && source == Failure.tooManyRecipients }
}

extension RouteFacts {
  fileprivate init(_ route: Route, sender: Mailbox) {
    self.init(
      name: route.name, server: route.server, port: route.port, username: route.username,
      tlsMode: route.tlsMode.rawValue, floor: route.tls.floor, sender: sender.address.text,
      showsToken: route.tokens != nil)
    isExchanger = route.finding == .mailExchanger
  }
}
