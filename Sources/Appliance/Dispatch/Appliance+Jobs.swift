import Base
package import Diagnosis
package import Interface
package import Jobs
import Spool

extension Appliance {
  /// All jobs, newest first, after what a crash left behind is put right.
  package func jobs() throws(Failure) -> [Job] {
    try recoverIfIdle()
    return try spool.jobs()
  }

  /// The job a person means by an id or the beginning of one.
  package func job(_ typed: String) throws(Failure) -> Job {
    try recoverIfIdle()
    return try spool.job(matching: typed)
  }

  /// Recovery belongs to the sender; while another process sends, it has been done.
  private func recoverIfIdle() throws(Failure) {
    guard let lock = try spool.tryBecomeSender() else { return }
    try recover(holding: lock)
  }

  /// Queues again what is not accepted; gives the job to deliver.
  package func retry(_ typed: String) throws(Failure) -> JobID {
    let job = try job(typed)
    // What waits for nothing is due as it stands; what cannot be retried is refused with the reason.
    if job.isFreedByRetry || !job.canBeRetried {
      _ = try spool.retry(job.id, now: clock.date)
    }
    return job.id
  }

  package func cancel(_ typed: String) throws(Failure) -> Job {
    let job = try job(typed)
    return try spool.cancel(job.id, now: clock.date)
  }

  /// A new job with the files of another one, to other recipients.
  ///
  /// The document goes along as a finished file: the new job has no pages of its own.
  package func resend(_ typed: String, _ message: MessageDraft) throws(Failure) -> Job {
    let earlier = try job(typed)
    let notNow = Failure(.notNow(JobState.Request.resend.rawValue, earlier.state), of: earlier.id)
    if !earlier.allows(.resend) { throw notNow }
    let message = try message.filledIn(repeating: earlier.message)
    try admit()
    let open = try spool.begin(message, now: clock.date)
    for file in earlier.files { try open.adopt(try spool.open(file, of: earlier.id), named: file.name) }
    let ending = ending(title: message.fileName, created: earlier.created)
    guard let job = try spool.seal(open, message, now: clock.date, ending: ending) else { throw notNow }
    return job
  }

  /// Removes a job that is finished, cancelled, or never was to be sent: its document and its record.
  package func forget(_ id: JobID) throws(Failure) {
    try spool.remove(id, now: clock.date)
  }

  /// false, and nothing is done, where the job is still on its way.
  package func forgetIfFinished(_ id: JobID) throws(Failure) -> Bool {
    do throws(Failure) {
      try spool.remove(id, now: clock.date)
      return true
    } catch {
      if error.id == .jobNotNow { return false }
      throw error
    }
  }
}
