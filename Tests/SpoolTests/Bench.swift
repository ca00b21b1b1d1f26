import Base
import Diagnosis
import Glibc
import Jobs
import Mail
import Paper
import Raster
import TestKit

@testable import Spool

let now = WallTime(seconds: 1_770_000_000)
let later = WallTime(seconds: 1_770_000_060)

/// From ``now`` to ``later``.
let minute = Wait(.seconds(60), from: Moment(boot: "one", sinceBoot: .seconds(1000), wall: now))

/// A spool in a folder of its own. A crash is a bench left behind and another made on its folder.
struct Bench {
  let scratch: TemporaryFolder
  let spool: Spool

  init(_ scratch: TemporaryFolder? = nil) throws {
    let scratch = try scratch ?? TemporaryFolder()
    self.scratch = scratch
    spool = try Spool(folder: scratch.file("state"))
  }

  var state: String { scratch.file("state") }

  func path(_ id: JobID, _ file: String) -> String { "\(state)/jobs/\(id)/\(file)" }

  /// A job with `pages` whole pages, not sealed.
  func scanned(_ pages: Int, to addresses: [String] = ["a@x.test"]) throws -> OpenJob {
    let open = try spool.begin(message(to: addresses), now: now)
    try draw(pages, into: open.folder)
    return open
  }

  func sealed(_ pages: Int = 1, to addresses: [String] = ["a@x.test"], failure: Failure? = nil) throws -> Job {
    let open = try scanned(pages, to: addresses)
    guard let job = try seal(open, to: addresses, failure: failure) else { throw Failure.unknownJob("sealed") }
    return job
  }

  func seal(_ open: OpenJob, to addresses: [String] = ["a@x.test"], failure: Failure? = nil) throws -> Job? {
    try spool.seal(open, message(to: addresses), failure: failure, now: now, ending: ending)
  }

  func sender() throws -> SenderLock {
    guard let lock = try spool.tryBecomeSender() else { throw Failure.unknownJob("sender") }
    return lock
  }

  func recover() throws -> Recovery {
    try spool.recover(holding: try sender(), now: later) { _ in ending }
  }

  /// Again until something is recovered: a process that another test starts has a copy of every descriptor for a
  /// moment, and with it the lock of a job that was let go.
  func recoverSomething() throws -> Recovery {
    let deadline = Deadline.after(.seconds(20))
    while !deadline.hasPassed {
      let recovery = try recover()
      if recovery != Recovery() { return recovery }
      sched_yield()
    }
    return Recovery()
  }

  func attempt(
    _ id: JobID, holding lock: SenderLock, to addresses: [String] = ["a@x.test"]
  ) throws -> SendingAttempt {
    let batch = try spool.job(id).batches(of: addresses, on: "office")[0]
    return try spool.beginAttempt(batch, of: id, on: "office", holding: lock, now: now) { identity }
  }

  func journal(_ id: JobID? = nil, since: WallTime? = nil) throws -> [JournalLine] {
    var lines: [JournalLine] = []
    try spool.journal(since: since, job: id) { (line) throws(Failure) in lines.append(line) }
    return lines
  }
}

func mailbox(_ address: String) -> Mailbox {
  do { return Mailbox(address: try EmailAddress(address)) } catch { preconditionFailure("\(error)") }
}

func message(to addresses: [String]) -> JobMessage {
  JobMessage(to: addresses.map(mailbox), subject: "Scan", body: "2 pages", fileName: "Scan 1.pdf")
}

var identity: DispatchIdentity {
  DispatchIdentity(
    messageID: "<one@platen.test>", date: now, offsetMinutes: 60, boundary: "=_one",
    reversePath: "scanner@platen.test", from: mailbox("scanner@platen.test"), mailer: "Platen 1")
}

func failure(_ kind: FailureClass) -> Failure {
  Failure(.replyUnknown, stage: "final", code: "5.7.1", class: kind, who: .person)
}

// MARK: Documents

func ending(_ entries: [PageEntry]) -> (cutAt: Int, trailer: [UInt8]) {
  DocumentTrailer.bytes(for: entries, DocumentInformation(title: "Scan 1", created: now)) { Sum() }
}

/// Adds pages as a scan worker does.
func draw(_ pages: Int, into folder: borrowing Descriptor) throws {
  var writer = try DocumentWriter(storage: try DescriptorStorage(folder: folder), quality: 75)
  for _ in 0..<pages {
    try writer.beginPage(PageLayout(format: .gray, width: 64, height: 32, xResolution: 100, yResolution: 100))
    try unsafe [UInt8](repeating: 200, count: 64 * 32).withUnsafeBytes { rows in try unsafe writer.write(rows: rows) }
    _ = try writer.endPage()
  }
}

/// A digest that only has to be the same for the same bytes (FNV-1a).
struct Sum: ByteDigest {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    unsafe bytes.forEach { state = (state ^ UInt64($0)) &* 0x100_0000_01B3 }
  }

  mutating func finish() -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: state >> (UInt64($0) % 8 * 8)) }
  }
}

/// Whether a program that is not ours reads the file as a PDF of so many pages.
func isDocument(_ path: String, pages: Int) throws -> Bool {
  let check = try run(["qpdf", "--check", path])
  let count = try run(["qpdf", "--show-npages", path])
  return check.exitCode == 0 && count.text == "\(pages)\n"
}
