package import Base
package import Diagnosis
import Mail
package import Paper
package import Routes

/// One turn of a job: each recipient whose time has come once, part after part.
///
/// It decides and does nothing. The caller, which has the spool and the network, asks for the next step, takes it, and asks again
/// with the job as it is then; what needs bytes is asked for as a step too.
package struct DeliveryTurn: Sendable {
  private let routes: RoutePreference
  private let information: DocumentInformation
  private var envelope: MessageWeight?
  private var pages: (bytes: [Int], shared: Int)?
  private var isPlanned = false
  /// Reported before anything else.
  private var passedOver: [PassedOver] = []
  /// Still to be travelled, one after the other.
  private var pending: [PendingRoute] = []

  private struct PassedOver {
    let recipients: [String]
    let failure: Failure
    let route: String?
  }

  /// Recipients that one route carries to.
  private struct PendingRoute {
    let route: String
    /// For recipients that nothing was sent to yet.
    let split: Split?
    /// Recipients that this turn still has to serve.
    var left: Set<String>
  }

  /// - Parameter information: of the whole document, for its parts.
  package init(by routes: RoutePreference, _ information: DocumentInformation) {
    self.routes = routes
    self.information = information
  }

  /// What is to be done next.
  ///
  /// - Parameters:
  ///   - job: as the steps before have left it.
  ///   - ledger: with every message that has left so far.
  ///   - isInterrupted: no further attempt is to begin.
  package mutating func next(
    for job: Job, _ ledger: RateLedger, at now: Moment, isInterrupted: Bool = false
  ) throws(JobRefusal) -> NextStep {
    if job.hasWaitsToTell(at: now) { return .tellWaits }
    if !isPlanned, let question = plan(job, at: now) { return question }
    if let step = nextPassedOver(of: job) { return step }
    while !isInterrupted, let next = pending.first {
      if let step = try step(on: next, of: job, ledger, at: now) { return step }
      pending.removeFirst()
    }
    return .nothing
  }

  // MARK: Answers

  /// - Parameter envelope: nil where no message can be made; the attempt tells of that, as its outcome.
  package mutating func weighed(envelope: MessageWeight?) { self.envelope = envelope ?? MessageWeight(envelope: 0) }

  /// - Parameters: as ``DocumentWeight`` has them.
  package mutating func weighed(pages: [Int], shared: Int) { self.pages = (pages, shared) }

  /// No message can be made as the configuration demands.
  package mutating func cannotMake(_ transaction: NextStep.Transaction, _ failure: Failure) {
    let recipients = transaction.batch.recipients
    pending[0].left.subtract(recipients)
    passedOver.append(PassedOver(recipients: recipients, failure: failure, route: transaction.route))
  }

  /// What an attempt came to.
  ///
  /// - Parameter job: as the outcome has left it.
  package mutating func ended(_ transaction: NextStep.Transaction, _ report: AttemptReport, of job: Job) {
    let excess = report.excess
    pending[0].left.subtract(
      transaction.batch.recipients.filter { !excess.contains($0) && !job.goesOn($0, after: transaction.part) })
    // What a server says of addresses it says of these alone.
    guard let failure = report.commonFailure, failure.smtpStage != .rcpt else { return }
    switch failure.class {
    // A refusal of the route holds for its other recipients too: the server is not asked again.
    case .configuration:
      let others = pending.removeFirst().left
      passedOver.append(PassedOver(recipients: others.sorted(), failure: failure, route: transaction.route))
    case .transient: pending.removeFirst()
    case .message, .recipient, .unknown: break
    }
  }

  private mutating func nextPassedOver(of job: Job) -> NextStep? {
    while !passedOver.isEmpty {
      let next = passedOver.removeFirst()
      let queued = job.recipients.filter { $0.state == .queued && next.recipients.contains($0.address) }
      if !queued.isEmpty { return .passOver(queued.map(\.address), next.failure, route: next.route) }
    }
    return nil
  }

  // MARK: Which way

  /// Chooses the routes, and says who has none. What it lacks for that it asks for.
  private mutating func plan(_ job: Job, at now: Moment) -> NextStep? {
    let due = job.recipients.filter { $0.mayGo(at: now) }
    let free = due.filter { $0.boundRoute == nil }.map(\.address)
    if !free.isEmpty {
      guard let envelope else { return .weighEnvelope }
      guard let document = weight(of: job, in: envelope) else { return .weighPages }
      take(DeliveryPlan(of: document, weighing: envelope, to: free, by: routes))
    }
    for recipient in due where recipient.boundRoute != nil { add(recipient, of: job) }
    isPlanned = true
    return nil
  }

  private mutating func take(_ plan: DeliveryPlan) {
    pending = plan.shares.map { share in
      let split = share.parts.count > 1 ? Split(parts: share.parts, information: information) : nil
      return PendingRoute(route: share.route.name, split: split, left: Set(share.recipients))
    }
    passedOver = plan.refusals.map { PassedOver(recipients: [$0.recipient], failure: $0.failure, route: nil) }
  }

  /// One that is bound to a route, whose rules may have changed since.
  private mutating func add(_ recipient: Recipient, of job: Job) {
    guard let route = recipient.boundRoute else { return }
    if let objection = objection(to: recipient, of: job) {
      passedOver.append(PassedOver(recipients: [recipient.address], failure: objection, route: nil))
    } else if let index = pending.firstIndex(where: { $0.route == route }) {
      pending[index].left.insert(recipient.address)
    } else {
      pending.append(PendingRoute(route: route, split: nil, left: [recipient.address]))
    }
  }

  private func objection(to recipient: Recipient, of job: Job) -> Failure? {
    guard let route = route(recipient.boundRoute) else { return nil }
    let rules = RoutePreference([route], sender: job.sender(to: recipient))
    guard case .refused(let objections) = rules.verdict(on: recipient.address) else { return nil }
    return Failure(objections, recipient: recipient.address)
  }

  /// Page by page only where some route does not take the whole; nil where it is not known and has to be.
  private func weight(of job: Job, in message: MessageWeight) -> DocumentWeight? {
    var weight = DocumentWeight(of: job)
    let least = routes.routes.compactMap(\.limits.bytesPerMessage).min()
    guard let least, job.pages > 0, message.bytes(of: job.files.map(\.bytes)) > least else { return weight }
    guard let pages else { return nil }
    (weight.pages, weight.shared) = pages
    return weight
  }

  private func route(_ name: String?) -> Route? { routes.routes.first { $0.name == name } }

  // MARK: Delivery

  /// nil where no recipient of the route is left, or may go before the rates have room.
  private mutating func step(
    on pendingRoute: PendingRoute, of job: Job, _ ledger: RateLedger, at now: Moment
  ) throws(JobRefusal) -> NextStep? {
    let waiting = job.recipients.filter { pendingRoute.left.contains($0.address) && $0.mayGo(at: now) }
    guard let transaction = try transaction(on: pendingRoute, to: waiting, of: job) else { return nil }
    guard let route = route(pendingRoute.route) else { return .send(transaction) }
    let count = transaction.batch.recipients.count
    switch ledger.pace(count, on: route.account, within: route.limits.rates, at: now) {
    case .now: return .send(transaction)
    case .after(let wait, let rate):
      pending.removeFirst()
      let failure = Failure(waiting: wait, for: rate, route: route)
      return .hold(waiting.map(\.address), Wait(wait, from: now), failure, route: route.name)
    }
  }

  /// The next of a route: recipients that the same part of the same split is due to.
  private func transaction(
    on pendingRoute: PendingRoute, to waiting: [Recipient], of job: Job
  ) throws(JobRefusal) -> NextStep.Transaction? {
    func wanted(_ recipient: Recipient) -> Split? {
      recipient.boundRoute == nil && recipient.partsAccepted == 0 ? pendingRoute.split : job.split(of: recipient)
    }
    guard let first = waiting.first else { return nil }
    let (part, split) = (first.partsAccepted + 1, wanted(first))
    let mates = waiting.filter { $0.partsAccepted == first.partsAccepted && wanted($0)?.parts == split?.parts }
    let route = route(pendingRoute.route)
    return try job.batches(of: mates.map(\.address), on: pendingRoute.route, part: part, of: split).first.map { batch in
      NextStep.Transaction(
        batch: batch.first(route?.limits.greatestTransaction), route: pendingRoute.route, part: part, split: split,
        account: route.flatMap { isPaced($0.account) ? $0.account : nil })
    }
  }

  /// Some route keeps rates of the account.
  private func isPaced(_ account: String) -> Bool {
    routes.routes.contains { $0.account == account && !$0.limits.rates.isEmpty }
  }
}

