import Base
import Glibc
import Jobs
import TestKit
import Testing

@testable import Spool

@Suite struct HandingOverTests {
  /// Puts the document beside the state folder; `bench.scratch.file("letter.pdf")`.
  private func handOver(_ open: OpenJob, _ bench: Bench, succeeds: Bool = true) throws -> Job? {
    try bench.spool.handOver(open, message(to: []), permissions: 0o644, now: now, ending: ending) { stored in
      (try? Folder.link(stored, to: bench.scratch.file("letter.pdf"))) != nil && succeeds
    }
  }

  @Test func `a document goes and its job with it`() throws {
    let bench = try Bench()
    let open = try bench.scanned(2, to: [])
    let job = try #require(try handOver(open, bench))
    #expect(job.state == .sealed && job.pages == 2)
    let document = try Descriptor(opening: bench.scratch.file("letter.pdf"), O_RDONLY)
    #expect(try document.size() == job.bytes && document.permissions() == 0o644)
    #expect(try isDocument(bench.scratch.file("letter.pdf"), pages: 2))
    #expect(try bench.spool.jobs().isEmpty)
    #expect(!Folder.exists(bench.path(job.id, "")))
    #expect(try bench.journal().map(\.event) == [.began, .sealed, .exported, .removed])
  }

  @Test func `the next job forgets those that are gone`() throws {
    let bench = try Bench()
    let broken = try bench.sealed(1, to: [])
    try bench.spool.database.execute("UPDATE job SET phase = 'removed' WHERE id = '\(broken.id)'")
    let gone = try bench.scanned(1, to: [])
    _ = try handOver(gone, bench)
    #expect(try bench.spool.database.job(gone.id) != nil)
    let next = try bench.scanned(1)
    #expect(try bench.spool.database.job(gone.id) == nil)
    #expect(try bench.spool.database.job(next.id) != nil)
    #expect(try bench.spool.database.job(broken.id) != nil, "its files are still there")
  }

  @Test func `a document that cannot be placed stays`() throws {
    let bench = try Bench()
    let open = try bench.scanned(1, to: [])
    #expect(try handOver(open, bench, succeeds: false) == nil)
    #expect(try bench.spool.job(open.id).state == .scanning)
    let job = try #require(try bench.seal(open, to: []))
    #expect(job.state == .sealed)
    #expect(try isDocument(bench.path(job.id, "document.pdf"), pages: 1))
  }

  /// The program died when the document had its name outside, and the job was not sealed yet.
  @Test func `recovery keeps the pages, and its hands off what a person has`() throws {
    let scratch = try TemporaryFolder()
    let id: JobID
    do {
      let bench = try Bench(scratch)
      let open = try bench.scanned(2, to: [])
      #expect(try handOver(open, bench, succeeds: false) == nil)
      id = open.id
    }
    let before = try Folder.contents(of: scratch.file("letter.pdf"))
    let bench = try Bench(scratch)
    let recovery = try bench.spool.recover(holding: try bench.sender(), now: later) { _ in
      { entries in (ending(entries).cutAt, Array("another end".utf8)) }
    }
    #expect(recovery.interrupted == [id])
    #expect(try bench.spool.job(id).pages == 2)
    #expect(try Folder.contents(of: scratch.file("letter.pdf")) == before)
    #expect(try Folder.contents(of: bench.path(id, "document.pdf")) == before)
  }

  @Test func `the log of one program is worked in by the next`() throws {
    let scratch = try TemporaryFolder()
    let log = scratch.file("state/spool.sqlite3-wal")
    var before = 0
    do {
      let bench = try Bench(scratch)
      for _ in 0..<20 { _ = try bench.sealed() }
      before = try Descriptor(opening: scratch.file("state/spool.sqlite3"), O_RDONLY).size()
    }
    #expect(Folder.exists(log))
    let bench = try Bench(scratch)
    #expect(try Descriptor(opening: scratch.file("state/spool.sqlite3"), O_RDONLY).size() > before)
    #expect(try bench.spool.jobs().count == 20)
  }
}
