package import Base
package import Diagnosis
import Glibc
package import Jobs

/// The right to send, which one process at a time has for a state folder. Lasts as long as this lives.
package final class SenderLock {
  private let file: Descriptor
  fileprivate let path: String

  init(locked file: consuming Descriptor, path: String) {
    self.file = file
    self.path = path
  }
}

/// An attempt that is under way.
package struct SendingAttempt: Sendable, Equatable {
  package let job: JobID
  /// From 1, within the job.
  package let number: Int
  package let dispatch: Dispatch
  package let recipients: [String]
  /// What the rate ledger knows it by; nil where it is not paced.
  package let departure: Int64?
}

extension Spool {
  // MARK: Who sends

  /// nil: another process sends; ``senderProcess()`` says which.
  package func tryBecomeSender() throws(Failure) -> SenderLock? {
    let path = folder.senderLock
    return try storing { () throws(SystemError) in
      let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
      guard try file.tryLock() else { return nil }
      try file.truncate(to: 0)
      try file.write(Array("\(getpid())\n".utf8), at: 0)
      return SenderLock(locked: file, path: path)
    }
  }

  /// The process that sends, or was the last to.
  package func senderProcess() -> Int32? {
    guard let bytes = try? Folder.contents(of: folder.senderLock) else { return nil }
    return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  func require(_ lock: SenderLock) {
    precondition(lock.path == folder.senderLock, "the lock is of another state folder")
  }

  // MARK: Attempts

  /// Records that a batch of recipients is being sent to.
  ///
  /// - Parameters:
  ///   - batch: of `Job.batches(of:on:part:)`.
  ///   - split: what the batch was made with.
  ///   - departure: what the attempt changes in the rate ledger.
  ///   - identity: asked for where the batch begins a dispatch; what it says is kept for every later attempt.
  package func beginAttempt(
    _ batch: Batch, of id: JobID, on route: String, part: Int = 1, in split: Split? = nil,
    departure: RateLedger.Change? = nil, holding lock: SenderLock, now: WallTime, identity: () -> DispatchIdentity
  ) throws(Failure) -> SendingAttempt {
    require(lock)
    let dispatch: Dispatch
    if let known = batch.dispatch {
      dispatch = known
    } else {
      let number = try job(id).dispatches.count + 1
      var identity = identity()
      identity.split = split
      dispatch = Dispatch(number: number, route: route, part: part, identity: identity)
    }
    let began = try apply(.attemptBegan(dispatch, recipients: batch.recipients), to: id, at: now) {
      () throws(Failure) in
      if let departure { try database.write(departure) }
    }
    return SendingAttempt(
      job: id, number: began.job.attemptCount, dispatch: dispatch, recipients: batch.recipients,
      departure: departure?.added.id)
  }

  /// Has it on the storage that the final dot may go out. Before this returns it must not.
  package func recordIntent(
    _ attempt: SendingAttempt, holding lock: SenderLock, now: WallTime
  ) throws(Failure) {
    require(lock)
    try apply(.intentRecorded(attempt: attempt.number), to: attempt.job, at: now)
  }

  /// Records the outcome of an attempt durably. To be called as soon as the reply is known.
  ///
  /// - Parameter hasLeft: false: no server can have counted it, so that the rate ledger forgets it.
  @discardableResult
  package func recordOutcome(
    _ attempt: SendingAttempt, _ report: AttemptReport, hasLeft: Bool = true, holding lock: SenderLock, now: WallTime
  ) throws(Failure) -> Job {
    require(lock)
    let ended = try apply(.attemptEnded(attempt: attempt.number, report), to: attempt.job, at: now) {
      () throws(Failure) in
      if !hasLeft, let departure = attempt.departure { try database.withdraw(departure) }
    }
    return ended.job
  }

  /// Records that no attempt is made now to these addresses, and why.
  @discardableResult
  package func passOver(
    _ failures: [String: Failure], of id: JobID, on route: String?, wait: Wait? = nil, holding lock: SenderLock,
    now: WallTime
  ) throws(Failure) -> Job {
    require(lock)
    return try apply(.passedOver(failures, route: route, wait: wait), to: id, at: now).job
  }

  /// Has the waits of a job's recipients told from this moment, for a later run of the system to go by.
  package func tellWaits(
    of id: JobID, at moment: Moment, holding lock: SenderLock, now: WallTime
  ) throws(Failure) {
    require(lock)
    try apply(.waitsTold(at: moment), to: id, at: now)
  }
}
