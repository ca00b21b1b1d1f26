import Base
package import Diagnosis
package import Jobs

/// Why the spool could not do what it was asked.
package enum SpoolError: Error, Equatable, Sendable {
  /// The state folder belongs to another user.
  case foreignFolder(path: String, owner: UInt32, user: UInt32)
  /// A later version of the program has written this spool.
  case newerSchema(path: String, found: Int, known: Int)
  /// The database is damaged, or is not ours.
  case corrupt(path: String, detail: String)
  /// The database belongs to another program.
  case otherProgram(path: String)
  /// In this and the next two the path is empty where the system did not say which: then it is in the state folder.
  case full(path: String, detail: String)
  /// Reading or writing failed.
  case inputOutput(path: String, detail: String)
  /// Something that must be made cannot be.
  case cannotCreate(path: String, detail: String)
  /// A file that was to be taken over cannot be read.
  case unreadable(file: String, detail: String)
  /// Another process keeps the database locked.
  case busy(path: String, detail: String)
  /// The database did not take a statement: a fault of ours.
  case database(subject: String, detail: String)
  case noSuchJob(String)
  case ambiguous(String, [JobID])
  /// Another process uses the job.
  case inProgress(JobID)
  /// A job's file is gone, or is not as long as when it was sealed.
  case documentChanged(JobID, file: String, expected: Int, found: Int?)
  /// The index of a document's pages is not what it was when the document was sealed.
  case indexChanged(JobID, expected: Int, found: Int)
  case refused(JobID, JobRefusal)

  init(_ error: SystemError, making: Bool = false) {
    let path = error.subject ?? ""
    if error.isStorageFull {
      self = .full(path: path, detail: error.description)
    } else if making {
      self = .cannotCreate(path: path, detail: error.description)
    } else {
      self = .inputOutput(path: path, detail: error.description)
    }
  }
}

extension SpoolError: CustomStringConvertible {
  /// One sentence: what failed, with which value.
  package var description: String {
    switch self {
    case .foreignFolder(let path, let owner, let user):
      "the state folder \(path) belongs to user \(owner), not to \(user)"
    case .newerSchema(let path, let found, let known):
      "\(path) has format \(found); this version supports formats up to \(known)"
    case .corrupt(let path, let detail): "cannot read the database \(path): \(detail)"
    case .otherProgram(let path): "cannot read the database \(path): it belongs to another program"
    case .full(let path, let detail): "storage full at \(Self.place(path)): \(detail)"
    case .inputOutput(let path, let detail): "reading or writing \(Self.place(path)) failed: \(detail)"
    case .cannotCreate(let path, let detail): "cannot create or write \(Self.place(path)): \(detail)"
    case .unreadable(_, let detail): detail
    case .busy(let path, let detail): "another program has locked \(path): \(detail)"
    case .database(let subject, let detail): "the spool database refused a statement: \(detail) (\(subject))"
    case .noSuchJob(let id): "no job \(id)"
    case .ambiguous(let start, let ids):
      "several jobs start with \(start): \(ids.prefix(5).map(\.text).joined(separator: ", "))"
    case .inProgress(let id): "job \(id) is in use by another process"
    case .documentChanged(let id, let file, let expected, let found):
      found.map { "\(file) of job \(id) has \($0) bytes instead of \(expected)" }
        ?? "\(file) of job \(id) (\(expected) bytes) is missing"
    case .indexChanged(let id, let expected, let found):
      "the index of job \(id) has \(found) pages instead of \(expected): the document cannot be split"
    case .refused(let id, let refusal): "job \(id): \(refusal)"
    }
  }

  /// The error by its name in the catalogue.
  package var failure: Failure {
    switch self {
    case .foreignFolder(let path, let owner, let user):
      Failure(.spoolForeignFolder, values: ["path": path, "owner": String(owner), "user": String(user)])
    case .newerSchema(let path, let found, let known):
      Failure(.spoolNewerForm, values: ["path": path, "found": String(found), "known": String(known)])
    case .corrupt(let path, let detail): Failure(.spoolDamaged, values: ["path": path, "detail": detail])
    case .otherProgram(let path): Failure(.spoolOfOtherProgram, values: ["path": path])
    case .full(let path, let detail): Failure(.spoolFull, at: path, detail)
    case .inputOutput(let path, let detail): Failure(.spoolInputOutput, at: path, detail)
    case .cannotCreate(let path, let detail): Failure(.spoolNotMade, at: path, detail)
    case .unreadable(let file, let detail): Failure(.spoolFileUnreadable, values: ["file": file, "detail": detail])
    case .busy(let path, let detail): Failure(.spoolLocked, values: ["path": path, "detail": detail])
    case .database(let subject, let detail):
      Failure(.spoolStatementRefused, values: ["subject": subject, "detail": detail])
    case .noSuchJob(let id): Failure(.jobUnknown, values: ["id": id])
    case .ambiguous(let start, let ids):
      Failure(.jobAmbiguous, values: ["start": start, "ids": ids.prefix(5).map(\.text).joined(separator: ", ")])
    case .inProgress(let id): Failure(.jobInProgress, values: ["id": id.text])
    case .documentChanged(let id, let file, let expected, let found?):
      Failure(
        .spoolDocumentChanged,
        values: ["id": id.text, "file": file, "expected": String(expected), "found": String(found)])
    case .documentChanged(let id, let file, let expected, nil):
      Failure(.spoolDocumentGone, values: ["id": id.text, "file": file, "expected": String(expected)])
    case .indexChanged(let id, let expected, let found):
      Failure(
        .spoolIndexChanged, values: ["id": id.text, "expected": String(expected), "found": String(found)])
    case .refused(let id, let refusal): Failure(refusal, of: id)
    }
  }

  /// What the machine said, or else which files and numbers it is about: for a value of another failure, which holds no
  /// sentence.
  package var detail: String {
    switch self {
    case .corrupt(_, let detail), .full(_, let detail), .inputOutput(_, let detail), .cannotCreate(_, let detail),
      .unreadable(_, let detail), .busy(_, let detail), .database(_, let detail):
      detail
    default: failure.values.sorted { $0.key < $1.key }.reduce(failure.id.name) { "\($0) \($1.key)=\($1.value)" }
    }
  }

  private static func place(_ path: String) -> String { path.isEmpty ? "the state folder" : path }
}

extension Failure {
  /// - Parameter path: empty where it is not known.
  fileprivate init(_ id: FailureID, at path: String, _ detail: String) {
    self.init(id, values: path.isEmpty ? ["detail": detail] : ["path": path, "detail": detail])
  }
}

/// Runs what may fail in the file system, as a ``SpoolError``.
func storing<Value: ~Copyable>(
  making: Bool = false, _ body: () throws(SystemError) -> Value
) throws(SpoolError) -> Value {
  do throws(SystemError) { return try body() } catch { throw SpoolError(error, making: making) }
}
