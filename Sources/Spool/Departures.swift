import Base
package import Diagnosis
package import Jobs

/// The rate ledger as rows. They change within the commits of attempts: pacing costs no sync of its own.
extension Spool {
  /// Recent departures by account. The sender reads them, once it holds the lock.
  package func rateLedger(holding lock: SenderLock) throws(Failure) -> RateLedger {
    require(lock)
    return try rateLedger()
  }

  /// The same without the lock: others may be sending.
  package func rateLedger() throws(Failure) -> RateLedger {
    RateLedger(
      entries: try database.rows("SELECT id, account, boot, sinceBoot, date, recipients FROM departure") {
        (row) throws(Failure) in
        RateLedger.Departure(
          id: Int64(row.integer(0)), account: row.text(1) ?? "",
          moment: Moment(
            boot: row.text(2) ?? "", sinceBoot: .nanoseconds(row.integer(3)),
            wall: row.optionalInteger(4).map { WallTime(seconds: Int64($0)) }),
          recipients: row.integer(5))
      })
  }
}

extension Connection {
  func write(_ change: RateLedger.Change) throws(Failure) {
    for id in change.forgotten { try withdraw(id) }
    for entry in change.dated + [change.added] { try write(entry) }
  }

  private func write(_ entry: RateLedger.Departure) throws(Failure) {
    try run(
      """
      INSERT INTO departure (id, account, boot, sinceBoot, date, recipients) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (id) DO UPDATE SET date = ?5
      """,
      [
        .integer(entry.id), .text(entry.account), .text(entry.moment.boot),
        .integer(entry.moment.sinceBoot.inNanoseconds), SQLiteValue(entry.moment.wall.map { Int($0.seconds) }),
        SQLiteValue(entry.recipients),
      ])
  }

  func withdraw(_ departure: Int64) throws(Failure) {
    try run("DELETE FROM departure WHERE id = ?", [.integer(departure)])
  }
}