extension DocumentWeight {
  /// The document as a whole, and the files.
  fileprivate init(of job: Job) {
    self.init(
      pages: job.pages > 0 ? [job.documentBytes] : [], files: job.message.attachments.map(\.bytes),
      fileNames: job.message.attachments.map(\.name))
  }
}

extension Recipient {
  /// Its time has come, or it waits for a rate: of that the ledger knows more by now, a date or another limit, and says
  /// anew how long.
  fileprivate func mayGo(at now: Moment) -> Bool {
    if case .paced? = due { return true }
    return isDue(at: now)
  }
}

extension Job {
  fileprivate func hasWaitsToTell(at now: Moment) -> Bool {
    recipients.contains { $0.due?.wait?.isBetterTold(at: now) ?? false }
  }

  /// As the dispatch that the recipient is bound to fixed it.
  fileprivate func sender(to recipient: Recipient) -> EmailAddress? {
    dispatch(of: recipient).flatMap { try? EmailAddress($0.identity.reversePath) }
  }

  /// Whether a recipient took a part and waits for the next, or is free for another dispatch at once.
  fileprivate func goesOn(_ address: String, after part: Int) -> Bool {
    recipients.contains { recipient in
      recipient.address == address && recipient.state == .queued
        && (recipient.partsAccepted == part || recipient.isReleased)
    }
  }
}

extension AttemptReport {
  /// Recipients that were more than the server takes at once. Only where some were taken: a server that takes none
  /// would be asked for ever.
  fileprivate var excess: Set<String> {
    let excess = results.compactMap { address, result in
      if case .failed(let failure, _) = result, failure.id == .pacingTooManyRecipients { address } else { nil }
    }
    return results.values.contains(where: \.isAccepted) ? Set(excess) : []
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
}
