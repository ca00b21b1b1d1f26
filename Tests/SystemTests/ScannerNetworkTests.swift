import Base
import TestKit
import Testing

/// Scanners on the network, from the paper to the exit code.
@Suite struct `Scanners on the network` {
  private static let copier = "airscan:e0:Copier"

  private func scan(_ desk: Desk, _ device: String, to file: String) throws -> RunResult {
    try desk.platen(
      "scan", "--device", device, "--source", "adf", "--resolution", "75", "--output", desk.folder.file(file))
  }

  private func pages(_ desk: Desk, of file: String) throws -> String {
    try run(["qpdf", "--show-npages", desk.folder.file(file)]).text
  }

  /// The pages that the newest job has kept, as a PDF file.
  private func kept(_ desk: Desk, pages count: Int) throws {
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "interrupted" && job.pages == count)
    let export = try desk.platen("jobs", "export", job.id, "--output", desk.folder.file("kept.pdf"))
    #expect(export.exitCode == 0, "\(export.errors)")
    #expect(try PDFReaders.complaints(about: desk.folder.file("kept.pdf"), pages: count).isEmpty)
  }

  // case: scan-net-escl-pdf
  @Test func `ten pages from an eSCL feeder become a document`() throws {
    let world = try SaneWorld.airscan(try ESCLScanner(pages: try SaneWorld.jpegPages(10)))
    let desk = try Desk(environment: world.environment)
    let result = try withExtendedLifetime(world) { try scan(desk, Self.copier, to: "ten.pdf") }
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(try PDFReaders.complaints(about: desk.folder.file("ten.pdf"), pages: 10).isEmpty)
  }

  // case: scan-net-escl-exit
  @Test(arguments: [
    (ESCLScanner.Fault.jam, "jammed"), (.doorOpen, "cover is open"), (.cut(after: 5000), "stopped responding"),
    (.wrongLength(by: 1000), "stopped responding"), (.status(409), "stopped responding"),
    (.garbage, "stopped responding"),
  ])
  func `a fault at page 3 is named, two pages are kept, and the next scan works`(
    fault: ESCLScanner.Fault, cause: String
  ) throws {
    let scanner = try ESCLScanner(pages: try SaneWorld.jpegPages(5), faults: [.page(3): [fault]])
    let world = try SaneWorld.airscan(scanner)
    let desk = try Desk(environment: world.environment)
    expectFailure(try scan(desk, Self.copier, to: "broken.pdf"), 69, naming: cause, "2 pages are kept")
    try kept(desk, pages: 2)

    scanner.load()
    let next = try scan(desk, Self.copier, to: "next.pdf")
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(try pages(desk, of: "next.pdf") == "5\n")
    withExtendedLifetime(world) {}
  }

  // case: scan-net-escl-exit-empty
  @Test func `an empty eSCL feeder is said to be empty`() throws {
    let world = try SaneWorld.airscan(try ESCLScanner(pages: []))
    let desk = try Desk(environment: world.environment)
    let result = try withExtendedLifetime(world) { try scan(desk, Self.copier, to: "none.pdf") }
    expectFailure(result, 66, naming: "the feeder is empty")
  }

  // case: scan-net-saned-exit
  @Test(arguments: [("start crash 9", "sane_start"), ("read status JAMMED after 300", "jammed")])
  func `saned's bad third page is named, two are kept, and the next scan works`(fault: String, cause: String) throws {
    let served = try SaneWorld.replay(pages: try SaneWorld.pages(10), script: "page 3 \(fault)")
    let daemon = try SaneDaemon(served)
    let world = try SaneWorld.network(daemon)
    let desk = try Desk(environment: world.environment)
    let device = "net:\(daemon.address):replay:front"
    expectFailure(try scan(desk, device, to: "broken.pdf"), 69, naming: cause, "2 pages are kept")
    try kept(desk, pages: 2)

    try served.rewrite(script: "")
    let next = try scan(desk, device, to: "next.pdf")
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(try pages(desk, of: "next.pdf") == "10\n")
    withExtendedLifetime((world, daemon)) {}
  }
}
