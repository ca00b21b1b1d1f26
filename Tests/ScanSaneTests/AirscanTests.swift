import Base
import Diagnosis
import Jobs
import Raster
import ScanSane
import TestKit
import Testing

/// sane-airscan, the driver of most network scanners, against an eSCL scanner that has bad days.
@Suite struct AirscanTests {
  private func scan(
    _ world: SaneWorld, source: ScanSource = .adf, mode: PixelFormat = .color, pageLimit: Int? = nil,
    limits: CallLimits = CallLimits(), interruptWhen: ((ScanProgress) -> Bool)? = nil
  ) throws -> Scanning {
    let request = ScanRequest(
      device: "airscan:e0:Copier", source: source, mode: mode, resolution: 75, pageLimit: pageLimit, quality: 80)
    return try Scanning(world, request, limits: limits, interruptWhen: interruptWhen)
  }

  /// Scans with a fault and, once the feeder is loaded anew, without.
  private func scan(
    _ moment: ESCLScanner.Moment, _ faults: [ESCLScanner.Fault], limits: CallLimits = CallLimits()
  ) throws -> Scanning {
    let scanner = try ESCLScanner(pages: try SaneWorld.jpegPages(5), faults: [moment: faults])
    let world = try SaneWorld.airscan(scanner)
    let broken = try scan(world, limits: limits)
    scanner.load()
    #expect(try scan(world).result == ScanResult(pages: 5, fault: nil), "the next scan")
    return broken
  }

  // MARK: Good days

  // case: scan-net-escl-pages
  @Test(arguments: [PixelFormat.color, .gray])
  func `the feeder's pages are those of the scanner`(mode: PixelFormat) throws {
    let pages = try SaneWorld.jpegPages(10, mode: mode.rawValue)
    let ours = try scan(try .airscan(try ESCLScanner(pages: pages)), mode: mode)
    #expect(ours.result == ScanResult(pages: 10, fault: nil))
    #expect(ours.notices.isEmpty)
    let images = try ours.images()
    #expect(images.count == 10)
    for (image, page) in zip(images, pages) {
      let theirs = try output("djpeg", input: page)
      let expected = try output("djpeg", input: output("cjpeg", "-quality", "80", input: theirs))
      #expect(try output("djpeg", image) == expected)
    }
  }

  // case: scan-net-escl-glass
  @Test func `the glass gives one page`() throws {
    let scanner = try ESCLScanner(pages: try SaneWorld.jpegPages(5))
    #expect(try scan(try .airscan(scanner), source: .flatbed).result == ScanResult(pages: 1, fault: nil))
  }

