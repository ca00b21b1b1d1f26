import Base
import Diagnosis
import Jobs
import Paper
import Raster
import ScanSane
import TestKit
import Testing

/// Against the `test` backend that SANE comes with, with scanimage and libjpeg-turbo's tools as judges.
@Suite struct TestBackendTests {
  /// One page as scanimage has it, the options as we set them.
  private func scanimage(_ world: SaneWorld, _ options: [String]) throws -> [UInt8] {
    let size = ["-x", "210", "-y", "297", "--format=pnm"]
    return try world.scanimage(options + size).output
  }

  @Test(arguments: [(PixelFormat.color, "Color"), (.gray, "Gray")])
  func `a page is what libjpeg-turbo makes of scanimage's`(format: PixelFormat, mode: String) throws {
    let world = try SaneWorld.testBackend("test-picture \"Color pattern\"")
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .flatbed, mode: format, resolution: 150, quality: 80))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let theirs = try scanimage(world, ["--mode", mode, "--resolution", "150"])
    let image = try #require(try ours.images().first)
    let expected = try output("djpeg", input: output("cjpeg", "-quality", "80", input: theirs))
    #expect(try output("djpeg", image) == expected)
  }

  @Test(arguments: ["Grid", "Color pattern"])
  func `a one-bit page is scanimage's, bit for bit, though the scanner has no lineart`(picture: String) throws {
    let world = try SaneWorld.testBackend("test-picture \"\(picture)\"")
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .flatbed, mode: .lineart, resolution: 200))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let theirs = try scanimage(world, ["--mode", "Gray", "--depth", "1", "--resolution", "200"])
    let image = try #require(try ours.images().first)
    // Pixel by pixel, for the last bits of a row may be anything.
    let expected = try output("pnmtoplainpnm", input: theirs)
    #expect(try output("pnmtoplainpnm", image) == expected)
  }

  // case: scan-net-test-feeder
  @Test func `the feeder gives its ten pages`() throws {
    let world = try SaneWorld.testBackend("test-picture \"Grid\"")
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .adf, mode: .gray, resolution: 75))
    #expect(ours.result == ScanResult(pages: 10, fault: nil))
    #expect(try ours.entries().count == 10)
    let ends = ours.progress.compactMap { if case .pageDone(let page, _) = $0 { page } else { nil } }
    #expect(ends == Array(1...10))
  }

  @Test func `the feeder stops at the page limit`() throws {
    let world = try SaneWorld.testBackend()
    let request = ScanRequest(device: "test:0", source: .adf, mode: .gray, resolution: 75, pageLimit: 3)
    #expect(try Scanning(world, request).result == ScanResult(pages: 3, fault: nil))
  }

  @Test func `A4 at 300 dpi is the size that the scanner says`() throws {
    let world = try SaneWorld.testBackend()
    let ours = try Scanning(world, ScanRequest(device: "test:0", source: .flatbed, mode: .gray))
    let page = try #require(try ours.entries().first)
    #expect((page.width, page.height) == (2480, 3507))
    #expect(page.xResolution == 300)
  }

  @Test func `paper larger than the scanner is clipped, and said to be`() throws {
    let world = try SaneWorld.testBackend()
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .flatbed, mode: .gray, resolution: 50, paper: .a3))
    #expect(ours.notes == ["a3 is 297 × 420 mm, but the scanner's maximum is 297 × 300 mm"])
  }

  // case: scan-padded
  // case: scan-short-reads
  // case: scan-unknown-height
  @Test(arguments: [
    "hand-scanner true", "read-limit true\nread-limit-size 511", "fuzzy-parameters true", "ppl-loss 17",
  ])
  func `oddities change nothing in the number of pages`(setting: String) throws {
    let world = try SaneWorld.testBackend(setting)
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .flatbed, mode: .gray, resolution: 75))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices.isEmpty)
  }

  // case: scan-net-test-three-pass-order
  // case: scan-three-pass
  @Test(arguments: ["RGB", "RBG", "GBR", "GRB", "BRG", "BGR"])
  func `three passes make the page of one`(order: String) throws {
    let picture = "test-picture \"Color pattern\""
    let request = ScanRequest(device: "test:0", source: .flatbed, mode: .color, resolution: 50)
    let plain = try Scanning(try .testBackend(picture), request)
    let passes = try Scanning(
      try .testBackend(picture, "mode Color", "three-pass true", "three-pass-order \(order)"), request)
    #expect(passes.result == ScanResult(pages: 1, fault: nil))
    let (first, second) = (try #require(try plain.images().first), try #require(try passes.images().first))
    #expect(try Folder.contents(of: first) == Folder.contents(of: second))
  }

  // case: scan-net-test-read-return-value
  // case: scan-every-status
  @Test(arguments: [
    ("JAMMED", ScanFault.jammed), ("COVER_OPEN", .coverOpen), ("NO_DOCS", .feederEmpty),
    ("IO_ERROR", .inputOutput(call: "sane_read")), ("NO_MEM", .outOfMemory),
    ("ACCESS_DENIED", .accessDenied(device: "test:0")), ("CANCELLED", .cancelled),
    ("UNSUPPORTED", .rejected(call: "sane_read", status: "Operation not supported")),
    ("INVAL", .rejected(call: "sane_read", status: "Invalid argument")), ("DEVICE_BUSY", .busy(device: "test:0")),
  ])
  func `each status has its fault`(status: String, fault: ScanFault) throws {
    let world = try SaneWorld.testBackend("read-status-code \"SANE_STATUS_\(status)\"")
    // The backend hangs in sane_cancel now and then, when it stops its own reader at a bad moment.
    var limits = CallLimits()
    limits.cancel = .seconds(1)
    let ours = try Scanning(
      world, ScanRequest(device: "test:0", source: .adf, mode: .gray, resolution: 75), limits: limits)
    #expect(ours.result == ScanResult(pages: 0, fault: fault))
  }

  // case: scan-not-there
  @Test func `a device that is not there`() throws {
    let world = try SaneWorld.testBackend()
    for name in ["test:7", "nothing:0", ""] {
      let ours = try Scanning(world, ScanRequest(device: name, resolution: 75))
      if name != "" { #expect(ours.result == ScanResult(pages: 0, fault: .notFound(device: name))) }
    }
  }

  // case: scan-net-test-sources
  @Test func `values that the scanner lacks are refused with what it has`() throws {
    let world = try SaneWorld.testBackend()
    let far = try Scanning(world, ScanRequest(device: "test:0", resolution: 2400))
    #expect(
      far.result.fault == .unsupported(option: "resolution", value: "2400", available: ["1 to 1200"]))
    let duplex = try Scanning(world, ScanRequest(device: "test:0", source: .adfDuplex))
    #expect(
      duplex.result.fault == .unsupported(option: "source", value: "adf-duplex", available: ["flatbed", "adf"]))
  }

  @Test func `devices are listed with what they can`() throws {
    let world = try SaneWorld.testBackend()
    let scanner = SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system)
    let devices = try scanner.devices()
    #expect(devices.map(\.name) == ["test:0", "test:1"])
    let first = try #require(devices.first)
    #expect(first.vendor == "Noname")
    #expect(first.sources == [.flatbed, .adf])
    #expect(first.modes == [.lineart, .gray, .color])
    #expect(first.resolutions == [1, 1200])
    #expect(first.resolutionIsRange)
    #expect(first.problem == nil)
  }

  @Test func `the library tells its version`() throws {
    let world = try SaneWorld.testBackend()
    let scanner = SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system)
    let version = try scanner.libraryVersion()
    #expect(version.wholeMatch(of: /1\.\d+\.\d+/) != nil)
  }
}
