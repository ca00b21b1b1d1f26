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
    var step = Step(job: self, now: now)
    switch event {
    case .scanEnded(let pages, let attachments, let failure):
      try step.endScan(pages: pages, attachments: attachments, failure: failure)
    case .sealed(let submission, let pages, let documentBytes, let failure):
      try step.seal(submission, pages: pages, documentBytes: documentBytes, failure: failure)
    case .attemptBegan(let dispatch, let recipients): try step.beginAttempt(of: dispatch, to: recipients)
    case .passedOver(let failures, let route, let until): try step.passOver(failures, route: route, until: until)
    case .intentRecorded(let attempt): try step.intend(attempt)
    case .attemptEnded(let attempt, let report): try step.endAttempt(attempt, report)
    case .senderLost: step.loseSender()
    case .retryAsked: try step.retry()
    case .cancelAsked: try step.cancel()
    case .exported: try step.export()
    case .removeAsked: try step.remove()
    }
    return (step.job, step.effects)
  }
}

/// One event being worked in.
private struct Step {
  var job: Job
  let now: WallTime
  var effects: [JobEffect] = []

  private mutating func note(_ event: JournalEvent, failure: Failure? = nil) {
    effects.append(.journal(JournalLine(job: job.id, time: now, event: event, failure: failure)))
  }

  private func require(_ phases: [JobPhase], to asked: String) throws(JobRefusal) {
    if !phases.contains(job.phase) { throw .notNow(asked, job.state) }
  }

  // MARK: The document

  mutating func endScan(pages: Int, attachments: Int, failure: Failure?) throws(JobRefusal) {
    try require([.scanning], to: "end-scan")
    if pages > 0 || attachments > 0 {
      effects = [.seal]
      return
    }
    job.phase = .removed
    note(.discarded, failure: failure)
    effects += [.record, .removeFiles, .forget]
  }

  mutating func seal(
    _ submission: Submission, pages: Int, documentBytes: Int, failure: Failure?
  ) throws(JobRefusal) {
    try require([.scanning], to: "seal")
    job.submission = submission
    job.pages = pages
    job.documentBytes = documentBytes
    job.interruption = failure
    job.phase = failure == nil ? .sealed : .interrupted
    let state: RecipientState = failure == nil ? .queued : .held
    job.recipients = submission.addresses.map { Recipient(address: $0, state: state) }
    note(failure == nil ? .sealed : .interrupted, failure: failure)
    effects.append(.record)
  }

  mutating func export() throws(JobRefusal) {
    try require([.sealed, .interrupted, .cancelled], to: "export")
    note(.exported)
  }

  mutating func remove() throws(JobRefusal) {
    if job.phase != .removed {
      guard [.sealed, .interrupted, .accepted, .refused, .cancelled].contains(job.state) else {
        throw .notNow("remove", job.state)
      }
      note(.removed)
    }
    job.phase = .removed
    effects += [.record, .removeFiles, .forget]
  }

  // MARK: Attempts

