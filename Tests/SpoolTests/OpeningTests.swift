import Base
import Diagnosis
import Glibc
import Jobs
import TestKit
import Testing

@testable import Spool

@Suite struct OpeningTests {
  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func `the state folder is for its owner only`() throws {
    let bench = try Bench()
    #expect(mode(bench.state) == 0o700)
    #expect(mode(bench.state + "/jobs") == 0o700)
    for file in ["spool.sqlite3", "spool.sqlite3-wal", "spool.sqlite3-shm"] {
      #expect(mode(bench.state + "/" + file) == 0o600, "\(file)")
    }
  }

  @Test func `a folder that was open to others is closed to them`() throws {
    let scratch = try TemporaryFolder()
    try Folder.make(scratch.file("state"))
    unsafe chmod(scratch.file("state"), 0o755)
    #expect(mode(try Bench(scratch).state) == 0o700)
  }

  @Test func `every commit is synced`() throws {
    let database = try Bench().spool.database
    #expect(try database.texts("PRAGMA journal_mode") == ["wal"])
    #expect(try database.number("PRAGMA synchronous") == 2)
    #expect(try database.number("PRAGMA foreign_keys") == 1)
  }

  @Test func `a state folder of another user is refused`() throws {
    #expect(StateFolder.refusal(path: "/s", owner: 7, user: 7) == nil)
    #expect(StateFolder.refusal(path: "/s", owner: 7, user: 0) == .foreignFolder(path: "/s", owner: 7, user: 0))
    // Only root can give a folder away; others point at one that is root's everywhere, and closed to them.
    let isRoot = geteuid() == 0
    let scratch = try TemporaryFolder()
    let path = isRoot ? scratch.file("state") : "/usr"
    let owner: UInt32 = isRoot ? 65534 : 0
    if isRoot {
      try Folder.make(path)
      #expect(unsafe chown(path, owner, owner) == 0)
    }
    let names = try Folder.names(in: path)
    let error = Failure.foreignFolder(path: path, owner: owner, user: geteuid())
    #expect(throws: error) { try Spool(folder: path) }
    #expect(try Folder.names(in: path) == names)
    #expect(error.exitCode == .refused && error.cause.contains("\(owner)"))
  }

  @Test func `a folder that cannot be made says so`() throws {
    let scratch = try TemporaryFolder()
    try scratch.write("", to: "file")
    do throws(Failure) {
      _ = try Spool(folder: scratch.file("file/state"))
      Issue.record("made")
    } catch {
      #expect(error.exitCode == .cannotCreate)
      #expect(error.cause.contains(scratch.file("file/state")))
    }
  }

  // MARK: Databases that are not for us

  @Test func `a spool of a newer version is refused and not touched`() throws {
    let bench = try Bench()
    try bench.spool.database.execute("PRAGMA user_version = 99")
    let path = bench.state + "/spool.sqlite3"
    let error = Failure.newerSpool(path: path, found: 99, known: Schema.steps.count)
    #expect(throws: error) { try Spool(folder: bench.state) }
    #expect(error.exitCode == .configuration)
  }

  @Test func `a file that is no database is refused with a way out, and stays`() throws {
    let scratch = try TemporaryFolder()
    try Folder.make(scratch.file("state"))
    let garbage = [UInt8](repeating: 0x5A, count: 8192)
    try scratch.write(garbage, to: "state/spool.sqlite3")
    do throws(Failure) {
      _ = try Spool(folder: scratch.file("state"))
      Issue.record("opened")
    } catch {
      guard error.id == .spoolDamaged else { throw error }
      #expect(error.exitCode == .storage)
      #expect(error.steps[0].contains("spool.sqlite3"))
    }
    #expect(try Folder.contents(of: scratch.file("state/spool.sqlite3")) == garbage)
  }

  @Test func `another program's database is refused`() throws {
    let scratch = try TemporaryFolder()
    try Folder.make(scratch.file("state"))
    try Connection(path: scratch.file("state/spool.sqlite3")).execute("CREATE TABLE song (title TEXT)")
    #expect(throws: Failure.self) { try Spool(folder: scratch.file("state")) }
  }

  @Test func `damage inside is found before anything is sent`() throws {
    let scratch = try TemporaryFolder()
    var state = ""
    do {
      let bench = try Bench(scratch)
      for _ in 0..<40 { _ = try bench.sealed() }
      state = bench.state
      // Into the file, out of the log.
      try bench.spool.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let file = try Descriptor(opening: state + "/spool.sqlite3", O_RDWR)
    // The first page is left whole, so that the file still looks like a database.
    let size = try file.size()
    for offset in stride(from: 8192, to: size, by: 4096) {
      try file.write([UInt8](repeating: 0xFF, count: 64), at: offset)
    }
    let bench = try Bench(scratch)
    do {
      _ = try bench.recover()
      Issue.record("not found")
    } catch let error as Failure {
      guard error.id == .spoolDamaged else { throw error }
    }
  }

  @Test func `a database that another program keeps is waited for, then reported`() throws {
    let bench = try Bench()
    let other = try Bench(bench.scratch)
    try other.spool.database.execute("PRAGMA busy_timeout = 1")
    try bench.spool.database.transaction { () throws(Failure) in
      do throws(Failure) {
        _ = try other.spool.begin(message(to: []), now: now)
        Issue.record("two writers")
      } catch {
        guard error.id == .spoolLocked else { throw error }
        #expect(error.exitCode == .notAcceptedYet)
      }
    }
    _ = try other.spool.begin(message(to: []), now: now)
  }

  @Test func `a lock of another state folder gives no right to send`() async throws {
    let scratch = try TemporaryFolder()
    let path = scratch.file("")
    await #expect(processExitsWith: .failure) { [path = path as String] in
      guard let lock = try Spool(folder: path + "one").tryBecomeSender() else { return }
      _ = try Spool(folder: path + "two").recover(holding: lock, now: now) { _ in ending }
    }
  }

  // MARK: Full storage

  @Test func `a full database says so, and loses nothing`() throws {
    let bench = try Bench()
    let job = try bench.sealed()
    try bench.spool.database.execute("PRAGMA max_page_count = 1")
    do throws(Failure) {
      for _ in 0..<200 { _ = try bench.spool.begin(message(to: ["a@x.test"]), now: now) }
      Issue.record("never full")
    } catch {
      guard error.id == .spoolFull else { throw error }
      #expect(error.exitCode == .cannotCreate)
    }
    #expect(try bench.spool.job(job.id) == job)
  }

  @Test func `a statement that is wrong is our fault`() throws {
    let database = try Bench().spool.database
    do throws(Failure) {
      try database.run("SELECT nothing FROM nowhere")
      Issue.record("ran")
    } catch {
      #expect(error.exitCode == .bug)
      #expect(error.cause.contains("nowhere"))
    }
  }

  @Test func `a transaction that fails leaves nothing behind`() throws {
    let bench = try Bench()
    #expect(throws: Failure.unknownJob("x")) {
      try bench.spool.database.transaction { () throws(Failure) in
        try bench.spool.database.write(JournalLine(job: JobID(random: Array(0..<10)), time: now, event: .began))
        throw .unknownJob("x")
      }
    }
    #expect(try bench.journal().isEmpty)
  }
}
