import Base
import Diagnosis
import Glibc
import Jobs
import Paper
import TestKit
import Testing

@testable import Spool

/// Every test leaves work half done, drops what did it, and lets a new spool on the same folder recover.
@Suite struct RecoveryTests {
  /// How far sealing came.
  enum Step: Int, CaseIterable { case none, ended, named }

  @Test(arguments: Step.allCases)
  func `a crash anywhere in sealing leaves an interrupted job with all whole pages`(_ step: Step) throws {
    let scratch = try TemporaryFolder()
    let id: JobID
    do {
      let bench = try Bench(scratch)
      let open = try bench.scanned(2)
      id = open.id
      let document = DocumentFolder(path: bench.path(id, ""))
      if step.rawValue >= Step.ended.rawValue { try document.end(try document.entries(), by: ending) }
      if step.rawValue >= Step.named.rawValue { try document.name() }
    }
    let bench = try Bench(scratch)
    #expect(try bench.recoverSomething() == Recovery(interrupted: [id]))
    let job = try bench.spool.job(id)
    #expect(job.state == .interrupted && job.pages == 2)
    #expect(job.failure?.stage == "scan" && job.failure?.exitCode == .scannerUnavailable)
    #expect(try isDocument(bench.path(id, "document.pdf"), pages: 2))
    _ = try bench.spool.open(job.files[0], of: id)
    #expect(try bench.recover() == Recovery())
  }

  @Test func `a crash before the first whole page leaves nothing`() throws {
    let scratch = try TemporaryFolder()
    var ids: [JobID] = []
    do {
      let bench = try Bench(scratch)
      let empty = try bench.scanned(0)
      let torn = try bench.spool.begin(message(to: ["a@x.test"]), now: now)
      _ = try bench.scratch.write(Array("%PDF-1.4 torn".utf8), to: "state/jobs/\(torn.id)/document.part")
      let bare = try bench.spool.begin(message(to: ["a@x.test"]), now: now)
      try Folder.removeTree(bench.path(bare.id, ""))
      ids = [empty.id, torn.id, bare.id]
    }
    let bench = try Bench(scratch)
    #expect(Set(try bench.recover().discarded) == Set(ids))
    #expect(try bench.spool.jobs().isEmpty)
    #expect(try Folder.names(in: bench.state + "/jobs").isEmpty)
  }

  @Test func `a job that somebody is working on is left alone`() throws {
    let bench = try Bench()
    let open = try bench.scanned(1)
    #expect(try bench.recover() == Recovery())
    #expect(try bench.spool.job(open.id).state == .scanning)
    #expect(try bench.seal(open)?.state == .queued)
  }

  @Test func `an orphaned scan worker keeps its job`() throws {
    let scratch = try TemporaryFolder()
    let bench = try Bench(scratch)
    var open: OpenJob? = try bench.scanned(1)
    let id = try #require(open?.id)
    guard let workers = try open?.folder.duplicate() else { return }
    open = nil
    #expect(try bench.recover() == Recovery())
    try draw(1, into: workers)
    _ = consume workers
    #expect(try bench.recoverSomething().interrupted == [id])
    #expect(try bench.spool.job(id).pages == 2)
  }

  @Test func `files being taken over are left behind, pages are not`() throws {
    let scratch = try TemporaryFolder()
    let id: JobID
    do {
      let bench = try Bench(scratch)
      let open = try bench.scanned(1)
      id = open.id
      let source = try scratch.write([1, 2, 3], to: "bill.pdf")
      try open.adopt(try Descriptor(opening: source, O_RDONLY), named: "bill.pdf")
    }
    let bench = try Bench(scratch)
    _ = try bench.recover()
    #expect(try bench.spool.job(id).files.map(\.name) == ["Scan 1.pdf"])
  }

  // MARK: Senders

  @Test func `before the intent it goes again, after it nobody knows`() throws {
    let scratch = try TemporaryFolder()
    let before: JobID
    let after: JobID
    let done: JobID
    do {
      let bench = try Bench(scratch)
      let lock = try bench.sender()
      before = try bench.sealed().id
      after = try bench.sealed().id
      done = try bench.sealed().id
      _ = try bench.attempt(before, holding: lock)
      try bench.spool.recordIntent(try bench.attempt(after, holding: lock), holding: lock, now: now)
      let attempt = try bench.attempt(done, holding: lock)
      try bench.spool.recordIntent(attempt, holding: lock, now: now)
      let report = AttemptReport(results: ["a@x.test": .accepted(reply: "250 2.0.0 queued as 1")])
      try bench.spool.recordOutcome(attempt, report, holding: lock, now: now)
    }
    let bench = try Bench(scratch)
    #expect(try bench.recover() == Recovery(unknown: [after], requeued: [before]))
    #expect(try bench.spool.job(before).state == .queued)
    #expect(try bench.spool.job(after).state == .unknown)
    #expect(try bench.spool.job(after).failure?.class == .unknown)
    #expect(try bench.spool.job(done).state == .accepted)
    #expect(try bench.recover() == Recovery())
    // The next attempt is of the same dispatch, so that a second copy has the same Message-ID.
    let lock = try bench.sender()
    #expect(try bench.attempt(before, holding: lock).dispatch.identity == identity)
    try bench.spool.retry(after, now: now)
    #expect(try bench.attempt(after, holding: lock).dispatch.number == 1)
  }

  // MARK: Removals and strays

  @Test func `a removal that broke off is ended`() throws {
    let scratch = try TemporaryFolder()
    let job: Job
    do {
      let bench = try Bench(scratch)
      job = try bench.sealed(1, failure: failure(.message))
      // The record says so, and then the power goes.
      try bench.spool.database.execute("UPDATE job SET phase = 'removed'")
      #expect(try bench.spool.jobs().isEmpty)
    }
    let bench = try Bench(scratch)
    #expect(try bench.recoverSomething() == Recovery(discarded: [job.id]))
    #expect(!Folder.exists(bench.path(job.id, "")))
  }

  @Test func `a folder that no record tells of is kept if it holds anything`() throws {
    let bench = try Bench()
    try Folder.make(bench.state + "/jobs/0123456789")
    try bench.scratch.write("", to: "state/jobs/0123456789/document.part")
    try Folder.make(bench.state + "/jobs/ABCDEFGHJK")
    try bench.scratch.write("%PDF", to: "state/jobs/ABCDEFGHJK/document.pdf")
    try Folder.make(bench.state + "/jobs/by hand/folder")
    try bench.scratch.write("", to: "state/jobs/note")
    let kept = try bench.sealed()
    let strays = ["ABCDEFGHJK", "by hand", "note"].map { bench.state + "/jobs/" + $0 }
    #expect(try bench.recover() == Recovery(strays: strays))
    #expect(try Folder.names(in: bench.state + "/jobs") == (["ABCDEFGHJK", "by hand", "note", kept.id.text]).sorted())
  }

  @Test func `one job that cannot be recovered does not keep the others`() throws {
    let scratch = try TemporaryFolder()
    var ids: [JobID] = []
    do {
      let bench = try Bench(scratch)
      ids = [try bench.scanned(1).id, try bench.scanned(1).id]
      try Folder.make(bench.path(ids[0], "document.pdf/in the way"))
    }
    let bench = try Bench(scratch)
    let recovery = try bench.recover()
    #expect(recovery.interrupted == [ids[1]])
    #expect(Array(recovery.problems.keys) == [ids[0]])
    #expect(try bench.spool.job(ids[0]).state == .scanning)
  }
}