  mutating func beginAttempt(of dispatch: Dispatch, to addresses: [String]) throws(JobRefusal) {
    try require([.sealed], to: "send")
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
      recipient.state = .sending
      recipient.route = dispatch.route
      recipient.attempts += 1
      recipient.next = nil
      recipient.dispatch = dispatch.number
      recipient.isReleased = false
      recipient.attempt = number
    }
    let line = JournalLine(
      job: job.id, time: now, event: .attempt, route: dispatch.route, part: dispatch.slice?.label)
    effects += [.journal(line), .record]
  }

  mutating func passOver(_ failures: [String: Failure], route: String?, until: WallTime?) throws(JobRefusal) {
    try require([.sealed], to: "send")
    for address in failures.keys.sorted() {
      guard let recipient = job.recipients.first(where: { $0.address == address }) else {
        throw .noSuchRecipient(address)
      }
      if recipient.state != .queued { throw .recipientNotQueued(address, recipient.state) }
    }
    for index in job.recipients.indices {
      guard let failure = failures[job.recipients[index].address] else { continue }
      let known = job.recipients[index].failure
      job.recipients[index].passOver(failure, route: route, until: until)
      // Who waits for one rate is told of once, however often it is looked at.
      if failure.class == .transient && known?.id == failure.id { continue }
      noteOutcome(of: job.recipients[index], AttemptReport(results: [:]))
    }
    effects.append(.record)
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
    for index in try under(attempt) { job.recipients[index].isIntended = true }
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
        job.recipients[index].take(result, retryAt: report.retryAt, isLast: dispatch?.slice?.isLast ?? true)
        noteOutcome(of: job.recipients[index], part: dispatch?.slice?.label, isAccepted: result.isAccepted, report)
      } else {
        lose(index, retryAt: report.retryAt)
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
          job: job.id, time: now, event: isAccepted ? .accepted : JournalEvent(recipient.state),
          address: recipient.address, route: recipient.route, part: part, reply: recipient.reply, peer: report.peer,
          tls: report.tls, failure: recipient.failure)))
  }

  mutating func loseSender() {
    let sending = job.recipients.indices.filter { job.recipients[$0].attempt != nil }
    for index in sending { lose(index, retryAt: nil) }
    if !sending.isEmpty { effects.append(.record) }
  }

  /// The attempt is over and nobody knows how: before the intent nothing can have arrived.
  private mutating func lose(_ index: Int, retryAt: WallTime?) {
    let recipient = job.recipients[index]
    if recipient.isIntended {
      job.recipients[index].take(.failed(Failure(.jobSenderLost), reply: nil), retryAt: nil, isLast: true)
    } else {
      job.recipients[index].leaveAttempt(for: .queued)
      job.recipients[index].next = retryAt
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
    try require([.sealed, .interrupted], to: "retry")
    let waiting = job.recipients.indices.filter { job.recipients[$0].canBeRetried }
    if waiting.isEmpty { throw .nothingToRetry(job.state) }
    for index in waiting {
      job.recipients[index].state = .queued
      job.recipients[index].next = nil
    }
    job.phase = .sealed
    job.interruption = nil
    note(.retried)
    effects.append(.record)
  }

  mutating func cancel() throws(JobRefusal) {
    try require([.sealed, .interrupted], to: "cancel")
    if job.state == .sending || job.state == .accepted { throw .notNow("cancel", job.state) }
    job.phase = .cancelled
    for index in job.recipients.indices where job.recipients[index].state == .queued {
      job.recipients[index].state = .held
      job.recipients[index].next = nil
    }
    note(.cancelled)
    effects.append(.record)
  }
}

extension Job {
  /// `platen jobs retry` does something: sends what waits already, or frees what does not.
  package var canBeRetried: Bool {
    [.sealed, .interrupted].contains(phase)
      && recipients.contains { $0.state == .queued || $0.canBeRetried }
  }
}

extension Recipient {
  /// Not accepted, not under way, and not about to go anyway.
  fileprivate var canBeRetried: Bool {
    switch state {
    case .held, .unknown, .refused: true
    case .queued: next != nil
    case .sending, .accepted: false
    }
  }

  fileprivate mutating func leaveAttempt(for state: RecipientState) {
    self.state = state
    attempt = nil
    isIntended = false
  }

  /// Without an attempt. What keeps it from going for good, by the route that it was bound to, sets it free as a
  /// server's word would.
  fileprivate mutating func passOver(_ failure: Failure, route: String?, until: WallTime?) {
    state = failure.class.recipientState
    self.failure = failure
    if boundRoute == nil, let route { self.route = route }
    if failure.class.isDefinite, dispatch != nil { isReleased = !mayHaveArrived }
    next = state == .queued ? until : nil
  }

  /// - Parameter isLast: nothing follows the message; a part that others follow leaves the recipient waiting.
  fileprivate mutating func take(_ result: RecipientResult, retryAt: WallTime?, isLast: Bool) {
    switch result {
    case .accepted(let reply):
      leaveAttempt(for: isLast ? .accepted : .queued)
      partsAccepted += 1
      if !isLast { mayHaveArrived = false }
      self.reply = reply
      failure = nil
    case .failed(let failure, let reply):
      leaveAttempt(for: failure.class.recipientState)
      self.reply = reply
      self.failure = failure
      next = state == .queued ? retryAt : nil
      if failure.class == .unknown { mayHaveArrived = true }
      isReleased = failure.class.isDefinite && !mayHaveArrived
    // After an attempt whose end nobody knows it may not be another message.
    case .refusedEncoding(let failure, let reply) where mayHaveArrived:
      take(.failed(failure, reply: reply), retryAt: retryAt, isLast: isLast)
    case .refusedEncoding(let failure, let reply):
      leaveAttempt(for: .queued)
      self.reply = reply
      self.failure = failure
      isReleased = true
    case .lapsed(let failure): take(.refusedEncoding(failure, reply: reply), retryAt: retryAt, isLast: isLast)
    }
  }
}
