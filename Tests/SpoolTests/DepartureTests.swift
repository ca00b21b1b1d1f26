import Base
import Diagnosis
import Glibc
import Jobs
import Paper
import TestKit
import Testing

@testable import Spool

@Suite struct `The ledger on disk` {
  private let dark = Moment(boot: "one", sinceBoot: .seconds(10))
  private let lit = Moment(boot: "one", sinceBoot: .seconds(70), wall: WallTime(seconds: 1_800_000_060))

  /// Sends to one recipient, and notes it.
  private func depart(
    _ bench: Bench, _ ledger: inout RateLedger, at moment: Moment, hasLeft: Bool = true
  ) throws {
    let lock = try bench.sender()
    let id = try bench.sealed().id
    let batch = try #require(try bench.spool.job(id).batches(of: ["a@x.test"], on: "office").first)
    let change = ledger.depart(1, on: "x", at: moment)
    let attempt = try bench.spool.beginAttempt(
      batch, of: id, on: "office", departure: change, holding: lock, now: now
    ) { identity }
    #expect(attempt.departure == change.added.id)
    #expect(try bench.spool.rateLedger(holding: lock).entries == ledger.entries)
    let report = AttemptReport(results: ["a@x.test": .accepted(reply: "250")])
    try bench.spool.recordOutcome(attempt, report, hasLeft: hasLeft, holding: lock, now: now)
    if !hasLeft { ledger.withdraw(change.added.id) }
    #expect(try bench.spool.rateLedger(holding: lock).entries == ledger.entries)
  }

  @Test func `it is what it was, after any start`() throws {
    let bench = try Bench()
    var ledger = RateLedger()
    try depart(bench, &ledger, at: dark)
    try depart(bench, &ledger, at: dark, hasLeft: false)
    #expect(ledger.entries.map(\.moment) == [dark])
    // The date is known, and the first gets it too.
    try depart(bench, &ledger, at: lit)
    #expect(ledger.entries.map(\.moment.wall?.seconds) == [1_800_000_000, 1_800_000_060])
    try depart(bench, &ledger, at: lit.advanced(by: .seconds(86_390)))
    #expect(ledger.entries.count == 2)
  }

  @Test func `it outlives its jobs`() throws {
    let bench = try Bench()
    var ledger = RateLedger()
    try depart(bench, &ledger, at: lit)
    for job in try bench.spool.jobs() { try bench.spool.remove(job.id, now: now) }
    #expect(try bench.spool.rateLedger(holding: try bench.sender()).entries == ledger.entries)
  }

  @Test func `a spool of the first form is brought to this one, with all that is in it`() throws {
    let bench = try Bench()
    let lock = try bench.sender()
    let id = try bench.sealed(1, to: ["a@x.test", "b@x.test"]).id
    let attempt = try bench.attempt(id, holding: lock, to: ["a@x.test"])
    let report = AttemptReport(results: ["a@x.test": .accepted(reply: "250")])
    let job = try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    try bench.spool.database.execute(
      """
      DROP TABLE departure; ALTER TABLE recipient DROP COLUMN partsAccepted; ALTER TABLE journal DROP COLUMN part;
      PRAGMA user_version = 1
      """)
    let spool = try Spool(folder: bench.state)
    #expect(try spool.job(id) == job && job.recipients.map(\.partsAccepted) == [1, 0])
    #expect(try spool.database.number("PRAGMA user_version") == 2)
  }

  @Test func `a crash between parts and within one forgets neither what was accepted nor what left`() throws {
    let bench = try Bench()
    let id = try bench.sealed(2).id
    let parts = [Part(number: 1, of: 2, pages: 0..<1), Part(number: 2, of: 2, pages: 1..<2)]
    let split = Split(parts: parts, information: DocumentInformation(title: "Scan 1", created: now))
    var ledger = RateLedger()
    func begin(_ part: Int, _ spool: Spool, _ lock: SenderLock) throws -> SendingAttempt {
      let batch = try #require(try spool.job(id).batches(of: ["a@x.test"], on: "office", part: part, of: split).first)
      return try spool.beginAttempt(
        batch, of: id, on: "office", part: part, in: split, departure: ledger.depart(1, on: "x", at: lit),
        holding: lock, now: now
      ) { identity }
    }
    do {
      let lock = try bench.sender()
      let first = try begin(1, bench.spool, lock)
      let report = AttemptReport(results: ["a@x.test": .accepted(reply: "250")])
      try bench.spool.recordOutcome(first, report, holding: lock, now: now)
      _ = try begin(2, bench.spool, lock)
    }
    let after = try Bench(bench.scratch)
    #expect(try after.recoverSomething().requeued == [id])
    let job = try after.spool.job(id)
    #expect(job.recipients[0].partsAccepted == 1 && job.recipients[0].boundRoute == "office")
    #expect(job.split(of: job.recipients[0]) == split && job.dispatches.map(\.part) == [1, 2])
    let lock = try after.sender()
    #expect(try after.spool.rateLedger(holding: lock).entries.count == 2)
    let second = try begin(2, after.spool, lock)
    #expect(second.dispatch == job.dispatches[1])
    try after.spool.recordIntent(second, holding: lock, now: now)
    let end = try after.spool.recordOutcome(
      second, AttemptReport(results: ["a@x.test": .accepted(reply: "250")]), holding: lock, now: now)
    #expect(end.state == .accepted)
    #expect(try after.journal(id).filter { $0.event == .accepted }.map(\.part) == ["1 of 2", "2 of 2"])
  }

  @Test func `an index that lost pages is no ground to split by`() throws {
    let bench = try Bench()
    let job = try bench.sealed(3)
    #expect(try bench.spool.pageEntries(of: job).count == 3)
    let index = bench.state + "/jobs/\(job.id)/" + DocumentFile.index
    let bytes = try Folder.contents(of: index)
    try Descriptor(opening: index, O_WRONLY).truncate(to: bytes.count - 5)
    #expect(throws: Failure.indexChanged(job.id, expected: 3, found: 2)) { try bench.spool.pageEntries(of: job) }
  }
}
