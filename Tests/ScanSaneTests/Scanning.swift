import Base
import Glibc
import Jobs
import Paper
import Raster
import ScanSane
import TestKit

/// One scan into a folder of its own, and what came of it.
final class Scanning {
  let folder: TemporaryFolder
  let result: ScanResult
  let progress: [ScanProgress]
  let duration: Duration

  /// - Parameter interruptWhen: raises the interrupt as soon as the scan says such a thing.
  init(
    _ world: SaneWorld, _ request: ScanRequest, limits: CallLimits = CallLimits(), program: String = SaneWorld.platen,
    interruptWhen: ((ScanProgress) -> Bool)? = nil, folder: TemporaryFolder? = nil, quirks: QuirkBook = QuirkBook()
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    let scanner = SaneScanner(
      program: program, environment: ourEnvironment().merging(world.environment) { _, new in new }, limits: limits,
      clock: .system, quirks: quirks)
    let job = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
    let interrupt = try Pipe()
    var steps: [ScanProgress] = []
    var raised: Deadline?
    let start = Deadline.now
    result = scanner.scan(request, into: job, interrupt: try StopSignal(interrupt)) { step in
      steps.append(step)
      if raised == nil, interruptWhen?(step) == true {
        raised = .now
        try? interrupt.writer.write([1])
      }
    }
    progress = steps
    duration = Deadline.now.since(raised ?? start)
  }

  var notices: [String] {
    progress.compactMap { if case .notice(let text) = $0 { text } else { nil } }
  }

  var notes: [String] {
    progress.compactMap { if case .settled(_, let notes) = $0 { notes } else { nil } }.flatMap { $0 }
  }

  func entries() throws -> [PageEntry] {
    DocumentIndex.entries(try Folder.contents(of: folder.file(DocumentFile.index)))
  }

  /// The pages as poppler takes them out of the sealed document: JPEG files as they are, PBM for one-bit pages.
  func images() throws -> [String] {
    let entries = try entries()
    if entries.isEmpty { return [] }
    let information = DocumentInformation(title: "test", created: WallTime(seconds: 1_700_000_000))
    let (cutAt, trailer) = DocumentTrailer.bytes(for: entries, information) { Checksum() }
    let pages = try Folder.contents(of: folder.file(DocumentFile.pages), limit: 1 << 30)
    let document = try folder.write(Array(pages.prefix(cutAt)) + trailer, to: "document.pdf")
    guard try run(["pdfimages", "-j", document, folder.file("image")]).exitCode == 0 else { return [] }
    return try Folder.names(in: folder.path).filter { $0.hasPrefix("image-") }.map { folder.file($0) }
  }
}

/// Stands in for SHA-256, which these tests do not look at.
struct Checksum: ByteDigest {
  private var sum: UInt8 = 0
  mutating func update(_ bytes: UnsafeRawBufferPointer) { sum &+= UInt8(truncatingIfNeeded: bytes.count) }
  mutating func finish() -> [UInt8] { Array(repeating: sum, count: 32) }
}

/// What a program that is not ours makes of it.
func output(_ command: String..., input: [UInt8] = []) throws -> [UInt8] {
  try run(command, input: input).output
}
