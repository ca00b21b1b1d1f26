import Base
import FoundationEssentials
import TestKit
import Testing

/// Scanners that fail, over the whole program: what a person reads, what stays, and that the next scan works.
@Suite struct `Bad scanners` {
  private func desk(pages: Int, _ script: String) throws -> (Desk, SaneWorld) {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(pages), script: script)
    let route = """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }],
      scan: { device: "replay:front", source: "adf", resolution: 75 },
      """
    return (try Desk(route, environment: world.environment), world)
  }

  private func scan(_ desk: Desk) throws -> RunResult { try desk.platen("scan", "--to", "ann@example.test") }

  /// The kept pages of the newest job are a document that others read; then a scan without faults works.
  private func expectKept(_ pages: Int, _ desk: Desk, _ world: SaneWorld) throws {
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "interrupted" && job.pages == pages)
    let output = desk.folder.file("kept.pdf")
    #expect(try desk.platen("jobs", "export", job.id, "--output", output).exitCode == 0)
    #expect(try PDFReaders.complaints(about: output, pages: pages).isEmpty)
    try expectRecovery(desk, world)
  }

  private func expectRecovery(_ desk: Desk, _ world: SaneWorld) throws {
    try world.rewrite(script: "")
    let output = desk.folder.file("next.pdf")
    let next = try desk.platen("scan", "--output", output)
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(try PDFReaders.complaints(about: output, pages: 3).isEmpty)
  }

  // case: scan-jam
  // case: scan-cover
  // case: scan-io
  // case: scan-no-memory
  // case: scan-crash-keeps-pages
  // case: scan-pipe-garbage
  @Test(arguments: [
    ("page 3 start status JAMMED", "paper is jammed in the feeder"),
    ("page 3 start status COVER_OPEN", "the scanner's cover is open"),
    ("page 3 read status IO_ERROR after 300", "the scanner stopped responding (sane_read)"),
    ("page 3 read status NO_MEM after 300", "out of memory while scanning"),
    ("page 3 read crash 11 after 300", "the scanner driver crashed in sane_read (signal 11)"),
    ("page 3 read exit 0 after 300", "the driver exited the worker with code 0 in sane_read"),
    ("page 3 read spill 4 after 300", "the scanner driver sent invalid data: report version 255"),
  ]) func `a scan that breaks off keeps its pages, names the cause, and the next one works`(
    script: String, cause: String
  ) throws {
    let (desk, world) = try desk(pages: 3, script)
    expectFailure(try scan(desk), 69, naming: cause, "2 pages are kept")
    try expectKept(2, desk, world)
  }

  // case: scan-no-docs-first
  @Test func `an empty feeder makes no job`() throws {
    let (desk, world) = try desk(pages: 3, "empty")
    expectFailure(try scan(desk), 66, naming: "the feeder is empty")
    #expect(try desk.jobs().isEmpty)
    try expectRecovery(desk, world)
  }

  // case: scan-access-denied
  @Test func `a scanner that may not be opened names the missing rule`() throws {
    let (desk, world) = try desk(pages: 3, "open status ACCESS_DENIED")
    let refused = try scan(desk)
    expectFailure(
      refused, 77, naming: "this user has no permission to open scanner replay:front; a udev rule is missing")
    #expect(refused.errors.contains("/etc/udev/rules.d/"))
    #expect(try desk.jobs().isEmpty)
    try expectRecovery(desk, world)
  }

  // case: scan-device-gone
  @Test func `a scanner that is unplugged in the midst of a scan is missed, then found again`() throws {
    let (desk, world) = try desk(pages: 3, "page 2 read status IO_ERROR after 10")
    expectFailure(try scan(desk), 69, naming: "1 page is kept")
    try world.rewrite(script: "absent")
    expectFailure(try scan(desk), 69, naming: "scanner replay:front not found")
    try expectKept(1, desk, world)
  }

  // case: scan-prints
  @Test func `what a driver prints is not in the program's output`() throws {
    let (desk, world) = try desk(pages: 1, "open print noise\nread print noise\nclose print noise")
    defer { withExtendedLifetime(world) {} }
    let listing = try desk.platen("devices", json: true)
    #expect(!listing.text.contains("noise"))
    let scan = try desk.platen("scan", "--output", desk.folder.file("a.pdf"), json: true)
    #expect(scan.exitCode == 0 && !scan.text.contains("noise") && !scan.errors.contains("noise"), "\(scan.errors)")
  }
}
