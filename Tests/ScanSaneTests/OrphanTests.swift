import Base
import Glibc
import Jobs
import Raster
import TestKit
import Testing

@testable import ScanSane

@Suite struct OrphanTests {
  /// A shell that runs a worker, and the reading end of the worker's reports.
  private struct Orphanage: ~Copyable {
    let parent: ChildProcess
    let reports: Descriptor

    init(_ world: SaneWorld, _ folder: TemporaryFolder) throws {
      let pipe = try Pipe()
      let sockets = try SocketPair()
      let job = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
      let request = ScanRequest(device: "replay:front", mode: .gray, resolution: 75)
      try sockets.ours.write(WorkerTask.scan(request, patience: .zero).message)
      try sockets.ours.send(job)
      let parent = try ChildProcess(
        ["/bin/sh", "-c", "\(SaneWorld.platen) scan-worker & wait"], environment: world.environment,
        descriptors: [0: job.number, 1: job.number, 2: job.number, 3: sockets.theirs.number, 4: pipe.writer.number])
      let reports = try pipe.reader.duplicate()
      self.parent = parent
      self.reports = reports
    }

    /// The reports until `end` comes, or the last writer is gone; nil when neither is within ten seconds.
    func read(until end: [UInt8]?) throws -> [UInt8]? {
      var bytes: [UInt8] = []
      let deadline = Deadline.after(.seconds(10))
      while !waitReadable([reports.number], until: deadline).isEmpty {
        let piece = try reports.read(upTo: 4096)
        if piece.isEmpty { return end == nil ? bytes : nil }
        bytes += piece
        if let end, bytes.suffix(end.count) == end[...] { return bytes }
      }
      return nil
    }
  }

  // case: scan-orphan
  @Test func `a worker dies with its parent, though its driver hangs`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "start hang")
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let orphanage = try Orphanage(world, folder)
    // The frame that announces sane_start.
    #expect(try orphanage.read(until: [1, 1, 0, 1, 4]) != nil)
    orphanage.parent.send(signal: SIGKILL)
    _ = orphanage.parent.wait()
    #expect(try orphanage.read(until: nil) != nil)
  }
}
