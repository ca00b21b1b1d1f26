package import Base
package import Diagnosis
import Glibc
package import Jobs

/// A job that pages and files are being added to.
///
/// Its folder stays locked as long as this lives, and as long as any process has a copy of ``folder``: flock(2)
/// belongs to the open folder, which a scan worker gets from us. So nobody takes the job for abandoned while
/// an orphaned worker still writes pages.
package final class OpenJob {
  package let id: JobID
  /// Where the scan worker puts pages. Not to be given to what outlives the scan.
  package let folder: Descriptor
  /// What was taken over so far.
  package private(set) var attachments: [AttachedFile] = []

  /// How much of a file is copied at once.
  private static let copyBytes = 256 << 10

  init(id: JobID, locked folder: consuming Descriptor) {
    self.id = id
    self.folder = folder
  }

  /// Copies a finished file into the job, from where `source` stands to its end, and waits until its bytes
  /// are on the storage.
  ///
  /// - Parameter name: as the recipient sees it.
  package func adopt(_ source: borrowing Descriptor, named name: String) throws(Failure) {
    let stored = "\(attachments.count + 1).pdf"
    let copy = try storing(making: true) { () throws(SystemError) in
      try Descriptor(opening: stored, in: folder, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    }
    var bytes = 0
    while case let piece = try Self.read(source, named: name), !piece.isEmpty {
      try storing { () throws(SystemError) in try copy.write(piece) }
      bytes += piece.count
    }
    try storing { () throws(SystemError) in try copy.sync() }
    attachments.append(AttachedFile(name: name, stored: stored, bytes: bytes))
  }

  private static func read(_ source: borrowing Descriptor, named name: String) throws(Failure) -> [UInt8] {
    do throws(SystemError) {
      return try source.read(upTo: copyBytes)
    } catch {
      throw .unreadableFile(name, detail: SystemError("read", name, code: error.code).description)
    }
  }
}

extension Spool {
  /// Begins a job before its first page or file. From here on a crash keeps every whole one.
  ///
  /// Forgets jobs that were handed over before: their files are gone for good once the folder of all jobs is synced,
  /// which a new job has to wait for anyway.
  ///
  /// - Parameter draft: what is asked for so far; sealing fixes it.
  package func begin(_ draft: JobMessage, now: WallTime) throws(Failure) -> OpenJob {
    // All in one transaction: recovery in another process sees the record only once the folder is locked.
    try database.transaction { () throws(Failure) in
      let removed = try removedJobs()
      let job = Job(id: try unusedID(), message: draft, created: now)
      try database.write(job)
      try database.write(JournalLine(job: job.id, time: now, event: .began))
      let open = OpenJob(id: job.id, locked: try makeFolder(of: job.id))
      for id in removed { try database.forget(id) }
      return open
    }
  }

  /// Jobs that were removed with all that they had. Their rows may go once the folder of all jobs is synced, or a
  /// power cut brings back folders that nothing tells of.
  private func removedJobs() throws(Failure) -> [JobID] {
    try database.texts("SELECT id FROM job WHERE phase = 'removed'").compactMap { JobID($0) }
      .filter { !Folder.exists(folder.job($0)) }
  }

  private func unusedID() throws(Failure) -> JobID {
    while true {
      let id = JobID(random: (0..<JobID.length).map { _ in UInt8.random(in: 0...255) })
      if try database.job(id) == nil && !Folder.exists(folder.job(id)) { return id }
    }
  }

  private func makeFolder(of id: JobID) throws(Failure) -> Descriptor {
    try storing(making: true) { () throws(SystemError) in try Folder.make(folder.job(id)) }
    guard let locked = try lockFolder(of: id) else { throw .jobInProgress(id) }
    try storing { () throws(SystemError) in try Folder.sync(folder.jobs) }
    return locked
  }

  /// The job's folder, locked; nil if another process holds it. Fails if it does not exist.
  func lockFolder(of id: JobID) throws(Failure) -> Descriptor? {
    try storing { () throws(SystemError) in
      let folder = try Descriptor(opening: folder.job(id), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      guard try folder.tryLock() else { return nil }
      return folder
    }
  }
}
