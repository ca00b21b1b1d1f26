import Base
import Diagnosis
import Glibc
import Jobs
import TestKit
import Testing

@testable import Spool

@Suite struct SendingTests {
  @Test func `one process sends, and the others learn which`() throws {
    let bench = try Bench()
    let other = try Bench(bench.scratch)
    #expect(bench.spool.senderProcess() == nil)
    var lock = try bench.spool.tryBecomeSender()
    #expect(lock != nil)
    #expect(try other.spool.tryBecomeSender() == nil)
    #expect(other.spool.senderProcess() == getpid())
    lock = nil
    #expect(try other.spool.tryBecomeSender() != nil)
  }

  @Test func `an attempt leaves its marks in order`() throws {
    let bench = try Bench()
    let lock = try bench.sender()
    let id = try bench.sealed(1, to: ["a@x.test", "b@x.test", "c@x.test"]).id
    let attempt = try bench.attempt(id, holding: lock, to: ["a@x.test", "b@x.test", "c@x.test"])
    #expect(attempt.number == 1 && attempt.dispatch.identity == identity)
    #expect(try bench.spool.job(id).state == .sending)
    try bench.spool.recordIntent(attempt, holding: lock, now: now)
    #expect(try bench.spool.job(id).recipients.allSatisfy(\.isIntended))
    let report = AttemptReport(
      results: [
        "a@x.test": .accepted(reply: "250 2.0.0 queued as 4711"),
        "b@x.test": .failed(failure(.recipient), reply: "550 5.1.1 no such user"),
        "c@x.test": .failed(failure(.transient), reply: "451 4.3.0 later"),
      ], wait: minute, peer: "192.0.2.1:587", tls: "1.3")
    let job = try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    #expect(try bench.spool.job(id) == job)
    #expect(job.recipients.map(\.state) == [.accepted, .refused, .queued])
    #expect(job.recipients[2].next == later)
    let lines = try bench.journal(id)
    #expect(lines.map(\.event) == [.began, .sealed, .attempt, .accepted, .refused, .deferred])
    #expect(lines[3].reply == "250 2.0.0 queued as 4711" && lines[3].peer == "192.0.2.1:587" && lines[3].tls == "1.3")
    #expect(lines[4].failure == failure(.recipient) && lines[4].address == "b@x.test")
  }

  @Test func `an outcome is on record for other processes at once`() throws {
    let bench = try Bench()
    let other = try Bench(bench.scratch)
    let lock = try bench.sender()
    let id = try bench.sealed().id
    let attempt = try bench.attempt(id, holding: lock)
    #expect(try other.spool.job(id).state == .sending)
    #expect(throws: Failure(.notNow("cancel", .sending), of: id)) { try other.spool.cancel(id, now: now) }
    let report = AttemptReport(results: ["a@x.test": .failed(failure(.configuration), reply: "535 5.7.8 no")])
    try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    #expect(try other.spool.job(id).state == .held)
    #expect(try other.spool.job(id).failure == failure(.configuration))
    #expect(try other.spool.retry(id, now: now).state == .queued)
  }

  @Test func `the identity of a dispatch is asked for once`() throws {
    let bench = try Bench()
    let lock = try bench.sender()
    let id = try bench.sealed().id
    for round in 1...3 {
      let batch = try bench.spool.job(id).batches(of: ["a@x.test"], on: "office")[0]
      var asked = 0
      let attempt = try bench.spool.beginAttempt(batch, of: id, on: "office", holding: lock, now: now) {
        asked += 1
        return identity
      }
      #expect(asked == (round == 1 ? 1 : 0) && attempt.number == round)
      let report = AttemptReport(results: ["a@x.test": .failed(failure(.transient), reply: nil)])
      try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    }
    #expect(try bench.spool.job(id).dispatches.count == 1)
  }

  @Test func `an attempt that is over cannot end again`() throws {
    let bench = try Bench()
    let lock = try bench.sender()
    let id = try bench.sealed().id
    let attempt = try bench.attempt(id, holding: lock)
    let report = AttemptReport(results: ["a@x.test": .accepted(reply: "250 ok")])
    try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    #expect(throws: Failure(.noSuchAttempt(1), of: id)) {
      try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    }
    #expect(throws: Failure(.noSuchAttempt(1), of: id)) {
      try bench.spool.recordIntent(attempt, holding: lock, now: now)
    }
  }
}
