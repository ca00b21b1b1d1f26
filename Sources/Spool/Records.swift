import Base
import Diagnosis
import JSON
import Jobs

/// Jobs as rows.
extension Connection {
  // MARK: Writing

  func write(_ job: Job) throws(Failure) {
    try run(
      """
      INSERT INTO job (id, phase, created, pages, documentBytes, attemptCount, message, interruption)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (id) DO UPDATE SET phase = ?2, pages = ?4, documentBytes = ?5, attemptCount = ?6,
        message = ?7, interruption = ?8
      """,
      [
        .text(job.id.text), .text(job.phase.rawValue), .integer(job.created.seconds), SQLiteValue(job.pages),
        SQLiteValue(job.documentBytes), SQLiteValue(job.attemptCount), .text(Stored.text(job.message)),
        SQLiteValue(job.interruption.map(Stored.text)),
      ])
    try run("DELETE FROM recipient WHERE job = ?", [.text(job.id.text)])
    for (position, recipient) in job.recipients.enumerated() { try write(recipient, at: position, of: job.id) }
    for dispatch in job.dispatches { try write(dispatch, of: job.id) }
  }

  private func write(_ recipient: Recipient, at position: Int, of id: JobID) throws(Failure) {
    try run(
      """
      INSERT INTO recipient (job, position, address, state, custody, bond, attempts, partsAccepted)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(id.text), SQLiteValue(position), .text(recipient.address), .text(recipient.state.rawValue),
        .text(Stored.text(recipient.custody.details)), .text(Stored.text(recipient.bond)),
        SQLiteValue(recipient.attempts), SQLiteValue(recipient.partsAccepted),
      ])
  }

  /// A dispatch is written once and never changed: every attempt of it sends the same bytes.
  private func write(_ dispatch: Dispatch, of id: JobID) throws(Failure) {
    try run(
      "INSERT INTO dispatch VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [
        .text(id.text), SQLiteValue(dispatch.number), .text(dispatch.route), SQLiteValue(dispatch.part),
        .text(Stored.text(dispatch.identity)),
      ])
  }

  func write(_ line: JournalLine) throws(Failure) {
    try run(
      """
      INSERT INTO journal (job, time, event, address, route, reply, peer, tls, failure, part)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(line.job.text), .integer(line.time.seconds), .text(line.event.rawValue), SQLiteValue(line.address),
        SQLiteValue(line.route), SQLiteValue(line.reply), SQLiteValue(line.peer), SQLiteValue(line.tls),
        SQLiteValue(line.failure.map(Stored.text)), SQLiteValue(line.part),
      ])
  }

  /// The journal stays.
  func forget(_ id: JobID) throws(Failure) { try run("DELETE FROM job WHERE id = ?", [.text(id.text)]) }

  // MARK: Reading

  func job(_ id: JobID) throws(Failure) -> Job? { try jobs(where: "id = ?", [.text(id.text)]).first }

  /// Jobs whose rows fulfil `condition`, newest first. `condition` is SQL of ours, never of a user's.
  func jobs(where condition: String, _ values: [SQLiteValue] = []) throws(Failure) -> [Job] {
    let recipients = try recipients(where: condition, values)
    let dispatches = try dispatches(where: condition, values)
    return try rows(
      """
      SELECT id, phase, created, pages, documentBytes, attemptCount, message, interruption
      FROM job WHERE \(condition) ORDER BY created DESC, rowid DESC
      """, values
    ) { (row) throws(Failure) in
      let id = try identifier(row.text(0))
      return Job(
        id: id, phase: try Stored.word(JobPhase.self, row.text(1), path: path),
        created: WallTime(seconds: Int64(row.integer(2))), pages: row.integer(3), documentBytes: row.integer(4),
        message: try Stored.value(JobMessage.self, from: row.text(6), path: path),
        recipients: recipients[id] ?? [], dispatches: dispatches[id] ?? [], attemptCount: row.integer(5),
        interruption: try Stored.optionalValue(Failure.self, from: row.text(7), path: path))
    }
  }

  private func identifier(_ text: String?) throws(Failure) -> JobID {
    guard let id = JobID(text ?? "") else {
      throw .damagedSpool(path: path, detail: "\(JobID.self): \(text ?? "NULL")")
    }
    return id
  }

  private func recipients(
    where condition: String, _ values: [SQLiteValue]
  ) throws(Failure) -> [JobID: [Recipient]] {
    var found: [JobID: [Recipient]] = [:]
    try forEachRow(
      """
      SELECT job, address, state, custody, bond, attempts, partsAccepted FROM recipient
      WHERE job IN (SELECT id FROM job WHERE \(condition)) ORDER BY job, position
      """, values
    ) { (row) throws(Failure) in
      found[try identifier(row.text(0)), default: []].append(try recipient(from: row))
    }
    return found
  }

  private func recipient(from row: borrowing Row) throws(Failure) -> Recipient {
    let state = try Stored.word(RecipientState.self, row.text(2), path: path)
    let details = try Stored.value(JSONValue.self, from: row.text(3), path: path)
    return Recipient(
      address: row.text(1) ?? "",
      custody: try Stored.fitting(path: path) { () throws(JSONMismatch) in try Custody(state, details: details) },
      bond: try Stored.value(Bond.self, from: row.text(4), path: path), attempts: row.integer(5),
      partsAccepted: row.integer(6))
  }

  private func dispatches(
    where condition: String, _ values: [SQLiteValue]
  ) throws(Failure) -> [JobID: [Dispatch]] {
    var found: [JobID: [Dispatch]] = [:]
    try forEachRow(
      """
      SELECT job, number, route, part, identity FROM dispatch
      WHERE job IN (SELECT id FROM job WHERE \(condition)) ORDER BY job, number
      """, values
    ) { (row) throws(Failure) in
      found[try identifier(row.text(0)), default: []].append(
        Dispatch(
          number: row.integer(1), route: row.text(2) ?? "", part: row.integer(3),
          identity: try Stored.value(DispatchIdentity.self, from: row.text(4), path: path)))
    }
    return found
  }

  /// Journal lines in the order they were written.
  func journal(
    since: WallTime?, job: JobID?, _ body: (JournalLine) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachRow(
      """
      SELECT job, time, event, address, route, reply, peer, tls, failure, part FROM journal
      WHERE time >= ?1 AND (?2 IS NULL OR job = ?2) ORDER BY sequence
      """, [.integer(since?.seconds ?? .min), SQLiteValue(job?.text)]
    ) { (row) throws(Failure) in
      try body(
        JournalLine(
          job: try identifier(row.text(0)), time: WallTime(seconds: Int64(row.integer(1))),
          event: try Stored.word(JournalEvent.self, row.text(2), path: path), address: row.text(3),
          route: row.text(4), part: row.text(9), reply: row.text(5), peer: row.text(6), tls: row.text(7),
          failure: try Stored.optionalValue(Failure.self, from: row.text(8), path: path)))
    }
  }
}
