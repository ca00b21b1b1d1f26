import Base
import Diagnosis
import Glibc
import Jobs
import TestKit
import Testing

@testable import Spool

/// Another process works on the spool and is killed; this one recovers what it left.
@Suite struct KilledTests {
  @Test func `a process killed while it scans leaves its whole pages`() async throws {
    let scratch = try TemporaryFolder()
    let path = scratch.file("state")
    await #expect(processExitsWith: .signal(SIGKILL)) { [state = path as String] in
      let open = try Spool(folder: state).begin(message(to: ["a@x.test"]), now: now)
      try draw(3, into: open.folder)
      kill(getpid(), SIGKILL)
    }
    let bench = try Bench(scratch)
    #expect(try bench.recoverSomething().interrupted.count == 1)
    let job = try #require(try bench.spool.jobs().first)
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 3))
  }

  @Test func `a sender killed after the intent leaves a recipient nobody knows of`() async throws {
    let scratch = try TemporaryFolder()
    let id = try Bench(scratch).sealed().id
    let path = scratch.file("state")
    await #expect(processExitsWith: .signal(SIGKILL)) { [state = path as String] in
      let spool = try Spool(folder: state)
      guard let lock = try spool.tryBecomeSender() else { return }
      let job = try spool.jobs()[0]
      let batch = try job.batches(of: ["a@x.test"], on: "office")[0]
      let attempt = try spool.beginAttempt(batch, of: job.id, on: "office", holding: lock, now: now) { identity }
      try spool.recordIntent(attempt, holding: lock, now: now)
      kill(getpid(), SIGKILL)
    }
    let bench = try Bench(scratch)
    #expect(bench.spool.senderProcess() != getpid())
    #expect(try bench.recoverSomething() == Recovery(unknown: [id]))
  }

  @Test func `storage that is full at sealing loses no page`() async throws {
    let scratch = try TemporaryFolder()
    let path = scratch.file("state")
    await #expect(processExitsWith: .success) { [state = path as String] in
      let spool = try Spool(folder: state)
      let open = try spool.begin(message(to: ["a@x.test"]), now: now)
      try draw(2, into: open.folder)
      let size = try Folder.contents(of: "\(state)/jobs/\(open.id)/document.part").count
      signal(SIGXFSZ, SIG_IGN)
      limitFiles(to: UInt(size + 10))
      do throws(Failure) {
        try spool.seal(open, message(to: ["a@x.test"]), now: now, ending: ending)
        exit(1)
      } catch {
        guard error.id == .spoolFull, error.exitCode == .cannotCreate else { exit(2) }
      }
      limitFiles(to: .max)
      try spool.seal(open, message(to: ["a@x.test"]), now: now, ending: ending)
    }
    let bench = try Bench(scratch)
    let job = try #require(try bench.spool.jobs().first)
    #expect(job.state == .queued)
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 2))
  }
}

/// The largest file this process may write: what a full storage does, without one.
private func limitFiles(to bytes: UInt) {
  var limit = rlimit(rlim_cur: bytes, rlim_max: .max)
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
