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
  /// Somebody is working on the job.
  case inProgress(JobID)
  /// A job's file is gone, or is not as long as when it was sealed.
  case documentChanged(JobID, file: String, expected: Int, found: Int?)
  /// The index of a document's pages is not what it was when the document was sealed.
  case indexChanged(JobID, expected: Int, found: Int)
  case refused(JobID, JobRefusal)

  init(_ error: SystemError, making: Bool = false) {
    let path = error.subject ?? "the state folder"
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
      "the state folder \(path) belongs to user \(owner), and this is user \(user)"
    case .newerSchema(let path, let found, let known):
      "\(path) is of form \(found), and this version of the program knows forms up to \(known)"
    case .corrupt(let path, let detail): "the database \(path) cannot be read: \(detail)"
    case .full(let path, let detail): "the storage is full at \(path): \(detail)"
    case .inputOutput(let path, let detail): "reading or writing \(path) failed: \(detail)"
    case .cannotCreate(let path, let detail): "\(path) cannot be made or written: \(detail)"
    case .unreadable(_, let detail): detail
    case .busy(let path, let detail): "another program keeps \(path) locked: \(detail)"
    case .database(let subject, let detail): "the spool's database refused a statement: \(detail) (\(subject))"
    case .noSuchJob(let id): "there is no job \(id)"
    case .ambiguous(let start, let ids):
      "more than one job begins with \(start): \(ids.prefix(5).map(\.text).joined(separator: ", "))"
    case .inProgress(let id): "job \(id) is being worked on by another process"
    case .documentChanged(let id, let file, let expected, let found):
      "\(file) of job \(id) should have \(expected) bytes and "
        + (found.map { "has \($0)" } ?? "is not there")
    case .indexChanged(let id, let expected, let found):
      "the index of job \(id) should tell of \(expected) pages and tells of \(found): the document cannot be split"
    case .refused(let id, let refusal): "job \(id): \(refusal)"
    }
  }

  /// The error as everything shows it, with what to do next.
  package var failure: Failure {
    let (who, steps, exitCode) = advice
    return Failure(
      class: retryHelps ? .transient : .configuration, stage: "spool", cause: description, who: who, steps: steps,
      retry: retryHelps,
      exitCode: exitCode)
  }

  private var retryHelps: Bool {
    switch self {
    case .full, .busy, .inputOutput, .inProgress: true
    default: false
    }
  }

  private var advice: (Actor, [String], ExitCode) {
    switch self {
    case .foreignFolder(_, let owner, _):
      (.installer, ["Run the program as user \(owner), or name another folder with --state."], .refused)
    case .newerSchema:
      (.installer, ["Install the newer version again, or name another folder with --state."], .configuration)
    case .corrupt(let path, _):
      (
        .installer,
        [
          "Move \(path) and its -wal file aside and start again: documents stay in the folder jobs beside it.",
          "Check the storage: a database does not break by itself.",
        ], .storage
      )
    case .full: (.installer, ["Make room on the storage, then try again: nothing was lost."], .cannotCreate)
    case .inputOutput: (.installer, ["Check the storage (dmesg shows its errors), then try again."], .storage)
    case .cannotCreate:
      (.installer, ["Check the folder's permissions, or name another with --state."], .cannotCreate)
    case .unreadable: (.person, ["Check that it is a file, whole and readable, and send it again."], .noInput)
    case .busy: (.person, ["Try again in a moment; if it stays, find the program that hangs."], .notAcceptedYet)
    case .database: (.vendor, ["Report this with the program's version."], .bug)
    case .noSuchJob: (.person, ["List the jobs: platen jobs"], .noInput)
    case .ambiguous: (.person, ["Give more characters of the id."], .usage)
    case .inProgress: (.person, ["Wait until it is done, or stop that process."], .notAcceptedYet)
    case .documentChanged, .indexChanged: (.person, ["Scan or send it again; check the storage."], .storage)
    case .refused: (.person, ["Look at the job: platen jobs show ID"], .usage)
    }
  }
}

/// Runs what may fail in the file system, as a ``SpoolError``.
func storing<Value: ~Copyable>(
  making: Bool = false, _ body: () throws(SystemError) -> Value
) throws(SpoolError) -> Value {
  do throws(SystemError) { return try body() } catch { throw SpoolError(error, making: making) }
}
