import CSQLite
import Diagnosis

/// A compiled statement; lives no longer than its connection.
@safe final class Statement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let sql: String
  private let path: String

  /// SQLite's SQLITE_TRANSIENT, a cast that Swift does not import: copy the text before the call returns.
  private static var copied: sqlite3_destructor_type? { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type?.self) }

  @unsafe init(_ sql: String, on connection: OpaquePointer, path: String) throws(Failure) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let handle = unsafe prepared else {
      throw Failure(unsafe SQLiteError(code, of: connection, subject: sql), path: path)
    }
    unsafe self.handle = handle
    unsafe self.connection = connection
    self.sql = sql
    self.path = path
  }

  deinit { unsafe sqlite3_finalize(handle) }

  private func failure(_ code: Int32) -> Failure {
    Failure(unsafe SQLiteError(code, of: connection, subject: sql), path: path)
  }

  func bind(_ values: [SQLiteValue]) throws(Failure) {
    precondition(values.count == Int(unsafe sqlite3_bind_parameter_count(handle)), "values for: \(sql)")
    for (index, value) in values.enumerated() {
      let code = bind(value, at: Int32(index + 1))
      if code != SQLITE_OK { throw failure(code) }
    }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
    case .text(let text): unsafe sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), Self.copied)
    case .null: unsafe sqlite3_bind_null(handle, index)
    }
  }

  /// True: there is a row.
  func step() throws(Failure) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  var row: Row { unsafe Row(handle) }

  /// Ready for the next run; what the last one failed with was already thrown.
  func reset() {
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }
}

/// A statement's current row, until its next step.
@safe struct Row: ~Copyable {
  private let handle: OpaquePointer

  @unsafe init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  func integer(_ column: Int32) -> Int { Int(unsafe sqlite3_column_int64(handle, column)) }

  /// nil for NULL.
  func optionalInteger(_ column: Int32) -> Int? {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
  }

  /// nil for NULL.
  func text(_ column: Int32) -> String? {
    guard let bytes = unsafe sqlite3_column_text(handle, column) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
