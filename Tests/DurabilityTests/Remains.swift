import Base
import Crypto
import Diagnosis
import Glibc
import Jobs
import Paper
import TestKit

@testable import Spool

/// What the program has after a crash, once it has started again and put right what it found.
struct Remains: Sendable {
  struct Document: Sendable {
    /// How many of its pages are bit for bit those that were scanned, from the first on.
    var goodPages: Int
    /// What readers have against it.
    var complaint: String?
  }

  var jobs: [Job] = []
  var documents: [JobID: Document] = [:]
  var journal: [JournalEvent] = []
  var strays: [String] = []
  /// The file that the document was to be written to, where it is there.
  var output: Document?
  /// What should never be: the spool does not open, a job cannot be recovered.
  var faults: [String] = []
}

/// Starts the program's own recovery on what crashes leave. The same wreck is looked at once.
final class Salvage {
  private let original: Original
  /// The state folder, below the recorded one.
  private let state: String
  /// The file that the document is written to, if one is.
  private let output: String?
  private var known: [[UInt8]: Remains] = [:]
  private var complaints: [[UInt8]: String?] = [:]

  init(_ original: Original, state: String, output: String? = nil) {
    self.original = original
    self.output = output
    self.state = state
  }

  /// Recovery syncs a lot, and nobody needs that here.
  private static let memory = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

  /// Different wrecks so far.
  var count: Int { known.count }

  /// - Parameter identity: of the wreck.
  func remains(of wreck: Wreck, _ identity: [UInt8]) throws -> Remains {
    if let remains = known[identity] { return remains }
    let scratch = try TemporaryFolder(in: Self.memory)
    try wreck.rebuild(in: scratch.path)
    var remains = try start(in: scratch.file(state))
    if let output, Folder.exists(scratch.file(output)) {
      remains.output = try document(scratch.file(output), pages: original.pages.count)
    }
    known[identity] = remains
    return remains
  }

  private func start(in folder: String) throws -> Remains {
    var remains = Remains()
    do throws(Failure) {
      try recover(in: folder, &remains)
    } catch {
      remains.faults.append("the spool does not open: \(error)")
      return remains
    }
    for job in remains.jobs where job.pages > 0 {
      remains.documents[job.id] = try document("\(folder)/jobs/\(job.id)/\(DocumentFile.sealed)", pages: job.pages)
    }
    return remains
  }

  private func recover(in folder: String, _ remains: inout Remains) throws(Failure) {
    let spool = try Spool(folder: folder)
    guard let lock = try spool.tryBecomeSender() else { preconditionFailure("nobody else sends") }
    let recovery = try spool.recover(holding: lock, now: Self.restart, ending: ending)
    remains.jobs = try spool.jobs()
    try spool.journal { (line) throws(Failure) in remains.journal.append(line.event) }
    remains.strays = recovery.strays
    remains.faults += recovery.problems.map { "\($0.key) cannot be recovered: \($0.value)" }
    for job in remains.jobs {
      for file in job.files { _ = try spool.open(file, of: job.id) }
    }
    let again = try spool.recover(holding: lock, now: Self.restart, ending: ending)
    if again != Recovery(strays: recovery.strays) { remains.faults.append("recovering again finds \(again)") }
  }

  /// After every recording.
  private static let restart = WallTime(seconds: 4_000_000_000)

  private func ending(_ job: Job) -> DocumentEnding {
    { DocumentTrailer.bytes(for: $0, DocumentInformation(title: "salvaged", created: job.created)) { SHA256() } }
  }

  private func document(_ path: String, pages: Int) throws -> Remains.Document {
    guard let bytes = try? Folder.contents(of: path, limit: 1 << 30) else {
      return Remains.Document(goodPages: 0, complaint: "it is not there")
    }
    let identity = SHA256.hash(bytes)
    if complaints[identity] == nil { complaints[identity] = try Self.complaint(path, pages: pages) }
    return Remains.Document(goodPages: original.pages(in: bytes), complaint: complaints[identity] ?? nil)
  }

  /// What a program that is not ours has against a document.
  private static func complaint(_ path: String, pages: Int) throws -> String? {
    let check = try run(["qpdf", "--check", path])
    let count = try run(["qpdf", "--show-npages", path])
    if check.exitCode != 0 { return "qpdf: \(check.text) \(check.errors)" }
    return count.text == "\(pages)\n" ? nil : "qpdf sees \(count.text) pages, not \(pages)"
  }
}
