package import Base
import Diagnosis

/// The life of a job: `(job, event) → (job, effects)`.
///
///     scanning ─► sealed ─► queued ─► sending ─► accepted
///        │                    ▲          ├─► refused, held, unknown ─► (retry) queued
///        ▼                    │          └─► queued (transient)
///     interrupted ────────────┘ (retry: send as it is)
///     all but scanning, sending and accepted ─► cancelled
extension Job {
  /// The job after `event`, and what is to be done because of it; throws where the event cannot be.
  package func after(
    _ event: JobEvent, at now: WallTime
  ) throws(JobRefusal) -> (job: Job, effects: [JobEffect]) {
    var transition = Transition(job: self, now: now)
    switch event {
    case .scanEnded(let pages, let attachments, let failure):
      try transition.endScan(pages: pages, attachments: attachments, failure: failure)
    case .sealed(let message, let pages, let documentBytes, let failure):
      try transition.seal(message, pages: pages, documentBytes: documentBytes, failure: failure)
    case .attemptBegan(let dispatch, let recipients): try transition.beginAttempt(of: dispatch, to: recipients)
    case .passedOver(let failures, let route, let wait): try transition.passOver(failures, route: route, wait: wait)
    case .waitsTold(let moment): transition.tellWaits(at: moment)
    case .intentRecorded(let attempt): try transition.intend(attempt)
    case .attemptEnded(let attempt, let report): try transition.endAttempt(attempt, report)
    case .senderLost: transition.loseSender()
    case .retryAsked: try transition.retry()
    case .cancelAsked: try transition.cancel()
    case .exported: try transition.export()
    case .removeAsked: try transition.remove()
    }
    return (transition.job, transition.effects)
  }
}

/// One event being worked in.
private struct Transition {
  var job: Job
  let now: WallTime
  var effects: [JobEffect] = []

  private mutating func note(_ event: JournalEvent, failure: Failure? = nil) {
    effects.append(.journal(JournalLine(job: job.id, time: now, event: event, failure: failure)))
  }

  private func require(_ phase: JobPhase, to asked: String) throws(JobRefusal) {
    if job.phase != phase { throw .notNow(asked, job.state) }
  }

  private func require(_ request: JobState.Request) throws(JobRefusal) {
    if !job.allows(request) { throw .notNow(request.rawValue, job.state) }
  }

  // MARK: The document

  mutating func endScan(pages: Int, attachments: Int, failure: Failure?) throws(JobRefusal) {
    try require(.scanning, to: "end-scan")
    if pages > 0 || attachments > 0 {
      effects = [.seal]
      return
    }
    job.phase = .removed
    note(.discarded, failure: failure)
    effects += [.record, .removeFiles, .forget]
  }

  mutating func seal(
    _ message: JobMessage, pages: Int, documentBytes: Int, failure: Failure?
  ) throws(JobRefusal) {
    try require(.scanning, to: "seal")
    job.message = message
    job.pages = pages
    job.documentBytes = documentBytes
    job.interruption = failure
    job.phase = failure == nil ? .sealed : .interrupted
    let custody = failure == nil ? Custody.queued(.atOnce, .none) : .held(.none)
    job.recipients = message.addresses.map { Recipient(address: $0, custody: custody) }
    note(failure == nil ? .sealed : .interrupted, failure: failure)
    effects.append(.record)
  }

  mutating func export() throws(JobRefusal) {
    try require(.export)
    note(.exported)
  }

  mutating func remove() throws(JobRefusal) {
    if job.phase != .removed {
      try require(.remove)
      note(.removed)
    }
    job.phase = .removed
    effects += [.record, .removeFiles, .forget]
  }

  // MARK: Attempts

