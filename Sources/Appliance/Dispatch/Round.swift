import Base
import Crypto
import Diagnosis
import Jobs
import Paper
import Routes
import Spool

/// What one process sends, turn after turn. What is to be done ``DeliveryTurn`` says; here it is done.
final class Round {
  private let attempting: Attempting
  private let appliance: Appliance
  /// In step with the spool's: no other process sends.
  private var ledger: RateLedger

  private var spool: Spool { appliance.spool }

  init(_ attempting: Attempting, ledger: RateLedger) {
    self.attempting = attempting
    appliance = attempting.appliance
    self.ledger = ledger
  }

  /// One turn of a job.
  func run(_ id: JobID, _ news: (DeliveryNews) -> Void) throws(Failure) {
    var turn = DeliveryTurn(by: attempting.routes, information(of: try spool.job(id)))
    while case let job = try spool.job(id), let step = try step(&turn, job) { try take(step, job, &turn, news) }
  }

  /// nil for nothing more.
  private func step(_ turn: inout DeliveryTurn, _ job: Job) throws(Failure) -> NextStep? {
    do throws(JobRefusal) {
      let step = try turn.next(
        for: job, ledger, at: appliance.clock.moment, isInterrupted: attempting.isInterrupted)
      return step == .nothing ? nil : step
    } catch {
      throw Failure(error, of: job.id)
    }
  }

  private func take(
    _ step: NextStep, _ job: Job, _ turn: inout DeliveryTurn, _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    switch step {
    case .tellWaits: try tellWaits(of: job.id)
    case .weighEnvelope: turn.weighed(envelope: envelope(of: job))
    case .weighPages:
      let (pages, shared) = try pages(of: job)
      turn.weighed(pages: pages, shared: shared)
    case .passOver(let addresses, let failure, let route):
      try passOver(addresses, of: job.id, failure, on: route, news)
    case .hold(let addresses, let wait, let failure, let route):
      try record(failure, of: addresses, job.id, on: route, wait: wait)
    case .send(let transaction): try send(transaction, of: job, &turn, news)
    case .nothing: break
    }
  }

  // MARK: What is asked

  /// nil where no message can be made of it: the attempt reports that as its outcome.
  private func envelope(of job: Job) -> MessageWeight? {
    let envelope = try? Composition.envelope(of: job, appliance.identity(attempting.sender, job))
    return envelope.map { MessageWeight(envelope: $0) }
  }

  private func pages(of job: Job) throws(Failure) -> (pages: [Int], shared: Int) {
    let entries = try spool.pageEntries(of: job)
    return DocumentExcerpt.weights(of: entries, information(of: job)) { SHA256() }
  }

  private func information(of job: Job) -> DocumentInformation {
    appliance.information(title: job.message.fileName, created: job.created)
  }

  // MARK: Now

  private func send(
    _ transaction: NextStep.Transaction, of job: Job, _ turn: inout DeliveryTurn, _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    let identity: DispatchIdentity
    do throws(Failure) {
      identity = try self.identity(for: transaction, of: job)
    } catch {
      return turn.cannotMake(transaction, error)
    }
    let departure = transaction.account.map {
      ledger.depart(transaction.batch.recipients.count, on: $0, at: appliance.clock.moment)
    }
    let end = try attempting.send(transaction, of: job.id, beginning: identity, departure, news)
    if let departure, !end.hasLeft { ledger.withdraw(departure.added.id) }
    turn.ended(transaction, end.report, of: end.job)
  }

  private func identity(for transaction: NextStep.Transaction, of job: Job) throws(Failure) -> DispatchIdentity {
    if let known = transaction.batch.dispatch { return known.identity }
    return try attempting.identity(of: job, by: transaction.route)
  }

  // MARK: Not now

  private func tellWaits(of id: JobID) throws(Failure) {
    try spool.tellWaits(
      of: id, at: appliance.clock.moment, holding: attempting.lock, now: appliance.clock.date)
  }

  private func passOver(
    _ addresses: [String], of id: JobID, _ failure: Failure, on route: String?, _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    let job = try record(failure, of: addresses, id, on: route)
    for recipient in job.recipients where addresses.contains(recipient.address) {
      news(.outcome(address: recipient.address, recipient.state, reply: nil))
    }
  }

  @discardableResult
  private func record(
    _ failure: Failure, of addresses: [String], _ id: JobID, on route: String?, wait: Wait? = nil
  ) throws(Failure) -> Job {
    let failures = Dictionary(addresses.map { ($0, failure) }) { first, _ in first }
    return try spool.passOver(
      failures, of: id, on: route, wait: wait, holding: attempting.lock, now: appliance.clock.date)
  }
}
