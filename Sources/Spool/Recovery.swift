package import Base
package import Diagnosis
import Glibc
package import Jobs
import Paper

/// What recovery found and did.
package struct Recovery: Sendable, Equatable {
  /// Scans that broke off with a crash, now sealed with the pages they had.
  package var interrupted: [JobID] = []
  /// Removed: scans that ended before a whole page, and jobs whose removal was interrupted.
  package var discarded: [JobID] = []
  /// Jobs with recipients that a lost sender may have sent to.
  package var unknown: [JobID] = []
  /// Jobs with recipients that a lost sender had not sent to yet.
  package var requeued: [JobID] = []
  /// Folders that no record tells of and that hold something: kept, for a person to look at. Paths.
  package var strays: [String] = []
  /// What could not be recovered now, and why; the next start tries again.
  package var problems: [JobID: Failure] = [:]
}

extension Spool {
  /// Puts right what a crash or a power cut left behind. To be called by every new sender before it sends.
  ///
  /// Jobs in use, by this or another process, are left alone.
  ///
  /// - Parameter ending: ends the document of an interrupted scan.
  package func recover(
    holding lock: SenderLock, now: WallTime, ending: (Job) -> DocumentEnding
  ) throws(Failure) -> Recovery {
    require(lock)
    try database.check()
    var recovery = Recovery()
    for job in try database.jobs(where: "phase IN ('scanning', 'removed')") {
      do throws(Failure) {
        try recover(job, now: now, ending: ending(job), &recovery)
      } catch {
        recovery.problems[job.id] = error
      }
    }
    try recoverAttempts(now: now, &recovery)
    try clearStrays(&recovery)
    return recovery
  }

  private func recover(
    _ job: Job, now: WallTime, ending: DocumentEnding, _ recovery: inout Recovery
  ) throws(Failure) {
    if job.phase == .removed {
      try apply(.removeAsked, to: job.id, at: now)
      recovery.discarded.append(job.id)
      return
    }
    if Folder.exists(folder.job(job.id)) {
      guard let locked = try lockFolder(of: job.id) else { return }
      // Kept until the job is sealed.
      defer { _ = locked.number }
      try sealRemains(of: job, now: now, ending: ending, &recovery)
    } else {
      try sealRemains(of: job, now: now, ending: ending, &recovery)
    }
  }

  private func sealRemains(
    of job: Job, now: WallTime, ending: DocumentEnding, _ recovery: inout Recovery
  ) throws(Failure) {
    // The job may have been sealed by its owner between our look at it and the lock.
    guard try database.job(job.id)?.phase == .scanning else { return }
    // Files that were being taken over are still where they came from, and may not be whole here.
    var message = job.message
    message.attachments = []
    let sealed = try seal(job.id, message, failure: Failure(.jobScanLost), now: now, ending: ending)
    if sealed == nil { recovery.discarded.append(job.id) } else { recovery.interrupted.append(job.id) }
  }

  private func recoverAttempts(now: WallTime, _ recovery: inout Recovery) throws(Failure) {
    let lost = try database.jobs(where: "id IN (SELECT job FROM recipient WHERE state = 'sending')")
    for before in lost {
      let after = try apply(.senderLost, to: before.id, at: now).job
      let sent = zip(before.recipients, after.recipients).filter { $0.0.state == .sending }.map(\.1.state)
      if sent.contains(.unknown) { recovery.unknown.append(before.id) }
      if sent.contains(.queued) { recovery.requeued.append(before.id) }
    }
  }

  // MARK: Folders without a record

  private func clearStrays(_ recovery: inout Recovery) throws(Failure) {
    // Under the write lock, so that no job is just being begun.
    let strays = try database.transaction { () throws(Failure) in
      var strays: [String] = []
      for name in try storing({ () throws(SystemError) in try Folder.names(in: folder.jobs) }) {
        if let id = JobID(name), id.text == name, try database.job(id) != nil { continue }
        let path = folder.jobs + "/" + name
        if try !isRemovedAsEmpty(path) { strays.append(path) }
      }
      return strays
    }
    recovery.strays = strays
  }

  /// Removes a folder in which nothing is worth keeping. Anything that is no folder stays.
  private func isRemovedAsEmpty(_ path: String) throws(Failure) -> Bool {
    guard Folder.isFolder(path) else { return false }
    return try storing { () throws(SystemError) in
      for name in try Folder.names(in: path) {
        let isEmpty = try Descriptor(opening: path + "/" + name, O_RDONLY | O_NOFOLLOW).size() == 0
        if !isEmpty { return false }
      }
      try Folder.removeTree(path)
      return true
    }
  }
}
