import Base
package import Diagnosis
import Glibc
import Jobs

/// Jobs, their documents and their journal, in a state folder:
///
///     spool.sqlite3        jobs, journal and rate ledger (and its -wal and -shm)
///     sender.lock          locked by the one process that sends; its process id
///     jobs/ID/             one folder a job, locked while pages or files are being added
///       document.part      pages as they come, and document.index, which says which of them are whole
///       document.pdf       the document, once sealed
///       1.pdf 2.pdf …      files that go unchanged
///
/// Every change of a job is an event of `Job.after(_:at:)`, worked in as one commit. A document is on the
/// storage before its record says so; files are removed after the record has said that they will be.
///
/// Blocks on the storage. One thread at a time; any number of processes, each with a `Spool` of its own.
package final class Spool {
  let folder: StateFolder
  let database: Connection

  /// Opens the spool in `folder`, or makes both.
  package init(folder: String) throws(Failure) {
    self.folder = StateFolder(path: folder)
    try self.folder.prepare()
    // SQLite syncs the folder when it first syncs its log, and by that the folder has all that is made here.
    database = try Connection.spool(self.folder.database)
  }

  /// Works an event into a job: one commit, then what is to be done to its files.
  ///
  /// - Parameter alongside: what else belongs to that commit.
  @discardableResult
  func apply(
    _ event: JobEvent, to id: JobID, at now: WallTime, alongside: () throws(Failure) -> Void = {}
  ) throws(Failure) -> (job: Job, effects: [JobEffect]) {
    let step = try database.transaction { () throws(Failure) in
      let step = try record(event, of: id, at: now)
      try alongside()
      return step
    }
    for effect in step.effects {
      switch effect {
      case .removeFiles: try storing { () throws(SystemError) in try removeFiles(of: id) }
      case .forget: try database.forget(id)
      case .seal, .record, .journal: break
      }
    }
    return step
  }

  /// The part of an event that is in the database, inside a transaction of the caller's.
  func record(
    _ event: JobEvent, of id: JobID, at now: WallTime
  ) throws(Failure) -> (job: Job, effects: [JobEffect]) {
    guard let job = try database.job(id) else { throw .unknownJob(id.text) }
    let step = try refusing(id) { () throws(JobRefusal) in try job.after(event, at: now) }
    for effect in step.effects {
      switch effect {
      case .record: try database.write(step.job)
      case .journal(let line): try database.write(line)
      case .seal, .removeFiles, .forget: break
      }
    }
    return step
  }

  private func removeFiles(of id: JobID) throws(SystemError) {
    try Folder.removeTree(folder.job(id))
    try Folder.sync(folder.jobs)
  }
}

/// Runs what the life of a job may refuse, as a ``Failure``.
func refusing<Value>(_ id: JobID, _ body: () throws(JobRefusal) -> Value) throws(Failure) -> Value {
  do throws(JobRefusal) { return try body() } catch { throw Failure(error, of: id) }
}
