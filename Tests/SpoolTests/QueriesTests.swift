import Base
import Diagnosis
import Glibc
import Jobs
import TestKit
import Testing

@testable import Spool

@Suite struct QueriesTests {
  private func job(_ text: String, created: Int64 = 0) throws -> Job {
    var job = Job(
      id: try #require(JobID(text)), message: message(to: ["a@x.test", "b@x.test"]),
      created: WallTime(seconds: created))
    job.phase = .sealed
    return job
  }

  @Test func `a job is found by the beginning of its id`() throws {
    let bench = try Bench()
    for id in ["AAAAAAAAA1", "AAAAAAAAA2", "B000000000"] { try bench.spool.database.write(try job(id)) }
    #expect(try bench.spool.job(matching: "b").id.text == "B000000000")
    #expect(try bench.spool.job(matching: "bo").id.text == "B000000000")
    #expect(try bench.spool.job(matching: "aaaaaaaaal").id.text == "AAAAAAAAA1")
    #expect(throws: Failure.ambiguousJob("AA", try ["AAAAAAAAA1", "AAAAAAAAA2"].map { try #require(JobID($0)) })) {
      do throws(Failure) {
        _ = try bench.spool.job(matching: "aa")
      } catch {
        let ids = (error.values["ids"] ?? "").split(separator: ", ").compactMap { JobID(String($0)) }
        throw Failure.ambiguousJob(error.values["start"] ?? "", ids.sorted())
      }
    }
    for typed in ["", "C", "%", "A_", "B0000000000"] {
      #expect(throws: Failure.self, "\(typed)") { try bench.spool.job(matching: typed) }
    }
  }

  @Test func `a thousand jobs are listed in an instant, newest first`() throws {
    let bench = try Bench()
    try bench.spool.database.transaction { () throws(Failure) in
      for number in 0..<1000 {
        let id = JobID(random: (0..<10).map { UInt8(number >> $0 * 3 & 31) })
        var job = Job(
          id: id, message: message(to: ["a@x.test", "b@x.test"]), created: WallTime(seconds: Int64(number)))
        job.recipients[0].custody = Custody(after: failure(.transient))
        try bench.spool.database.write(job)
      }
    }
    let start = Deadline.now
    let jobs = try bench.spool.jobs()
    let took = Deadline.now.since(start)
    #expect(jobs.count == 1000 && jobs[0].created.seconds == 999 && jobs[999].recipients.count == 2)
    // A debug build on an idle machine takes a small part of this.
    #expect(took < .seconds(5), "\(took)")
  }

  /// In every state, with all that goes with it.
  private static let recipients = {
    let word = Custody.LastWord(failure: failure(.transient), reply: "451")
    let undated = Wait(.nanoseconds(1), from: Moment(boot: "", sinceBoot: .nanoseconds(1 << 53 + 1)))
    let custodies: [Custody] = [
      .queued(.atOnce, .none), .queued(.after(minute), word), .queued(.paced(undated), .init(reply: "")),
      .sending(attempt: 7, isIntended: true, word), .sending(attempt: 6, isIntended: false, .none),
      .accepted(reply: "250"), .refused(failure(.message), reply: "554"), .refused(failure(.recipient), reply: nil),
      .held(.none), .held(word), .unknown(failure(.unknown), reply: nil),
    ]
    let bonds: [Bond] = [
      .none, .free(after: 1, route: "office"), .free(after: nil, route: "other"),
      .bound(to: 1, route: "office", mayHaveArrived: true), .bound(to: 1, route: "office", mayHaveArrived: false),
    ]
    return custodies.enumerated().map { number, custody in
      Recipient(
        address: "r\(number)@x.test", custody: custody, bond: bonds[number % bonds.count], attempts: number,
        partsAccepted: number % 3)
    }
  }()

  @Test func `every part of a job comes back as it was`() throws {
    let bench = try Bench()
    var job = try job("0123456789", created: 5)
    job.message.fromUser = mailbox("ann@x.test")
    job.message.body = "two\r\nlines \u{1F5A8} 'quoted' \u{0}"
    job.message.attachments = [AttachedFile(name: "ä/b\".pdf", stored: "1.pdf", bytes: .max)]
    job.interruption = failure(.message)
    job.dispatches = [Dispatch(number: 1, route: "office", identity: identity)]
    job.attemptCount = 7
    job.recipients = Self.recipients
    try bench.spool.database.write(job)
    try bench.spool.database.write(job)
    #expect(try bench.spool.job(job.id) == job)
  }

  @Test func `the journal is told in order, in part or whole`() throws {
    let bench = try Bench()
    let first = try bench.sealed(1, to: [])
    let second = try bench.sealed(1, to: [])
    try bench.spool.noteExport(first.id, now: later)
    try bench.spool.remove(first.id, now: later)
    #expect(try bench.journal().map(\.event) == [.began, .sealed, .began, .sealed, .exported, .removed])
    #expect(try bench.journal(first.id).map(\.event) == [.began, .sealed, .exported, .removed])
    #expect(try bench.journal(since: later).map(\.job) == [first.id, first.id])
    #expect(try bench.journal(second.id, since: later).isEmpty)
  }

  @Test func `a cancelled job keeps its document, until it is removed`() throws {
    let bench = try Bench()
    let job = try bench.sealed()
    #expect(throws: Failure(.notNow("remove", .queued), of: job.id)) {
      try bench.spool.remove(job.id, now: now)
    }
    #expect(try bench.spool.cancel(job.id, now: now).state == .cancelled)
    _ = try bench.spool.open(job.files[0], of: job.id)
    try bench.spool.remove(job.id, now: now)
    #expect(!Folder.exists(bench.path(job.id, "")))
    #expect(throws: Failure.unknownJob(job.id.text)) { try bench.spool.remove(job.id, now: now) }
  }

  @Test func `a document that is not what was sealed is not sent`() throws {
    let bench = try Bench()
    let job = try bench.sealed()
    let path = bench.path(job.id, "document.pdf")
    let size = job.documentBytes
    try Descriptor(opening: path, O_WRONLY).truncate(to: 10)
    let file = job.files[0]
    #expect(throws: Failure.documentChanged(job.id, file: file.name, expected: size, found: 10)) {
      do throws(Failure) { _ = try bench.spool.open(file, of: job.id) } catch { throw error }
    }
    try Folder.removeFile(path)
    #expect(throws: Failure.documentChanged(job.id, file: file.name, expected: size, found: nil)) {
      do throws(Failure) { _ = try bench.spool.open(file, of: job.id) } catch { throw error }
    }
  }

  @Test func `every error says what to do next`() throws {
    let id = JobID(random: Array(0..<10))
    let errors: [Failure] = [
      .foreignFolder(path: "/s", owner: 1, user: 2), .newerSpool(path: "/s", found: 2, known: 1),
      .damagedSpool(path: "/s", detail: "d"), .fullSpool(path: "/s", detail: "d"),
      .spoolInputOutput(path: "/s", detail: "d"),
      .spoolNotMade(path: "/s", detail: "d"), .lockedSpool(path: "/s", detail: "d"),
      .unreadableFile("f", detail: "d"), .statementRefused(subject: "s", detail: "d"),
      .unknownJob("X"), .ambiguousJob("X", [id]), .jobInProgress(id),
      .documentChanged(id, file: "f", expected: 1, found: nil), Failure(.nothingToRetry(.accepted), of: id),
    ]
    for error in errors {
      #expect(!error.steps.isEmpty && error.stage == "spool" && error.exitCode != .done && !error.cause.isEmpty)
    }
  }
}
