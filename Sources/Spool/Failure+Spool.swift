import Base
package import Diagnosis
package import Jobs

/// Why the spool could not do what it was asked.
extension Failure {
  /// The state folder belongs to another user.
  package static func foreignFolder(path: String, owner: UInt32, user: UInt32) -> Failure {
    Failure(.spoolForeignFolder, values: ["path": path, "owner": String(owner), "user": String(user)])
  }

  /// A later version of the program has written this spool.
  package static func newerSpool(path: String, found: Int, known: Int) -> Failure {
    Failure(.spoolNewerForm, values: ["path": path, "found": String(found), "known": String(known)])
  }

  /// The database is damaged, or is not ours.
  package static func damagedSpool(path: String, detail: String) -> Failure {
    Failure(.spoolDamaged, values: ["path": path, "detail": detail])
  }

  /// The database belongs to another program.
  package static func spoolOfOtherProgram(path: String) -> Failure {
    Failure(.spoolOfOtherProgram, values: ["path": path])
  }

  /// In this and the next two the path is empty where the system did not say which: then it is in the state folder.
  package static func fullSpool(path: String, detail: String) -> Failure { Failure(.spoolFull, at: path, detail) }

  /// Reading or writing failed.
  package static func spoolInputOutput(path: String, detail: String) -> Failure {
    Failure(.spoolInputOutput, at: path, detail)
  }

  /// A file or folder that must be made cannot be.
  package static func spoolNotMade(path: String, detail: String) -> Failure { Failure(.spoolNotMade, at: path, detail) }

  /// A file that was to be taken over cannot be read.
  package static func unreadableFile(_ file: String, detail: String) -> Failure {
    Failure(.spoolFileUnreadable, values: ["file": file, "detail": detail])
  }

  /// Another process keeps the database locked.
  package static func lockedSpool(path: String, detail: String) -> Failure {
    Failure(.spoolLocked, values: ["path": path, "detail": detail])
  }

  /// The database did not take a statement: a fault of ours.
  package static func statementRefused(subject: String, detail: String) -> Failure {
    Failure(.spoolStatementRefused, values: ["subject": subject, "detail": detail])
  }

  package static func unknownJob(_ id: String) -> Failure { Failure(.jobUnknown, values: ["id": id]) }

  package static func ambiguousJob(_ start: String, _ ids: [JobID]) -> Failure {
    Failure(.jobAmbiguous, values: ["start": start, "ids": ids.prefix(5).map(\.text).joined(separator: ", ")])
  }

  /// Another process uses the job.
  package static func jobInProgress(_ id: JobID) -> Failure { Failure(.jobInProgress, values: ["id": id.text]) }

  /// A job's file is gone, or is not as long as when it was sealed.
  package static func documentChanged(_ id: JobID, file: String, expected: Int, found: Int?) -> Failure {
    let values = ["id": id.text, "file": file, "expected": String(expected)]
    guard let found else { return Failure(.spoolDocumentGone, values: values) }
    return Failure(.spoolDocumentChanged, values: values.merging(["found": String(found)]) { $1 })
  }

  /// The index of a document's pages is not what it was when the document was sealed.
  package static func indexChanged(_ id: JobID, expected: Int, found: Int) -> Failure {
    Failure(.spoolIndexChanged, values: ["id": id.text, "expected": String(expected), "found": String(found)])
  }

  /// What the machine said, or else which files and numbers it is about: for a value of another failure, which holds no
  /// sentence.
  package var detail: String {
    values["detail"] ?? values.sorted { $0.key < $1.key }.reduce(id.name) { "\($0) \($1.key)=\($1.value)" }
  }

  /// - Parameter making: a file or folder was to be made.
  init(spool error: SystemError, making: Bool = false) {
    let id: FailureID = error.isStorageFull ? .spoolFull : making ? .spoolNotMade : .spoolInputOutput
    self.init(id, at: error.subject ?? "", error.description)
  }

  /// - Parameter path: empty where it is not known.
  private init(_ id: FailureID, at path: String, _ detail: String) {
    self.init(id, values: path.isEmpty ? ["detail": detail] : ["path": path, "detail": detail])
  }
}

/// Runs what may fail in the file system of the state folder.
func storing<Value: ~Copyable>(
  making: Bool = false, _ body: () throws(SystemError) -> Value
) throws(Failure) -> Value {
  do throws(SystemError) { return try body() } catch { throw Failure(spool: error, making: making) }
}