  mutating func beginAttempt(of dispatch: Dispatch, to addresses: [String]) throws(JobRefusal) {
    try require(.sealed, to: "send")
    if addresses.isEmpty { throw .noRecipients }
    for address in addresses {
      let number = try job.dispatchNumber(
        for: address, on: dispatch.route, part: dispatch.part, of: dispatch.identity.split)
      if number != dispatch.number { throw .otherDispatch(dispatch.number) }
    }
    if let known = job.dispatches.first(where: { $0.number == dispatch.number }) {
      if known != dispatch { throw .otherDispatch(dispatch.number) }
    } else {
      job.dispatches.append(dispatch)
    }
    job.attemptCount += 1
    change(addresses) { recipient, number in
      recipient.custody = .sending(attempt: number, isIntended: false, recipient.custody.lastWord)
      recipient.bond = .bound(to: dispatch.number, route: dispatch.route, mayHaveArrived: recipient.mayHaveArrived)
      recipient.attempts += 1
    }
    let line = JournalLine(
      job: job.id, time: now, event: .attempt, route: dispatch.route, part: dispatch.slice?.label)
    effects += [.journal(line), .record]
  }

  mutating func passOver(_ failures: [String: Failure], route: String?, wait: Wait?) throws(JobRefusal) {
    try require(.sealed, to: "send")
    for address in failures.keys.sorted() {
      guard let recipient = job.recipients.first(where: { $0.address == address }) else {
        throw .noSuchRecipient(address)
      }
      if recipient.state != .queued { throw .recipientNotQueued(address, recipient.state) }
    }
    for index in job.recipients.indices {
      guard let failure = failures[job.recipients[index].address] else { continue }
      let known = job.recipients[index].failure
      job.recipients[index].passOver(failure, route: route, wait: wait)
      // Recipients that wait for one rate are reported once, however often the ledger is asked.
      if failure.class == .transient && known?.id == failure.id { continue }
      noteOutcome(of: job.recipients[index], AttemptReport(results: [:]))
    }
    effects.append(.record)
  }

  mutating func tellWaits(at moment: Moment) {
    for index in job.recipients.indices { job.recipients[index].tellWait(at: moment) }
    effects = [.record]
  }

  private mutating func change(_ addresses: [String], _ body: (inout Recipient, Int) -> Void) {
    for index in job.recipients.indices where addresses.contains(job.recipients[index].address) {
      body(&job.recipients[index], job.attemptCount)
    }
  }

  /// The recipients of an attempt that is under way, by index.
  private func under(_ attempt: Int) throws(JobRefusal) -> [Int] {
    let indices = job.recipients.indices.filter { job.recipients[$0].attempt == attempt }
    if indices.isEmpty { throw .noSuchAttempt(attempt) }
    return indices
  }

  mutating func intend(_ attempt: Int) throws(JobRefusal) {
    for index in try under(attempt) { job.recipients[index].intend() }
    effects = [.record]
  }

  mutating func endAttempt(_ attempt: Int, _ report: AttemptReport) throws(JobRefusal) {
    let indices = try under(attempt)
    for address in report.results.keys where !indices.contains(where: { job.recipients[$0].address == address }) {
      throw .noSuchRecipient(address)
    }
    for index in indices {
      if let result = report.results[job.recipients[index].address] {
        let dispatch = job.dispatch(of: job.recipients[index])
        job.recipients[index].take(result, wait: report.wait, isLast: dispatch?.slice?.isLast ?? true)
        noteOutcome(of: job.recipients[index], part: dispatch?.slice?.label, isAccepted: result.isAccepted, report)
      } else {
        lose(index, wait: report.wait)
      }
    }
    effects.append(.record)
  }

  private mutating func noteOutcome(
    of recipient: Recipient, part: String? = nil, isAccepted: Bool = false, _ report: AttemptReport
  ) {
    effects.append(
      .journal(
        JournalLine(
          job: job.id, time: now, event: isAccepted ? .accepted : recipient.state.journal,
          address: recipient.address, route: recipient.route, part: part, reply: recipient.reply, peer: report.peer,
          tls: report.tls, failure: recipient.failure)))
  }

  mutating func loseSender() {
    let sending = job.recipients.indices.filter { job.recipients[$0].attempt != nil }
    for index in sending { lose(index, wait: nil) }
    if !sending.isEmpty { effects.append(.record) }
  }

