import Base
import CSQLite
import Diagnosis

/// A call of SQLite that failed.
struct SQLiteError: Error {
  /// The primary result code (SQLITE_FULL…).
  let code: Int32
  /// errno of the system call behind it, 0 where there was none.
  let systemCode: Int32
  let message: String
  /// What was being done: the SQL, without its values.
  let subject: String

  init(_ code: Int32, systemCode: Int32 = 0, message: String, subject: String) {
    // The extended codes carry the primary one in their low byte.
    self.code = code & 0xff
    self.systemCode = systemCode
    self.message = message
    self.subject = subject
  }

  @unsafe init(_ code: Int32, of handle: OpaquePointer, subject: String) {
    let message = unsafe String(cString: sqlite3_errmsg(handle))
    unsafe self.init(code, systemCode: sqlite3_system_errno(handle), message: message, subject: subject)
  }
}

extension Failure {
  /// - Parameter path: of the database.
  init(_ error: SQLiteError, path: String) {
    let detail = "\(error.message) (\(error.subject.onOneLine(limit: 80)))"
    let cause = error.systemCode == 0 ? nil : SystemError("access", path, code: error.systemCode)
    switch error.code {
    case SQLITE_FULL: self = .fullSpool(path: path, detail: detail)
    case SQLITE_IOERR where cause?.isStorageFull == true: self = .fullSpool(path: path, detail: detail)
    case SQLITE_IOERR: self = .spoolInputOutput(path: path, detail: cause.map { "\($0); \(detail)" } ?? detail)
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damagedSpool(path: path, detail: detail)
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: self = .spoolNotMade(path: path, detail: detail)
    case SQLITE_BUSY, SQLITE_LOCKED: self = .lockedSpool(path: path, detail: detail)
    default: self = .statementRefused(subject: error.subject, detail: error.message)
    }
  }
}
