import CSQLite
import Diagnosis

/// A value to bind to a statement.
enum SQLiteValue {
  case integer(Int64)
  case text(String)
  case null

  init(_ number: Int) { self = .integer(Int64(number)) }
  init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
  init(_ text: String) { self = .text(text) }
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}

/// A connection to a database file; one thread at a time.
@safe final class Connection {
  let path: String
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// How long a writer waits for another process's commit, in milliseconds: longer than any single commit,
  /// short enough that a stuck process is reported and not waited for.
  private static let patienceMilliseconds: Int32 = 10_000

  /// Opens the file, or makes it.
  init(path: String) throws(Failure) {
    self.path = path
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
    guard let handle = unsafe opened else {
      throw Failure(SQLiteError(code, message: "out of memory", subject: "open"), path: path)
    }
    unsafe self.handle = handle
    if code != SQLITE_OK { throw failure(code, "open") }
    unsafe sqlite3_extended_result_codes(handle, 1)
    unsafe sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
    unsafe csqlite_leave_log(handle)
  }

  deinit {
    statements = [:]
    unsafe sqlite3_close_v2(handle)
  }

  private func failure(_ code: Int32, _ subject: String) -> Failure {
    Failure(unsafe SQLiteError(code, of: handle, subject: subject), path: path)
  }

  /// Runs statements that take no values and whose rows do not matter.
  func execute(_ sql: String) throws(Failure) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw failure(code, sql) }
  }

  /// Runs one statement, whose compiled form is kept for the next time.
  func run(_ sql: String, _ values: [SQLiteValue] = []) throws(Failure) {
    try forEachRow(sql, values) { (_) throws(Failure) in }
  }

  /// All rows, each made into a value.
  func rows<Value>(
    _ sql: String, _ values: [SQLiteValue] = [], _ read: (borrowing Row) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    var found: [Value] = []
    try forEachRow(sql, values) { (row) throws(Failure) in found.append(try read(row)) }
    return found
  }

  /// The first column of the first row, as a number.
  func number(_ sql: String, _ values: [SQLiteValue] = []) throws(Failure) -> Int? {
    try rows(sql, values) { (row) throws(Failure) in row.integer(0) }.first
  }

  /// The first column of each row, as text.
  func texts(_ sql: String) throws(Failure) -> [String] {
    try rows(sql) { (row) throws(Failure) in row.text(0) ?? "" }
  }

  func forEachRow(
    _ sql: String, _ values: [SQLiteValue] = [], _ body: (borrowing Row) throws(Failure) -> Void
  ) throws(Failure) {
    let statement = try compiled(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() { try body(statement.row) }
  }

  private func compiled(_ sql: String) throws(Failure) -> Statement {
    if let known = statements[sql] { return known }
    let statement = try unsafe Statement(sql, on: handle, path: path)
    statements[sql] = statement
    return statement
  }

  /// Runs `body` as one commit, alone among all writers; what it throws undoes it.
  func transaction<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    try bracketed(by: "BEGIN IMMEDIATE", body)
  }

  /// Runs `body`, which only reads, on one state of the database, whatever others commit meanwhile.
  func snapshot<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    try bracketed(by: "BEGIN", body)
  }

  private func bracketed<Value>(
    by begin: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try execute(begin)
    do throws(Failure) {
      let value = try body()
      try execute("COMMIT")
      return value
    } catch {
      // Some failures (a full disk) have rolled back already; a second time is refused and changes nothing.
      try? execute("ROLLBACK")
      throw error
    }
  }
}