  /// The attempt ended without a known outcome: before the intent nothing can have arrived.
  private mutating func lose(_ index: Int, wait: Wait?) {
    let recipient = job.recipients[index]
    if recipient.isIntended {
      job.recipients[index].take(.failed(Failure(.jobSenderLost), reply: nil), wait: nil, isLast: true)
    } else {
      job.recipients[index].custody = .queued(.init(wait), recipient.custody.lastWord)
    }
    let after = job.recipients[index]
    effects.append(
      .journal(
        JournalLine(
          job: job.id, time: now, event: recipient.isIntended ? .unknown : .requeued, address: after.address,
          route: after.route, failure: recipient.isIntended ? after.failure : nil)))
  }

  // MARK: What a person asks

  mutating func retry() throws(JobRefusal) {
    if !job.phase.isLive { throw .notNow("retry", job.state) }
    let waiting = job.recipients.indices.filter { job.recipients[$0].isFreedByRetry }
    if waiting.isEmpty { throw .nothingToRetry(job.state) }
    for index in waiting {
      job.recipients[index].custody = .queued(.atOnce, job.recipients[index].custody.lastWord)
    }
    job.phase = .sealed
    job.interruption = nil
    note(.retried)
    effects.append(.record)
  }

  mutating func cancel() throws(JobRefusal) {
    try require(.cancel)
    job.phase = .cancelled
    for index in job.recipients.indices {
      if case .queued(_, let word) = job.recipients[index].custody { job.recipients[index].custody = .held(word) }
    }
    note(.cancelled)
    effects.append(.record)
  }
}

extension JobPhase {
  /// Its recipients may still get it.
  fileprivate var isLive: Bool {
    switch self {
    case .sealed, .interrupted: true
    case .scanning, .cancelled, .removed: false
    }
  }
}

extension Job {
  package func allows(_ request: JobState.Request) -> Bool { phase != .removed && state.allows(request) }

  /// `platen jobs retry` does something: sends what waits already, or frees what does not.
  package var canBeRetried: Bool { phase.isLive && recipients.contains { $0.state.retry != .nothing } }

  /// A retry changes what is on record; else what waits goes as it stands.
  package var isFreedByRetry: Bool { phase.isLive && recipients.contains(where: \.isFreedByRetry) }
}

extension Custody.Schedule {
  /// After a failure that passes; nil is for the next occasion.
  fileprivate init(_ wait: Wait?) { self = wait.map { .after($0) } ?? .atOnce }
}

extension Recipient {
  /// Without an attempt. What keeps it from going for good, by the route that it was bound to, sets it free as a
  /// server's word would.
  fileprivate mutating func passOver(_ failure: Failure, route: String?, wait: Wait?) {
    custody = Custody(after: failure, reply: reply, due: wait.map { .paced($0) } ?? .atOnce)
    bond = bond.awaiting(route)
    if failure.class.isDefinite { bond = bond.released() }
  }

  fileprivate mutating func tellWait(at moment: Moment) {
    guard case .queued(let due, let word) = custody else { return }
    custody = .queued(due.told { $0.told(at: moment) }, word)
  }

  fileprivate mutating func intend() {
    guard case .sending(let attempt, _, let word) = custody else { return }
    custody = .sending(attempt: attempt, isIntended: true, word)
  }

  /// - Parameter isLast: nothing follows the message; a part that others follow leaves the recipient waiting.
  fileprivate mutating func take(_ result: RecipientResult, wait: Wait?, isLast: Bool) {
    switch result {
    case .accepted(let reply):
      custody = isLast ? .accepted(reply: reply) : .queued(.atOnce, .init(reply: reply))
      partsAccepted += 1
      if !isLast { bond = bond.cleared() }
    case .failed(let failure, let reply):
      custody = Custody(after: failure, reply: reply, due: .init(wait))
      if failure.class == .unknown { bond = bond.doubted() }
      if failure.class.isDefinite { bond = bond.released() }
    // After an attempt with an unknown outcome it must stay the same message.
    case .refusedEncoding(let failure, let reply) where mayHaveArrived:
      take(.failed(failure, reply: reply), wait: wait, isLast: isLast)
    case .refusedEncoding(let failure, let reply):
      custody = .queued(.atOnce, .init(failure: failure, reply: reply))
      bond = bond.released()
    case .lapsed(let failure): take(.refusedEncoding(failure, reply: reply), wait: wait, isLast: isLast)
    }
  }
}
