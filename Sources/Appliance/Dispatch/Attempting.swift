import Base
import Crypto
import Diagnosis
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
  let interrupt: StopSignal
  /// What the first of them may find prepared.
  let opening: Opening?

  /// What an attempt came to.
  struct Outcome {
    let job: Job
    let report: AttemptReport
    /// The message may have reached the service, which then counts it.
    let hasLeft: Bool
  }

  private var spool: Spool { appliance.spool }

  var isInterrupted: Bool { interrupt.isRaised }

  /// What a new dispatch of a job by a route is made by.
  ///
  /// - Throws: that it cannot be signed as the configuration demands.
  func identity(of job: Job, by route: String) throws(Failure) -> DispatchIdentity {
    var identity = appliance.identity(sender, job)
    identity.encoding = appliance.encoding(of: job, by: route)
    identity.signatures = try domain.terms()
    return identity
  }

  private var domain: SenderDomain {
    SenderDomain(appliance.site, givenSecrets: appliance.givenSecrets, clock: appliance.clock)
  }

  /// - Parameter identity: of a dispatch that this attempt begins, if it begins one.
  func send(
    _ transaction: NextStep.Transaction, of id: JobID, beginning identity: DispatchIdentity,
    _ departure: RateLedger.Change?, _ news: (DeliveryNews) -> Void
  ) throws(Failure) -> Outcome {
    let attempt = try spool.beginAttempt(
      transaction.batch, of: id, on: transaction.route, part: transaction.part, in: transaction.split,
      departure: departure, holding: lock, now: appliance.clock.date
    ) { identity }
    news(.attempt(number: attempt.number, route: transaction.route))
    var hasLeft = false
    let report = transmit(attempt, by: transaction.route, hasLeft: &hasLeft, news)
    let left = hasLeft
    let job = try spool.recordOutcome(attempt, report, hasLeft: left, holding: lock, now: appliance.clock.date)
    for recipient in job.recipients where attempt.recipients.contains(recipient.address) {
      news(.outcome(address: recipient.address, recipient.state, reply: recipient.reply))
    }
    return Outcome(job: job, report: report, hasLeft: left)
  }

  /// The attempt itself. Whatever goes wrong is an outcome: the job must never be left as if it were sending.
  private func transmit(
    _ attempt: SendingAttempt, by name: String, hasLeft: inout Bool, _ news: (DeliveryNews) -> Void
  ) -> AttemptReport {
    do throws(Failure) {
      let job = try spool.job(attempt.job)
      guard let route = routes.routes.first(where: { $0.name == name }) else { throw .routeGone(name, attempt, job) }
      guard let signings = try signings(of: attempt.dispatch.identity) else {
        return AttemptReport(lapsed: attempt, .keyGone(attempt))
      }
      var transmission: Transmission?
      let report = try appliance.session(by: route, interrupt: interrupt, news) { (token) throws(Failure) in
        var composition = try Composition(job, attempt.dispatch, spool: spool)
        try sign(&composition, with: signings, of: attempt, by: route)
        let session = try self.transmission(of: attempt, job, by: route, token: token, composition)
        transmission = session
        let report = deliver(session, composition, attempt, hasLeft: &hasLeft, news)
        guard report.refusesChunks(of: session) else { return report }
        return deliver(session.byData, composition, attempt, hasLeft: &hasLeft, news)
      }
      return AttemptReport(
        report, to: attempt.recipients, in: transmission?.encoding ?? .base64, by: facts(of: route))
    } catch {
      return AttemptReport(allFailing: error, attempt.recipients)
    }
  }

  private func facts(of route: Route) -> RouteFacts { RouteFacts(route, sender: sender.address.text) }

  /// nil where a key is gone that the message was signed with.
  private func signings(of identity: DispatchIdentity) throws(Failure) -> [DKIMSigning]? {
    if let terms = identity.signatures { return try domain.signings(by: terms) }
    return try domain.signings(by: domain.terms())
  }

  /// Signs again at each attempt: with the same keys and the dispatch's date, the bytes are the same.
  private func sign(
    _ composition: inout Composition, with signings: [DKIMSigning], of attempt: SendingAttempt, by route: Route
  ) throws(Failure) {
    do throws(DeliveryFault) {
      try composition.sign(with: signings, date: attempt.dispatch.identity.date)
    } catch {
      throw Failure(error, route: facts(of: route))
    }
  }

  /// - Parameter composition: from its first byte on.
  private func deliver(
    _ transmission: Transmission, _ composition: Composition, _ attempt: SendingAttempt, hasLeft: inout Bool,
    _ news: (DeliveryNews) -> Void
  ) -> DeliveryReport {
    var composition = composition
    return appliance.submissionClient.deliver(
      transmission, by: opening, body: { (buffer) throws(DeliveryFault) in try composition.next(into: &buffer) },
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
      by: try appliance.caller(by: route, token: token), reversePath: attempt.dispatch.identity.reversePath,
      recipients: attempt.recipients, size: composition.size)
    transmission.encoding = composition.encoding
    transmission.mayChunk = !job.hasFailedMidway(to: attempt.recipients)
    return transmission
  }

  private func recordIntent(_ attempt: SendingAttempt) throws(DeliveryFault) {
    do throws(Failure) {
      try spool.recordIntent(attempt, holding: lock, now: appliance.clock.date)
    } catch {
      throw .notRecorded(detail: error.detail)
    }
  }
}

extension AttemptReport {
  fileprivate init(allFailing failure: Failure, _ recipients: [String]) {
    let results = recipients.map { ($0, RecipientResult.failed(failure, reply: nil)) }
    self.init(results: Dictionary(results) { first, _ in first })
  }

  fileprivate init(lapsed attempt: SendingAttempt, _ failure: Failure) {
    let results = attempt.recipients.map { ($0, RecipientResult.lapsed(failure)) }
    self.init(results: Dictionary(results) { first, _ in first })
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
  /// For a recipient that may have the message already, the words say what can still be done.
  fileprivate static func routeGone(_ name: String, _ attempt: SendingAttempt, _ job: Job) -> Failure {
    let mayHaveArrived = job.recipients.contains { $0.mayHaveArrived && attempt.recipients.contains($0.address) }
    return Failure(mayHaveArrived ? .jobRouteGoneMayHaveArrived : .jobRouteGone, values: ["route": name])
  }

  /// A recipient that certainly does not have the message gets another one at once; the words are for those that may.
  fileprivate static func keyGone(_ attempt: SendingAttempt) -> Failure {
    let names = (attempt.dispatch.identity.signatures ?? []).map(\.name)
    return Failure(.jobKeyGone, values: ["names": names.joined(separator: ", ")])
  }
}
