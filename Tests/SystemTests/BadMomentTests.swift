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

  @Test(.enabled(if: SmallStorage.canBeMade, SmallStorage.whyNot))
  func `a storage without room refuses before the first page`() throws {
    let storage = try SmallStorage(megabytes: 4)
    let world = try SaneWorld.testBackend()
    let desk = try Desk(Self.route, environment: world.environment)
    let scan = try run(
      storage.inside + [
        SaneWorld.platen, "scan", "--device", "test:0", "--to", "ann@example.test", "--config",
        desk.folder.file("platen.json5"), "--state", storage.path + "/state",
      ], environment: world.environment)
    expectFailure(scan, 73, naming: storage.path)
  }

  @Test(.enabled(if: SmallStorage.canBeMade, SmallStorage.whyNot))
  func `a storage that fills up keeps the pages that fit`() throws {
    let storage = try SmallStorage(megabytes: 24)
    let pages = try SaneWorld.pages(40, mode: "color", dpi: 200)
    let world = try SaneWorld.replay(pages: pages, dpi: 200)
    let desk = try Desk(Self.route, environment: world.environment)
    let common = ["--config", desk.folder.file("platen.json5"), "--state", storage.path + "/state"]
    let ballast = storage.path + "/ballast"
    #expect(try run(storage.inside + ["fallocate", "-l", "6M", ballast]).exitCode == 0)
    let scan = try run(
      storage.inside + [
        SaneWorld.platen, "scan", "--device", "replay:front", "--source", "adf", "--resolution", "200", "--to",
        "ann@example.test",
      ] + common, environment: world.environment)
    #expect(scan.exitCode == 73, "\(scan.errors)")
    #expect(try run(storage.inside + ["rm", ballast]).exitCode == 0)
    let listing = try run(storage.inside + [SaneWorld.platen, "jobs", "--json"] + common)
    let job = try #require(
      try JSONDecoder().decode(JobListing.self, from: Data(listing.output)).jobs.first, "\(listing.errors)")
    #expect(job.state == "interrupted" && job.pages > 0)
    let output = desk.folder.file("kept.pdf")
    let export = [SaneWorld.platen, "jobs", "export", job.id, "--output", output]
    #expect(try run(storage.inside + export + common).exitCode == 0)
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

  @Test func `Ctrl-C while another sends is 130, and the job is kept`() throws {
    let desk = try Desk(Self.route)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    #expect(try desk.platen("jobs").exitCode == 0)
    let lock = try Descriptor(opening: desk.state + "/sender.lock", O_RDWR | O_CREAT)
    #expect(try lock.tryLock())
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let child = try ChildProcess(
      desk.command(["send", file, "--to", "ann@example.test", "--wait"]), environment: ourEnvironment(),
      descriptors: [0: null.number, 1: null.number, 2: null.number])
    // Once the job is in the spool the program has nothing to do but wait.
    while try desk.jobs().first?.state != "queued" {}
    child.send(signal: SIGINT)
    #expect(child.wait() == .exited(130))
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
}

/// A small file system in memory, seen only by commands that begin with `inside`; gone with this value.
///
/// It is in a mount namespace of its own, which any user may make where the system allows it.
private final class SmallStorage {
  let path: String
  /// What a command that is to see the storage begins with.
  let inside: [String]

  private let folder: TemporaryFolder
  /// The process that the namespace belongs to. It ends with its standard input, so that nothing outlives us.
  private let keeper: ServerProcess
  private let lifeline: Descriptor

  private static let isRoot = geteuid() == 0
  private static let outside = ["unshare", "--mount"] + (isRoot ? [] : ["--user", "--map-root-user"])

  /// Whether this system lets this user have a file system of its own; a container may not.
  static let canBeMade = (try? run(outside + ["mount", "-t", "tmpfs", "none", "/tmp"]))?.exitCode == 0
  static let whyNot: Comment = "`unshare --mount` is forbidden here, to this user or in this container"

  init(megabytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.file("storage")
    try Folder.make(path)
    let input = try Pipe()
    let output = try Pipe()
    let script = "mount -t tmpfs -o size=\(megabytes)m none \(path) && echo mounted && read line"
    keeper = try ServerProcess(
      ["/usr/bin/env"] + Self.outside + ["sh", "-c", script], environment: ourEnvironment(),
      descriptors: [0: input.reader.number, 1: output.writer.number])
    lifeline = try input.writer.duplicate()
    inside =
      ["nsenter", "--target", "\(keeper.identifier)", "--mount"]
      + (Self.isRoot ? [] : ["--user", "--preserve-credentials"])
    try wait(for: "mounted", from: output.reader)
  }

  deinit {
    keeper.send(signal: SIGKILL)
    keeper.wait()
  }
}

private func wait(for text: String, from reader: borrowing Descriptor) throws {
  var seen = ""
  let deadline = Deadline.after(.seconds(30))
  while !seen.contains(text) {
    try #require(!waitReadable([reader.number], until: deadline).isEmpty, "\(seen)")
    let piece = try reader.read(upTo: 4096)
    try #require(!piece.isEmpty, "\(seen)")
    seen += String(decoding: piece, as: UTF8.self)
  }
}
