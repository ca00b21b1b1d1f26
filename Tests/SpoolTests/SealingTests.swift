import Base
import Diagnosis
import Glibc
import Jobs
import Paper
import TestKit
import Testing

@testable import Spool

@Suite struct SealingTests {
  @Test func `a sealed scan is a whole document and a waiting job`() throws {
    let bench = try Bench()
    let job = try bench.sealed(3)
    #expect(job.state == .queued && job.pages == 3)
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 3))
    #expect(try Folder.names(in: bench.path(job.id, "")) == ["document.index", "document.pdf"])
    #expect(job.bytes == (try Folder.contents(of: bench.path(job.id, "document.pdf")).count))
    #expect(try bench.spool.job(job.id) == job)
    #expect(try bench.journal().map(\.event) == [.began, .sealed])
  }

  @Test func `what came after the last whole page is cut off`() throws {
    let bench = try Bench()
    let open = try bench.scanned(2)
    let pages = try Descriptor(opening: bench.path(open.id, "document.part"), O_WRONLY | O_APPEND)
    try pages.write([UInt8](repeating: 0x41, count: 100_000))
    let index = try Descriptor(opening: bench.path(open.id, "document.index"), O_WRONLY | O_APPEND)
    try index.write("page1 3 torn")
    let job = try #require(try bench.seal(open))
    #expect(job.pages == 2)
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 2))
  }

  @Test func `an interrupted scan keeps its pages and its reason`() throws {
    let bench = try Bench()
    let job = try bench.sealed(1, failure: failure(.message))
    #expect(job.state == .interrupted)
    #expect(try bench.spool.job(job.id).failure == failure(.message))
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 1))
    #expect(try bench.spool.retry(job.id, now: now).state == .queued)
  }

  @Test func `nothing scanned leaves nothing but the journal`() throws {
    let bench = try Bench()
    let open = try bench.scanned(0)
    #expect(try bench.seal(open, failure: failure(.message)) == nil)
    #expect(try bench.spool.jobs().isEmpty)
    #expect(!Folder.exists(bench.path(open.id, "")))
    #expect(throws: Failure.unknownJob(open.id.text)) { try bench.spool.job(open.id) }
    #expect(try bench.journal().map(\.event) == [.began, .discarded])
  }

  @Test func `finished files are taken over byte for byte`() throws {
    let bench = try Bench()
    let open = try bench.spool.begin(message(to: ["a@x.test"]), now: now)
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for name in ["bill.pdf", "letter.pdf"] {
      let source = try bench.scratch.write(name == "bill.pdf" ? bytes : [1, 2, 3], to: name)
      try open.adopt(try Descriptor(opening: source, O_RDONLY), named: name)
    }
    let job = try #require(try bench.seal(open))
    #expect(job.pages == 0 && job.bytes == 700_003 && job.file == "bill.pdf")
    #expect(
      job.files == [
        AttachedFile(name: "bill.pdf", stored: "1.pdf", bytes: 700_000),
        AttachedFile(name: "letter.pdf", stored: "2.pdf", bytes: 3),
      ])
    let copy = try bench.spool.open(job.files[0], of: job.id)
    #expect(try copy.readToEnd(limit: 1 << 20) == bytes)
  }

  @Test func `images and finished files make one job`() throws {
    let bench = try Bench()
    let open = try bench.scanned(2)
    let source = try bench.scratch.write([7, 8, 9], to: "bill.pdf")
    try open.adopt(try Descriptor(opening: source, O_RDONLY), named: "bill.pdf")
    let job = try #require(try bench.seal(open))
    #expect(job.files.map(\.name) == ["Scan 1.pdf", "bill.pdf"])
    #expect(job.file == "Scan 1.pdf" && job.pages == 2)
  }

  @Test func `a file that cannot be read is named`() throws {
    let bench = try Bench()
    let open = try bench.spool.begin(message(to: ["a@x.test"]), now: now)
    do throws(Failure) {
      try open.adopt(try storing { () throws(SystemError) in try Descriptor(opening: "/", O_RDONLY) }, named: "x.pdf")
      Issue.record("adopted a folder")
    } catch {
      #expect(error.cause.contains("x.pdf") && error.exitCode == .noInput)
    }
    #expect(open.attachments.isEmpty)
  }

  @Test func `a job that is given up takes what it was given with it`() throws {
    let bench = try Bench()
    let open = try bench.scanned(1)
    let source = try bench.scratch.write([7, 8, 9], to: "bill.pdf")
    try open.adopt(try Descriptor(opening: source, O_RDONLY), named: "bill.pdf")
    try bench.spool.discard(open, because: failure(.message), now: now)
    #expect(try bench.spool.jobs().isEmpty)
    #expect(!Folder.exists(bench.path(open.id, "")))
    #expect(try bench.journal().last?.failure == failure(.message))
  }

  @Test func `a job without recipients is sealed and can go again`() throws {
    let bench = try Bench()
    let job = try bench.sealed(1, to: [])
    #expect(job.state == .sealed)
    try bench.spool.remove(job.id, now: now)
    #expect(try Folder.names(in: bench.state + "/jobs").isEmpty)
  }

  @Test func `sealing that failed can be done again`() throws {
    let bench = try Bench()
    let open = try bench.scanned(2)
    // A folder in the way of the last name.
    try Folder.make(bench.path(open.id, "document.pdf/in the way"))
    #expect(throws: Failure.self) { try bench.seal(open) }
    #expect(try bench.spool.job(open.id).state == .scanning)
    try Folder.removeTree(bench.path(open.id, "document.pdf"))
    #expect(try bench.seal(open)?.state == .queued)
  }

  @Test func `nobody else can have a job that is being scanned`() throws {
    let bench = try Bench()
    let open = try bench.scanned(1)
    #expect(try bench.spool.lockFolder(of: open.id)?.number == nil)
    #expect(throws: Failure(.notNow("cancel", .scanning), of: open.id)) {
      try bench.spool.cancel(open.id, now: now)
    }
    #expect(try bench.seal(open) != nil)
  }
}