  // case: scan-net-escl-listed
  @Test func `the scanner is listed with what it can`() throws {
    let world = try SaneWorld.airscan(try ESCLScanner(pages: []))
    let scanner = try #require(
      try SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system).devices().first)
    #expect(scanner.name == "airscan:e0:Copier")
    #expect(scanner.sources == [.flatbed, .adf])
    #expect(scanner.modes == [.gray, .color])
    #expect(scanner.resolutions == [75, 150, 300])
    #expect(scanner.problem == nil)
  }

  // case: scan-net-escl-limit
  @Test func `a feeder with fewer pages than asked for is told of`() throws {
    let world = try SaneWorld.airscan(try ESCLScanner(pages: try SaneWorld.jpegPages(5)))
    let ours = try scan(world, pageLimit: 8)
    #expect(ours.result == ScanResult(pages: 5, fault: nil))
    #expect(ours.notices == ["the feeder was empty after 5 of 8 pages"])
    let few = try scan(try .airscan(try ESCLScanner(pages: try SaneWorld.jpegPages(5))), pageLimit: 2)
    #expect(few.result == ScanResult(pages: 2, fault: nil))
  }

  // MARK: Before the first page

  // case: scan-net-escl-empty
  @Test func `an empty feeder`() throws {
    let world = try SaneWorld.airscan(try ESCLScanner(pages: []))
    #expect(try scan(world).result == ScanResult(pages: 0, fault: .feederEmpty))
  }

  // case: scan-net-escl-job
  @Test(arguments: [
    (ESCLScanner.Fault.jam, ScanFault.jammed), (.doorOpen, .coverOpen),
    (.status(409), .inputOutput(call: "sane_start")),
    (.status(500), .inputOutput(call: "sane_start")), (.status(404), .inputOutput(call: "sane_start")),
  ])
  func `a job that the scanner refuses`(fault: ESCLScanner.Fault, expected: ScanFault) throws {
    #expect(try scan(.job, [fault]).result == ScanResult(pages: 0, fault: expected))
  }

  // case: scan-net-escl-status
  @Test(arguments: [ESCLScanner.Fault.status(500), .garbage, .cut(after: 100), .status(503, retryAfter: 1)])
  func `a status that cannot be had`(fault: ESCLScanner.Fault) throws {
    #expect(try scan(.status, [fault]).result == ScanResult(pages: 0, fault: .inputOutput(call: "sane_start")))
  }

  // case: scan-net-escl-capabilities
  @Test(arguments: [ESCLScanner.Fault.status(503), .status(404), .garbage, .cut(after: 100), .silence])
  func `capabilities that cannot be had`(fault: ESCLScanner.Fault) throws {
    #expect(try scan(.capabilities, [fault]).result == ScanResult(pages: 0, fault: .inputOutput(call: "sane_open")))
  }

  // case: scan-net-escl-busy-passes
  @Test(arguments: [ESCLScanner.Moment.job, .page(3)])
  func `a scanner that is busy for a moment costs nothing`(moment: ESCLScanner.Moment) throws {
    #expect(try scan(moment, [.status(503, retryAfter: 1)]).result == ScanResult(pages: 5, fault: nil))
  }

  // case: scan-net-escl-busy
  @Test func `a scanner that stays busy is said to be`() throws {
    var limits = CallLimits()
    // The driver itself asks ten times.
    limits.busy = .zero
    let busy = try scan(.job, Array(repeating: .status(503, retryAfter: 1), count: 100), limits: limits)
    #expect(busy.result == ScanResult(pages: 0, fault: .busy(device: "airscan:e0:Copier")))
  }

  // MARK: In the middle of the feeder

  // case: scan-net-escl-jam
  // case: scan-net-escl-cover
  // case: scan-net-escl-refused-page
  // case: scan-net-escl-dropped
  // case: scan-net-escl-wrong-length
  // case: scan-net-escl-no-picture
  @Test(arguments: [
    (ESCLScanner.Fault.jam, ScanFault.jammed), (.doorOpen, .coverOpen),
    (.status(409), .inputOutput(call: "sane_start")),
    (.status(500), .inputOutput(call: "sane_start")), (.cut(after: 0), .inputOutput(call: "sane_start")),
    (.cut(after: 5000), .inputOutput(call: "sane_start")), (.wrongLength(by: 1000), .inputOutput(call: "sane_start")),
    (.wrongLength(by: -5000), .inputOutput(call: "sane_start")), (.garbage, .inputOutput(call: "sane_read")),
  ])
  func `a fault at page 3 keeps two pages, and the next scan works`(
    fault: ESCLScanner.Fault, expected: ScanFault
  ) throws {
    let broken = try scan(.page(3), [fault])
    #expect(broken.result == ScanResult(pages: 2, fault: expected))
    #expect(try broken.entries().count == 2)
  }

  // case: scan-net-escl-dropped-last
  @Test(arguments: [ESCLScanner.Fault.cut(after: 5000), .cut(after: 0), .wrongLength(by: 1000)])
  func `a connection lost inside the last page is no empty feeder`(fault: ESCLScanner.Fault) throws {
    #expect(try scan(.page(5), [fault]).result == ScanResult(pages: 4, fault: .inputOutput(call: "sane_start")))
  }

  // case: scan-net-escl-silent
  @Test(arguments: [ESCLScanner.Moment.job, .page(3)])
  func `a scanner that falls silent is given up`(moment: ESCLScanner.Moment) throws {
    var limits = CallLimits()
    limits.start = .seconds(2)
    let pages = moment == .job ? 0 : 2
    let fault = ScanFault.driverHung(during: "sane_start", seconds: 2)
    #expect(try scan(moment, [.silence], limits: limits).result == ScanResult(pages: pages, fault: fault))
  }

  // case: scan-net-escl-end
  @Test func `a feeder that says at page 3 that it is empty ends the document there`() throws {
    #expect(try scan(.page(3), [.status(404)]).result == ScanResult(pages: 2, fault: nil))
  }

  // case: scan-net-escl-truncated
  @Test func `a picture that ends early is a whole page to the driver, and harms no other`() throws {
    let pages = try SaneWorld.jpegPages(5)
    let ours = try scan(.page(3), [.truncated(to: 5000)])
    // sane-airscan 0.99.27 fills the rest with gray and says nothing of it: there is nothing to tell it by.
    #expect(ours.result == ScanResult(pages: 5, fault: nil))
    let images = try ours.images()
    for number in [0, 1, 3, 4] {
      let theirs = try output("djpeg", input: pages[number])
      let expected = try output("djpeg", input: output("cjpeg", "-quality", "80", input: theirs))
      #expect(try output("djpeg", images[number]) == expected)
    }
  }

  // case: scan-net-escl-cancelled
  @Test func `a request to stop ends the job at the scanner`() throws {
    let scanner = try ESCLScanner(pages: try SaneWorld.jpegPages(10))
    let world = try SaneWorld.airscan(scanner)
    let stopped = try scan(world, interruptWhen: { if case .pageDone(2, _) = $0 { true } else { false } })
    #expect(stopped.result.fault == .cancelled)
    #expect((2...9).contains(stopped.result.pages))
    #expect(scanner.requests.contains("DELETE /eSCL/ScanJobs/1"))
    scanner.load()
    #expect(try scan(world).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-escl-absent
  @Test func `a scanner that is switched off`() throws {
    let scanner = try ESCLScanner(pages: [])
    let world = try SaneWorld.airscan(scanner)
    scanner.switchOff()
    #expect(try scan(world).result == ScanResult(pages: 0, fault: .inputOutput(call: "sane_open")))
  }
}
