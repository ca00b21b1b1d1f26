import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Paper
import Routes
import Spool

/// What one process sends, round after round: who goes by which route, in which parts, and when.
final class Round {
  private let attempting: Attempting
  private let appliance: Appliance
  /// In step with the spool's: nobody else sends.
  private var ledger: RateLedger

  private var spool: Spool { appliance.spool }
  private var routes: RoutePreference { attempting.routes }

  init(_ attempting: Attempting, ledger: RateLedger) {
    self.attempting = attempting
    appliance = attempting.appliance
    self.ledger = ledger
  }

  /// What has to wait for a rate.
  struct Pause {
    private(set) var addresses: Set<String> = []
    private var until: Duration?

    fileprivate mutating func add(_ addresses: some Sequence<String>, for wait: Duration) {
      self.addresses.formUnion(addresses)
      until = min(until ?? wait, wait)
    }

    /// Whether no recipient waits for anything else.
    func isPacing(all job: Job) -> Bool {
      job.recipients.allSatisfy { $0.state != .queued || addresses.contains($0.address) }
    }

    /// Until the next round.
    func wait(for job: Job, gap: Duration) -> Duration {
      guard let until else { return gap }
      return isPacing(all: job) ? until : min(until, gap)
    }
  }

  /// Recipients that one route carries to.
  private struct Leg {
    let route: String
    /// Of those that nothing was sent to yet.
    var split: Split?
    var recipients: [String]
  }

  /// What goes in one transaction.
  struct Due {
    let batch: Batch
    let route: String
    let part: Int
    let split: Split?
  }

  /// Each recipient once, part after part; what no route may carry is refused before any is connected to.
  func run(_ id: JobID, _ news: (DeliveryNews) -> Void) throws(Failure) -> Pause {
    var pause = Pause()
    let job = try job(id)
    let plan = try plan(job)
    for refusal in plan.refusals { try passOver([refusal.recipient], of: id, refusal.failure, news) }
    try refuseBound(job, news)
    for leg in legs(of: try self.job(id), plan) { try travel(leg, id, &pause, news) }
    return pause
  }

  private func job(_ id: JobID) throws(Failure) -> Job {
    try spooling { () throws(SpoolError) in try spool.job(id) }
  }

  // MARK: Which way

  /// For those who are bound to no dispatch.
  private func plan(_ job: Job) throws(Failure) -> DeliveryPlan {
    let free = job.recipients.filter { $0.state == .queued && $0.boundRoute == nil }.map(\.address)
    if free.isEmpty {
      return DeliveryPlan(of: DocumentWeight(pages: []), weighing: MessageWeight(envelope: 0), to: [], by: routes)
    }
    // What cannot be made a message is told of by the attempt, as its outcome.
    let envelope = try? Composition.envelope(of: job, appliance.identity(attempting.sender, job))
    let message = MessageWeight(envelope: envelope ?? 0)
    return DeliveryPlan(of: try weight(of: job, in: message), weighing: message, to: free, by: routes)
  }

  /// A route's rules may have changed since a recipient was bound to it.
  private func refuseBound(_ job: Job, _ news: (DeliveryNews) -> Void) throws(Failure) {
    for recipient in job.recipients where recipient.state == .queued {
      guard let route = routes.routes.first(where: { $0.name == recipient.boundRoute }) else { continue }
      let rules = RoutePreference([route], sender: job.sender(to: recipient))
      guard case .refused(let objections) = rules.verdict(on: recipient.address) else { continue }
      try passOver([recipient.address], of: job.id, Failure(objections, recipient: recipient.address), news)
    }
  }

  /// Page by page only where some route does not take the whole.
  private func weight(of job: Job, in message: MessageWeight) throws(Failure) -> DocumentWeight {
    var weight = DocumentWeight(
      pages: job.pages > 0 ? [job.documentBytes] : [], files: job.submission.attachments.map(\.bytes),
      fileNames: job.submission.attachments.map(\.name))
    let least = routes.routes.compactMap(\.limits.bytesPerMessage).min()
    guard let least, job.pages > 0, message.bytes(of: job.files.map(\.bytes)) > least else { return weight }
    let entries = try spooling { () throws(SpoolError) in try spool.pageEntries(of: job) }
    (weight.pages, weight.shared) = DocumentExcerpt.weights(of: entries, information(of: job)) { SHA256() }
    return weight
  }

  private func information(of job: Job) -> DocumentInformation {
    appliance.information(title: job.submission.fileName, created: job.created)
  }

  private func legs(of job: Job, _ plan: DeliveryPlan) -> [Leg] {
    var legs = plan.legs.map { leg in
      let split = leg.parts.count > 1 ? Split(parts: leg.parts, information: information(of: job)) : nil
      return Leg(route: leg.route.name, split: split, recipients: leg.recipients)
    }
    for recipient in job.recipients where recipient.state == .queued {
      guard let route = recipient.boundRoute else { continue }
      if let index = legs.firstIndex(where: { $0.route == route }) {
        legs[index].recipients.append(recipient.address)
      } else {
        legs.append(Leg(route: route, recipients: [recipient.address]))
      }
    }
    return legs
  }

  // MARK: On the way

