import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// What happens while the program runs: a full storage, a second sender, a person's Ctrl-C.
@Suite struct `Bad moments` {
  private static let route = """
    identity: { address: "scanner@example.test" },
    routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }],
    """

  @Test func `a storage without room refuses before the first page`() throws {
    let storage = try SmallStorage(megabytes: 4)
    let world = try SaneWorld.testBackend()
    let desk = try Desk(Self.route, environment: world.environment)
    let scan = try run(
      [
        SaneWorld.platen, "scan", "--device", "test:0", "--to", "ann@example.test", "--config",
        desk.folder.file("platen.json5"), "--state", storage.path + "/state",
      ], environment: world.environment)
    expectFailure(scan, 73, naming: storage.path)
  }

  @Test func `a storage that fills up keeps the pages that fit`() throws {
    let storage = try SmallStorage(megabytes: 24)
    let pages = try SaneWorld.pages(40, mode: "color", dpi: 200)
    let world = try SaneWorld.replay(pages: pages, dpi: 200)
    let desk = try Desk(Self.route, environment: world.environment)
    let common = ["--config", desk.folder.file("platen.json5"), "--state", storage.path + "/state"]
    #expect(try run(["fallocate", "-l", "6M", storage.path + "/ballast"]).exitCode == 0)
    let scan = try run(
      [
        SaneWorld.platen, "scan", "--device", "replay:front", "--source", "adf", "--resolution", "200", "--to",
        "ann@example.test",
      ] + common, environment: world.environment)
    #expect(scan.exitCode == 73, "\(scan.errors)")
    try Folder.removeFile(storage.path + "/ballast")
    let listing = try run([SaneWorld.platen, "jobs", "--json"] + common)
    let job = try #require(
      try JSONDecoder().decode(JobListing.self, from: Data(listing.output)).jobs.first, "\(listing.errors)")
    #expect(job.state == "interrupted" && job.pages > 0)
    let output = desk.folder.file("kept.pdf")
    #expect(try run([SaneWorld.platen, "jobs", "export", job.id, "--output", output] + common).exitCode == 0)
    #expect(try run(["qpdf", "--check", output]).exitCode == 0)
  }

  @Test func `a second sender is told who sends, and its job is kept`() throws {
    let desk = try Desk(Self.route)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    #expect(try desk.platen("jobs").exitCode == 0)
    let lock = try Descriptor(opening: desk.state + "/sender.lock", O_RDWR | O_CREAT)
    #expect(try lock.tryLock())
    expectFailure(try desk.platen("send", file, "--to", "ann@example.test"), 75, naming: desk.state)
    #expect(try desk.jobs().first?.state == "queued")
  }

  @Test func `Ctrl-C ends a scan within a second and keeps its pages`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(4), script: "page 3 read delay 50\npage 3 chunk 200")
    let desk = try Desk(Self.route, environment: world.environment)
    let errors = try Pipe()
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let child = try ChildProcess(
      desk.command([
        "scan", "--device", "replay:front", "--source", "adf", "--resolution", "75", "--to", "ann@example.test",
      ]), environment: ourEnvironment().merging(world.environment) { $1 },
      descriptors: [0: null.number, 1: null.number, 2: errors.writer.number])
    try wait(for: "page 2:", from: errors.reader)
    let raised = Deadline.now
    child.send(signal: SIGINT)
    #expect(child.wait() == .exited(130))
    #expect(Deadline.now.since(raised) < .seconds(1.5))
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "interrupted" && job.pages == 2)
  }

  private func wait(for text: String, from reader: borrowing Descriptor) throws {
    var seen = ""
    let deadline = Deadline.after(.seconds(30))
    while !seen.contains(text) {
      try #require(!waitReadable([reader.number], until: deadline).isEmpty, "\(seen)")
      seen += String(decoding: try reader.read(upTo: 4096), as: UTF8.self)
    }
  }
}

/// A small file system of its own, in memory; needs root.
private final class SmallStorage {
  let path: String
  private let folder: TemporaryFolder

  init(megabytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.file("storage")
    try Folder.make(path)
    let mount = try run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "none", path])
    try #require(mount.exitCode == 0, "\(mount.errors)")
  }

  deinit { _ = try? run(["umount", path]) }
}
