import Base
import Diagnosis
import Glibc

/// The form of the database, as numbered steps: step n takes form n to form n + 1. A step that has been
/// released never changes.
enum Schema {
  /// "PLTN": tells our database from any other.
  static let application = 0x504C_544E

  static let steps = [
    """
    CREATE TABLE job (
      id TEXT PRIMARY KEY NOT NULL,
      phase TEXT NOT NULL,
      created INTEGER NOT NULL,
      pages INTEGER NOT NULL,
      documentBytes INTEGER NOT NULL,
      attemptCount INTEGER NOT NULL,
      message TEXT NOT NULL,
      interruption TEXT
    ) STRICT;

    CREATE TABLE dispatch (
      job TEXT NOT NULL REFERENCES job ON DELETE CASCADE,
      number INTEGER NOT NULL,
      route TEXT NOT NULL,
      part INTEGER NOT NULL,
      identity TEXT NOT NULL,
      PRIMARY KEY (job, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE recipient (
      job TEXT NOT NULL REFERENCES job ON DELETE CASCADE,
      position INTEGER NOT NULL,
      address TEXT NOT NULL,
      state TEXT NOT NULL,
      -- What goes with the state, and what ties it to a dispatch: each a value as JSON.
      custody TEXT NOT NULL,
      bond TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      PRIMARY KEY (job, position),
      UNIQUE (job, address)
    ) STRICT, WITHOUT ROWID;

    -- Outlives its jobs, so it does not refer to them.
    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      job TEXT NOT NULL,
      time INTEGER NOT NULL,
      event TEXT NOT NULL,
      address TEXT,
      route TEXT,
      reply TEXT,
      peer TEXT,
      tls TEXT,
      failure TEXT
    ) STRICT;
    CREATE INDEX journalOfJob ON journal (job);
    """,
    """
    ALTER TABLE recipient ADD COLUMN partsAccepted INTEGER NOT NULL DEFAULT 0;
    UPDATE recipient SET partsAccepted = 1 WHERE state = 'accepted';
    ALTER TABLE journal ADD COLUMN part TEXT;

    -- What left for which account and when, for the rates of the services. Outlives its jobs.
    CREATE TABLE departure (
      id INTEGER PRIMARY KEY NOT NULL,
      account TEXT NOT NULL,
      boot TEXT NOT NULL,
      -- Nanoseconds since that boot.
      sinceBoot INTEGER NOT NULL,
      -- NULL where the date could not be trusted.
      date INTEGER,
      recipients INTEGER NOT NULL
    ) STRICT;
    """,
  ]
}

extension Connection {
  /// Opens the spool's database, refuses one that is not ours to touch, and brings it to the form that this
  /// program knows.
  static func spool(_ path: String) throws(Failure) -> Connection {
    let connection = try Connection(path: path)
    try connection.refuseStrangers()
    try connection.setUp()
    try connection.workInLog()
    try connection.migrate()
    return connection
  }

  private func refuseStrangers() throws(Failure) {
    let form = try number("PRAGMA user_version") ?? 0
    let application = try number("PRAGMA application_id") ?? 0
    let tables = try number("SELECT count(*) FROM sqlite_schema") ?? 0
    if application != Schema.application && (application != 0 || tables > 0) {
      throw .spoolOfOtherProgram(path: path)
    }
    if form > Schema.steps.count { throw .newerSpool(path: path, found: form, known: Schema.steps.count) }
  }

  /// A commit has to be on the storage when it returns. With a rollback journal that takes synchronous=EXTRA
  /// and four syncs, for a commit is the journal's removal from its folder; with a write-ahead log and FULL it
  /// takes one, of the log. The log also lets `platen jobs` read while the sender writes. It needs shared
  /// memory, so the state folder cannot be on a network file system.
  private func setUp() throws(Failure) {
    let mode = try texts("PRAGMA journal_mode = WAL").first ?? ""
    try execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 0")
    let synchronous = try number("PRAGMA synchronous")
    let foreignKeys = try number("PRAGMA foreign_keys")
    guard mode == "wal", synchronous == 2, foreignKeys == 1 else {
      throw .spoolNotMade(
        path: path, detail: "SQLite cannot keep a write-ahead log here (journal mode \(mode)): no local file system?")
    }
  }

  /// Works the log that other programs left into the database once it is long, as far as nobody reads the old state.
  ///
  /// It is left at the end, where a person waits, and so short here that reading it takes no time; the next commit
  /// begins it anew.
  private func workInLog() throws(Failure) {
    let log = try? Descriptor(opening: path + "-wal", O_RDONLY).size()
    if log ?? 0 > Self.longLogBytes { try execute("PRAGMA wal_checkpoint(PASSIVE)") }
  }

  /// Some ten jobs.
  private static let longLogBytes = 512 << 10

  private func migrate() throws(Failure) {
    if try number("PRAGMA user_version") == Schema.steps.count { return }
    try transaction { () throws(Failure) in
      // Another process may have been faster.
      let form = try number("PRAGMA user_version") ?? 0
      for step in Schema.steps.dropFirst(form) { try execute(step) }
      try execute("PRAGMA user_version = \(Schema.steps.count); PRAGMA application_id = \(Schema.application)")
    }
  }

  /// Looks through the whole database for damage.
  func check() throws(Failure) {
    let findings = try texts("PRAGMA quick_check(3)")
    if findings != ["ok"] { throw .damagedSpool(path: path, detail: findings.joined(separator: "; ")) }
  }
}
