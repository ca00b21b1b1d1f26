package import Base
package import Diagnosis
import Glibc
package import Jobs
package import Paper

extension Spool {
  // MARK: Looking

  /// All jobs, newest first.
  package func jobs() throws(Failure) -> [Job] { try visibleJobs(where: "true") }

  package func job(_ id: JobID) throws(Failure) -> Job {
    guard let job = try visibleJobs(where: "id = ?", [.text(id.text)]).first else { throw .unknownJob(id.text) }
    return job
  }

  /// The job a person means by an id, or by the beginning of one that only one job has.
  package func job(matching typed: String) throws(Failure) -> Job {
    guard let start = JobID.canonical(typed), !start.isEmpty else { throw .unknownJob(typed.onOneLine(limit: 40)) }
    let found = try visibleJobs(where: "substr(id, 1, length(?1)) = ?1", [.text(start)])
    if found.count > 1 { throw .ambiguousJob(start, found.map(\.id)) }
    guard let job = found.first else { throw .unknownJob(start) }
    return job
  }

  private func visibleJobs(
    where condition: String, _ values: [SQLiteValue] = []
  ) throws(Failure) -> [Job] {
    try database.snapshot { () throws(Failure) in
      try database.jobs(where: "phase <> 'removed' AND \(condition)", values)
    }
  }

  /// Tells of what happened, in the order it did, without holding it all.
  package func journal(
    since: WallTime? = nil, job: JobID? = nil, _ body: (JournalLine) throws(Failure) -> Void
  ) throws(Failure) {
    try database.journal(since: since, job: job, body)
  }

  /// One of `Job.files`, for reading, as long as when it was sealed.
  package func open(_ file: AttachedFile, of id: JobID) throws(Failure) -> Descriptor {
    let path = path(of: file, of: id)
    if !Folder.exists(path) { throw .documentChanged(id, file: file.name, expected: file.bytes, found: nil) }
    let opened = try storing { () throws(SystemError) in try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW) }
    let size = try storing { () throws(SystemError) in try opened.size() }
    if size != file.bytes { throw .documentChanged(id, file: file.name, expected: file.bytes, found: size) }
    return opened
  }

  /// The whole pages of a job's document, as its index tells them.
  package func pageEntries(of job: Job) throws(Failure) -> [PageEntry] {
    let entries = try storing { () throws(SystemError) in try DocumentFolder(path: folder.job(job.id)).entries() }
    if entries.count != job.pages {
      throw .indexChanged(job.id, expected: job.pages, found: entries.count)
    }
    return entries
  }

  private func path(of file: AttachedFile, of id: JobID) -> String { folder.job(id) + "/" + file.stored }

  // MARK: What a person asks

  /// Has every recipient that was not accepted tried again, at once; sends an interrupted job as it is.
  @discardableResult
  package func retry(_ id: JobID, now: WallTime) throws(Failure) -> Job {
    try apply(.retryAsked, to: id, at: now).job
  }

  /// No more attempts; document and record stay.
  @discardableResult
  package func cancel(_ id: JobID, now: WallTime) throws(Failure) -> Job {
    try apply(.cancelAsked, to: id, at: now).job
  }

  /// Notes in the journal that a person has a copy of the document.
  package func noteExport(_ id: JobID, now: WallTime) throws(Failure) {
    try apply(.exported, to: id, at: now)
  }

  /// Removes a job that has come to an end, or never was to be sent: document and record; the journal stays.
  package func remove(_ id: JobID, now: WallTime) throws(Failure) {
    try apply(.removeAsked, to: id, at: now)
  }
}