  private func travel(
    _ leg: Leg, _ id: JobID, _ pause: inout Pause, _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    let route = routes.routes.first { $0.name == leg.route }
    var left = Set(leg.recipients)
    while !attempting.isInterrupted, let due = try due(on: leg, to: left, of: try job(id), route) {
      if let route, case .after(let wait, let rate) = pace(due, by: route) {
        try hold(left, of: id, for: wait, rate, route)
        return pause.add(left, for: wait)
      }
      guard let identity = try identity(for: due, of: id, news) else {
        left.subtract(due.batch.recipients)
        continue
      }
      let end = try depart(due, of: id, beginning: identity, by: route, news)
      left.subtract(
        due.batch.recipients.filter { !end.excess.contains($0) && !end.job.goesOn($0, after: due.part) })
      // What a server says of addresses it says of these alone.
      guard let failure = end.failure, failure.smtpStage != .rcpt else { continue }
      // What it has against the route it has against the others too: nobody asks it again.
      if failure.class == .configuration { try passOver(left, of: id, failure, on: leg.route, news) }
      if failure.class == .configuration || failure.class == .transient { return }
    }
  }

  /// The next transaction of a leg: recipients that the same part of the same split is due to.
  private func due(on leg: Leg, to left: Set<String>, of job: Job, _ route: Route?) throws(Failure) -> Due? {
    func wanted(_ recipient: Recipient) -> Split? {
      recipient.boundRoute == nil && recipient.partsAccepted == 0 ? leg.split : job.split(of: recipient)
    }
    let waiting = job.recipients.filter { $0.state == .queued && left.contains($0.address) }
    guard let first = waiting.first else { return nil }
    let (part, split) = (first.partsAccepted + 1, wanted(first))
    let mates = waiting.filter { $0.partsAccepted == first.partsAccepted && wanted($0)?.parts == split?.parts }
    let batches: [Batch]
    do throws(JobRefusal) {
      batches = try job.batches(of: mates.map(\.address), on: leg.route, part: part, of: split)
    } catch {
      throw SpoolError.refused(job.id, error).failure
    }
    return batches.first.map {
      Due(batch: $0.first(route?.limits.greatestTransaction), route: leg.route, part: part, split: split)
    }
  }

  /// nil, and the recipients are passed over, where no message can be made as the configuration wants it.
  private func identity(
    for due: Due, of id: JobID, _ news: (DeliveryNews) -> Void
  ) throws(Failure) -> DispatchIdentity? {
    if let known = due.batch.dispatch { return known.identity }
    let job = try job(id)
    do throws(Failure) {
      return try attempting.identity(of: job, by: due.route)
    } catch {
      try passOver(Set(due.batch.recipients), of: id, error, on: due.route, news)
      return nil
    }
  }

  private func depart(
    _ due: Due, of id: JobID, beginning identity: DispatchIdentity, by route: Route?, _ news: (DeliveryNews) -> Void
  ) throws(Failure) -> Attempting.End {
    let account = route.flatMap { isPaced($0.account) ? $0.account : nil }
    let departure = account.map {
      ledger.depart(due.batch.recipients.count, on: $0, at: appliance.clock.moment)
    }
    let end = try attempting.send(due, of: id, beginning: identity, departure, news)
    if let departure, !end.hasLeft { ledger.withdraw(departure.added.id) }
    return end
  }

  // MARK: Not now

  /// Some route keeps rates of the account.
  private func isPaced(_ account: String) -> Bool {
    routes.routes.contains { $0.account == account && !$0.limits.rates.isEmpty }
  }

  private func pace(_ due: Due, by route: Route) -> RateLedger.Pace {
    ledger.pace(
      due.batch.recipients.count, on: route.account, within: route.limits.rates, at: appliance.clock.moment)
  }

  private func hold(
    _ addresses: Set<String>, of id: JobID, for wait: Duration, _ rate: Rate, _ route: Route
  ) throws(Failure) {
    let until = WallTime(seconds: appliance.clock.date.seconds + Int64(wait.inSeconds.rounded(.up)))
    let failure = Failure(waiting: wait, for: rate, route: route)
    try record(failure, of: try queued(addresses, of: id), id, on: route.name, until: until)
  }

  private func passOver(
    _ addresses: Set<String>, of id: JobID, _ failure: Failure, on route: String? = nil,
    _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    let queued = try queued(addresses, of: id)
    try record(failure, of: queued, id, on: route, until: nil)
    for address in queued { news(.outcome(address: address, failure.class.recipientState, reply: nil)) }
  }

  private func queued(_ addresses: Set<String>, of id: JobID) throws(Failure) -> [String] {
    try job(id).recipients.filter { $0.state == .queued && addresses.contains($0.address) }.map(\.address)
  }

  private func record(
    _ failure: Failure, of addresses: [String], _ id: JobID, on route: String?, until: WallTime?
  ) throws(Failure) {
    if addresses.isEmpty { return }
    let failures = Dictionary(addresses.map { ($0, failure) }) { first, _ in first }
    try spooling { () throws(SpoolError) in
      _ = try spool.passOver(
        failures, of: id, on: route, until: until, holding: attempting.lock, now: appliance.clock.date)
    }
  }
}

extension Job {
  /// As the dispatch that the recipient is bound to fixed it.
  fileprivate func sender(to recipient: Recipient) -> EmailAddress? {
    let dispatch = dispatches.first { $0.number == recipient.dispatch }
    return dispatch.flatMap { try? EmailAddress($0.identity.reversePath) }
  }

  /// Whether a recipient took a part and waits for the next, or is free for another dispatch at once.
  fileprivate func goesOn(_ address: String, after part: Int) -> Bool {
    recipients.contains { recipient in
      recipient.address == address && recipient.state == .queued
        && (recipient.partsAccepted == part || recipient.isReleased)
    }
  }
}
