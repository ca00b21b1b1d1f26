import Base
package import Diagnosis
import Glibc
package import Jobs
import Spool

extension Appliance {
  /// Whether a file can be written there; asked before a page moves.
  package func checkCanWrite(_ path: String) throws(Failure) {
    let path = absolute(path)
    if Folder.isFolder(path) { throw Failure(.outputIsFolder, values: ["path": path]) }
    let folder = Folder.parent(of: path) ?? "/"
    if unsafe access(folder, F_OK) != 0 {
      throw Failure(.outputNoFolder, values: ["path": path, "folder": folder])
    }
    if unsafe access(folder, W_OK | X_OK) != 0 {
      throw Failure(.outputFolderForbidden, values: ["path": path, "folder": folder])
    }
  }

  /// Writes a job's document to a file, whole or not at all.
  ///
  /// - Parameter path: replaced where it exists.
  package func export(_ id: JobID, to path: String) throws(Failure) {
    try checkCanWrite(path)
    let job = try spool.job(id)
    guard job.files.count == 1, let file = job.files.first else {
      throw Failure(
        .outputSeveralOfJob,
        values: [
          "id": job.id.text, "count": String(job.files.count),
          "names": job.files.map(\.name).joined(separator: ", "),
        ])
    }
    let source = try spool.open(file, of: id)
    do throws(SystemError) {
      try NewFile(at: absolute(path)).copy(source)
    } catch {
      throw .notWritable(path, error)
    }
    try spool.noteExport(id, now: clock.date)
  }

  /// Seals a job that was never to be sent, writes its document to a file, and forgets the job.
  ///
  /// - Returns: the job as it was sealed; nil, and `refusal` says why, where the file could not be written, and the job
  ///   is as it was.
  func handOver(
    _ open: OpenJob, _ message: JobMessage, to path: String, ending: DocumentEnding, refusal: inout SystemError?
  ) throws(Failure) -> Job? {
    let file: NewFile
    let permissions: UInt32
    do throws(SystemError) {
      file = try NewFile(at: absolute(path))
      permissions = try file.permissions()
    } catch {
      refusal = error
      return nil
    }
    var refused: SystemError?
    let job = try spool.handOver(open, message, permissions: permissions, now: clock.date, ending: ending) { stored in
      do throws(SystemError) { try file.take(stored) } catch { refused = error }
      return refused == nil
    }
    refusal = refused
    return job
  }
}

extension Failure {
  static func notWritable(_ path: String, _ error: SystemError) -> Failure {
    let isNotMade = error.isStorageFull || error.code == EACCES
    return Failure(
      isNotMade ? .outputNotMade : .outputFailed, code: "errno \(error.code)",
      values: ["path": path, "detail": error.description])
  }
}
