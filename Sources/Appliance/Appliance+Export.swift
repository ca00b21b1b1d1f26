import Base
package import Diagnosis
import Glibc
package import Jobs
import Spool

extension Appliance {
  /// Whether a file can be written there; asked before a page moves.
  package func checkCanWrite(_ path: String) throws(Failure) {
    let path = absolute(path)
    if Folder.isFolder(path) { throw .notWritable(path, "it is a folder", .cannotCreate) }
    let folder = Folder.parent(of: path) ?? "/"
    if unsafe access(folder, F_OK) != 0 { throw .notWritable(path, "there is no folder \(folder)", .cannotCreate) }
    if unsafe access(folder, W_OK | X_OK) != 0 {
      throw .notWritable(path, "this user may not write in \(folder)", .refused)
    }
  }

  /// Writes a job's document to a file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: replaced where it exists.
  ///   - isLeaving: the job is to be forgotten right after, so its document need not be copied.
  package func export(_ id: JobID, to path: String, isLeaving: Bool = false) throws(Failure) {
    try checkCanWrite(path)
    let job = try spooling { () throws(SpoolError) in try spool.job(id) }
    guard job.files.count == 1, let file = job.files.first else { throw .notOneFile(job) }
    let source = try spooling { () throws(SpoolError) in try spool.open(file, of: id) }
    do throws(SystemError) {
      try place(source, of: isLeaving ? spool.path(of: file, of: id) : nil, at: absolute(path))
    } catch {
      throw .notWritable(
        path, error.description, error.isStorageFull || error.code == EACCES ? .cannotCreate : .storage)
    }
    try spooling { () throws(SpoolError) in try spool.noteExport(id, now: .now) }
  }

  /// The file itself or a copy under a temporary name, synced, then renamed.
  ///
  /// - Parameter stored: where `source` lies if it may be taken from there.
  private func place(_ source: borrowing Descriptor, of stored: String?, at path: String) throws(SystemError) {
    let temporary = path + ".part"
    do throws(SystemError) {
      let copy = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o666)
      // What is taken was synced as it was sealed.
      let isTaken = try stored.map { (stored) throws(SystemError) in
        try take(source, of: stored, to: temporary, permissions: copy.permissions())
      }
      if isTaken != true {
        while case let piece = try source.read(upTo: 1 << 20), !piece.isEmpty { try copy.write(piece) }
        try copy.sync()
      }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    try Folder.rename(temporary, to: path)
    try Folder.sync(Folder.parent(of: path) ?? "/")
  }

  /// Puts a second name of the file in the place of `temporary`, with the permissions that a new file has there.
  ///
  /// - Returns: false, and nothing has changed, where that cannot be: in another file system, or one without links.
  private func take(
    _ file: borrowing Descriptor, of stored: String, to temporary: String, permissions: UInt32
  ) throws(SystemError) -> Bool {
    let link = temporary + ".link"
    try Folder.removeFile(link)
    guard (try? Folder.link(stored, to: link)) != nil else { return false }
    do throws(SystemError) {
      try file.setPermissions(permissions)
      try Folder.rename(link, to: temporary)
    } catch {
      unsafe unlink(link)
      throw error
    }
    return true
  }
}

extension Failure {
  fileprivate static func notWritable(_ path: String, _ reason: String, _ code: ExitCode) -> Failure {
    Failure(
      class: .configuration, stage: "output", cause: "cannot write \(path): \(reason)", who: .person,
      steps: ["Name another file with --output. What is in the spool stays there: platen jobs"], retry: true,
      exitCode: code)
  }

  fileprivate static func notOneFile(_ job: Job) -> Failure {
    Failure(
      class: .message, stage: "output",
      cause: "job \(job.id) has \(job.files.count) files: \(job.files.map(\.name).joined(separator: ", "))",
      who: .person,
      steps: ["--output takes one document; send them, or give one file at a time."], retry: false, exitCode: .usage)
  }
}
