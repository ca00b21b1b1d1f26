import Base
import Diagnosis
import Glibc
import Jobs
import Paper
import Raster
import ScanSane
import TestKit
import Testing

/// Against the replay scanner: pages in, pages out, and every way in which a scanner fails.
@Suite struct ReplayTests {
  // MARK: Pages

  @Test(arguments: [
    PixelFormat.color, .gray,
  ]) func `feeder pages are what libjpeg-turbo makes of the files`(mode: PixelFormat) throws {
    let pages = try SaneWorld.pages(3, mode: mode.rawValue)
    let ours = try Scanning(try .replay(pages: pages), replayRequest(.adf, mode))
    #expect(ours.result == ScanResult(pages: 3, fault: nil))
    #expect(try decoded(ours) == recoded(pages))
  }

  @Test func `lineart pages are the files, pixel for pixel`() throws {
    let pages = try SaneWorld.pages(2, mode: "lineart")
    let ours = try Scanning(try .replay(pages: pages), replayRequest(.adf, .lineart))
    let files = try Folder.names(in: pages).map { try output("pnmtoplainpnm", pages + "/" + $0) }
    #expect(try ours.images().map { try output("pnmtoplainpnm", $0) } == files)
  }

  // case: scan-flatbed-once
  @Test func `the flatbed gives one page`() throws {
    let ours = try Scanning(try .replay(pages: try SaneWorld.pages(3)), replayRequest(.flatbed))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
  }

  @Test func `the duplex feeder gives both sides of each sheet`() throws {
    let ours = try Scanning(try .replay(pages: try SaneWorld.pages(3)), replayRequest(.adfDuplex))
    #expect(ours.result == ScanResult(pages: 4, fault: nil))
  }

  // case: scan-padded
  // case: scan-short-reads
  // case: scan-empty-reads
  // case: scan-16-bit-odd
  // case: scan-three-pass
  @Test(arguments: ["padding 5", "chunk 1009", "empty-reads 1", "three-pass GBR", "depths 16", "depths 16\nchunk 997"])
  func `however the bytes come, the page is the same`(script: String) throws {
    let pages = try SaneWorld.pages(1)
    let ours = try Scanning(try .replay(pages: pages, script: script), replayRequest())
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(try decoded(ours) == recoded(pages))
  }

  // case: scan-16-bit
  @Test func `sixteen bits are rounded as cjpeg rounds them`() throws {
    let folder = try TemporaryFolder()
    let ramp = (0..<(620 * 877)).flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0 &* 7)] }
    try folder.write(Array("P5\n620 877\n65535\n".utf8) + ramp, to: "ramp.pgm")
    let ours = try Scanning(
      try .replay(pages: folder.path, script: "depths 16"), replayRequest(.adf, .gray))
    #expect(try decoded(ours) == recoded(folder.path))
  }

  // case: scan-1-bit-colour
  @Test func `one-bit colour is scanned too`() throws {
    let ours = try Scanning(try .replay(pages: try SaneWorld.pages(1), script: "depths 1"), replayRequest())
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(try ours.entries().first?.format == .color)
  }

  // case: scan-unknown-height
  @Test func `a page of unknown height is as high as its rows`() throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(1), script: "announce unknown\ndeliver 123")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(try ours.entries().first?.height == 123)
  }

  // case: scan-fewer-rows
  // case: scan-more-rows
  @Test func `a short page is filled and a long one cut, and both are said`() throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(3), script: "page 1 deliver 870\npage 2 deliver 880")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 3, fault: nil))
    #expect(ours.notices == ["page 1 was 7 rows short; filled with white", "page 2 had 3 rows too many; cut off"])
    #expect(try ours.entries().map(\.height) == [877, 877, 877])
  }

  // case: scan-parameters-change
  @Test func `only the parameters after the start count`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2), script: "page 2 width 400")
    #expect(try Scanning(world, replayRequest()).entries().map(\.width) == [620, 400])
  }

  // case: scan-inexact
  @Test func `the resolution that the scanner rounds to goes into the document`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "resolutions 50 600 7")
    let ours = try Scanning(world, replayRequest(resolution: 100))
    #expect(try ours.entries().first?.xResolution == 98)
    #expect(ours.notes == ["the scanner uses 98 dpi instead of 100 dpi"])
  }

  @Test func `a document continues after its last page`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "page 3 start status JAMMED")
    let first = try Scanning(world, replayRequest())
    #expect(first.result == ScanResult(pages: 2, fault: .jammed))
    try world.rewrite(script: "")
    let second = try Scanning(world, replayRequest(), folder: first.folder)
    #expect(second.result == ScanResult(pages: 5, fault: nil))
    #expect(second.progress.contains(.pageBegan(page: 3)))
  }

  // MARK: Faults

  // case: scan-jam
  @Test(arguments: [
    "page 3 start status JAMMED", "page 3 read status JAMMED after 400", "page 3 read status JAMMED",
  ]) func `a jam keeps the pages before it`(script: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(5), script: script)
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 2, fault: .jammed))
    #expect(try decoded(ours).count == 2)
  }

  // case: scan-no-docs-first
  // case: scan-cover
  // case: scan-access-denied
  // case: scan-io
  // case: scan-no-memory
  // case: scan-not-there
  // case: scan-inval
  @Test(arguments: [
    ("empty", ScanFault.feederEmpty), ("cover-open", .coverOpen),
    ("open status ACCESS_DENIED", .accessDenied(device: "replay:front")),
    ("open status IO_ERROR", .inputOutput(call: "sane_open")), ("absent", .notFound(device: "replay:front")),
    ("start status IO_ERROR", .inputOutput(call: "sane_start")), ("start status NO_MEM", .outOfMemory),
    ("start status INVAL", .rejected(call: "sane_start", status: "Invalid argument")),
    ("read status NO_DOCS", .feederEmpty), ("start status CANCELLED", .cancelled),
    ("deliver 0", .rejected(call: "sane_read", status: "the page ended before its first row")),
    ("option status IO_ERROR", .inputOutput(call: "sane_control_option")),
    ("parameters status IO_ERROR", .inputOutput(call: "sane_get_parameters")),
  ]) func `each fault has its name`(script: String, fault: ScanFault) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: script)
    #expect(try Scanning(world, replayRequest()).result == ScanResult(pages: 0, fault: fault))
  }

  // case: scan-no-docs-later
  // case: scan-no-docs-read
  @Test func `no more paper in the midst of a page is its end`() throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(2), script: "page 2 read status NO_DOCS after 877")
    #expect(try Scanning(world, replayRequest()).result == ScanResult(pages: 2, fault: nil))
    try world.rewrite(script: "page 2 read status NO_DOCS after 800")
    let short = try Scanning(world, replayRequest())
    #expect(short.result == ScanResult(pages: 2, fault: nil))
    #expect(short.notices == ["page 2 was 77 rows short; filled with white"])
    try world.rewrite(script: "page 2 read status NO_DOCS")
    #expect(try Scanning(world, replayRequest()).result == ScanResult(pages: 1, fault: nil))
  }

  // case: scan-fewer-pages
  @Test func `fewer pages than asked for are said`() throws {
    let ours = try Scanning(try .replay(pages: try SaneWorld.pages(2)), replayRequest(pageLimit: 5))
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(ours.notices == ["the feeder was empty after 2 of 5 pages"])
  }

  // case: scan-busy-retry
  // case: scan-warming-up
  @Test(arguments: zip(["open", "start", "start"], ["DEVICE_BUSY", "WARMING_UP", "99"]))
  func `a busy scanner is asked again`(call: String, status: String) throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(1), script: "\(call) status \(status) times 2")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let waits = ours.progress.filter { if case .waiting = $0 { true } else { false } }
    #expect(waits.count == 2)
  }

  // case: scan-busy-bounded
  @Test func `a scanner that stays busy is given up`() throws {
    var limits = CallLimits()
    limits.busy = .milliseconds(300)
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "open status DEVICE_BUSY")
    let ours = try Scanning(world, replayRequest(), limits: limits)
    #expect(ours.result == ScanResult(pages: 0, fault: .busy(device: "replay:front")))
  }

  @Test func `values that the scanner lacks`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1))
    let ours = try Scanning(world, replayRequest(resolution: 250))
    #expect(
      ours.result.fault
        == .unsupported(
          option: "resolution", value: "250", available: ["75", "100", "150", "200", "300", "400", "600"]))
  }

  // MARK: Drivers that misbehave

  @Test(arguments: [("open", "sane_open"), ("start", "sane_start"), ("read", "sane_read")], [6, 11])
  func `a driver that crashes does not take us along`(call: (word: String, name: String), signal: Int32) throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(1), script: "\(call.word) crash \(signal)")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 0, fault: .driverCrashed(signal: signal, during: call.name)))
  }

  @Test func `a crash on a page keeps those before it`() throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(3), script: "page 3 read crash 11 after 100")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 2, fault: .driverCrashed(signal: 11, during: "sane_read")))
    #expect(try decoded(ours).count == 2)
  }

  // case: scan-hang
  // case: scan-stall
  @Test(arguments: [
    ("open hang", "sane_open"), ("option hang", "sane_control_option"), ("start hang", "sane_start"),
    ("read hang after 50", "sane_read"), ("empty-reads 1000000", "sane_read"),
  ]) func `a driver that hangs is killed`(script: String, call: String) throws {
    var limits = CallLimits()
    limits.open = .seconds(1)
    limits.option = .seconds(1)
    limits.start = .seconds(1)
    limits.readStall = .seconds(1)
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: script)
    let ours = try Scanning(world, replayRequest(), limits: limits)
    #expect(ours.result == ScanResult(pages: 0, fault: .driverHung(during: call, seconds: 1)))
    #expect(ours.duration < .seconds(5))
  }

  // case: scan-slow
  @Test func `a slow scanner that gives bytes is not hung`() throws {
    var limits = CallLimits()
    limits.readStall = .seconds(1)
    // 53 reads of 40 ms each: more than two seconds a page.
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(1), script: "chunk 31000\nread delay 40")
    #expect(try Scanning(world, replayRequest(), limits: limits).result == ScanResult(pages: 1, fault: nil))
  }

  @Test(arguments: ["close hang", "cancel hang", "close crash 11"])
  func `a driver that hangs or crashes at the end costs no page`(script: String) throws {
    var limits = CallLimits()
    limits.cancel = .milliseconds(300)
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2), script: script)
    #expect(try Scanning(world, replayRequest(), limits: limits).result == ScanResult(pages: 2, fault: nil))
  }

  // case: scan-prints
  @Test func `what a driver prints is in no one's way`() throws {
    let pages = try SaneWorld.pages(1)
    let world = try SaneWorld.replay(pages: pages, script: "open print noise\nread print noise")
    let ours = try Scanning(world, replayRequest())
    #expect(try decoded(ours) == recoded(pages))
  }

  @Test func `a driver that ends the process is said to`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "start exit 3")
    let ours = try Scanning(world, replayRequest())
    #expect(
      ours.result.fault == .driverNonsense(detail: "the driver exited the worker with code 3 in sane_start"))
  }

  // case: scan-nonsense-parameters
  @Test(arguments: ["width 2000000", "padding 2000000000", "announce 100000000"])
  func `parameters that make no sense are refused`(script: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: script)
    guard case .driverNonsense = try Scanning(world, replayRequest()).result.fault else {
      Issue.record("not refused")
      return
    }
  }

  // MARK: Cancelling

  // case: scan-cancel
  // case: scan-cancel-deaf
  @Test(arguments: [
    "page 2 chunk 2000\npage 2 read delay 20", "page 2 read hang after 10", "page 2 start hang",
    "page 3 start delay 60000",
    "page 2 chunk 2000\npage 2 read delay 20\ncancel hang",
  ])
  func `a scan is cancelled within a second, and whole pages stay`(script: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(5), script: script)
    let page = script.hasPrefix("page 3") ? 2 : 1
    let ours = try Scanning(
      world, replayRequest(), interruptWhen: { if case .pageDone(page, _) = $0 { true } else { false } })
    #expect(ours.result == ScanResult(pages: page, fault: .cancelled))
    #expect(ours.duration < .seconds(1))
    #expect(try decoded(ours).count == page)
  }

  // case: scan-cancel
  @Test func `a scan is cancelled while the scanner is busy`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "open status DEVICE_BUSY")
    let ours = try Scanning(world, replayRequest()) { if case .waiting = $0 { true } else { false } }
    #expect(ours.result == ScanResult(pages: 0, fault: .cancelled))
    #expect(ours.duration < .seconds(1))
  }

  // case: scan-cancel-once
  @Test(arguments: [
    ("", 1), ("page 2 start status JAMMED", 1), ("page 1 read status IO_ERROR", 1), ("open status INVAL", 0),
  ])
  func `the driver hears of the end once a scan`(script: String, times: Int) throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(3), script: script + "\ncancel print cancelled")
    let folder = try TemporaryFolder()
    let job = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
    let messages = try Descriptor(opening: folder.file("messages"), O_RDWR | O_CREAT)
    let scanner = SaneScanner(
      program: SaneWorld.platen, environment: world.environment, messages: messages.number,
      clock: .system)
    _ = scanner.scan(replayRequest(), into: job, interrupt: .never) { _ in }
    let said = String(decoding: try Folder.contents(of: folder.file("messages")), as: UTF8.self)
    #expect(said.split(separator: "\n").filter { $0 == "cancelled" }.count == times)
  }

  @Test func `a page tells all its bytes`() throws {
    let ours = try Scanning(try SaneWorld.replay(pages: try SaneWorld.pages(2)), replayRequest())
    let told = ours.progress.compactMap { if case .pageDone(_, let bytes) = $0 { bytes } else { nil } }
    #expect(told == (try ours.entries().map { $0.end - $0.start }))
    let document = try Descriptor(opening: ours.folder.file(DocumentFile.pages), O_RDONLY).size()
    #expect(document - told.reduce(0, +) < 32, "no more than the document's first line")
  }

  // MARK: Looking

  @Test func `devices are listed with what they can`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1))
    let scanner = SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system)
    let device = try #require(try scanner.devices().first)
    #expect(device.name == "replay:front")
    #expect(device.sources == [.flatbed, .adf, .adfDuplex])
    #expect(device.modes == [.lineart, .gray, .color])
    #expect(device.resolutions == [75, 100, 150, 200, 300, 400, 600])
    #expect(device.buttons == ["scan", "email", "copy"])
    #expect(!device.resolutionIsRange)
    #expect(device.problem == nil)
  }

  // case: scan-crash-list
  @Test func `a device that cannot be opened is listed with the reason`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "open crash 11")
    let scanner = SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system)
    let device = try #require(try scanner.devices().first)
    #expect(device.problem == .driverCrashed(signal: 11, during: "sane_open"))
    #expect(device.sources.isEmpty)
  }

  // case: scan-crash-list
  @Test func `a backend that crashes in the search is named`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "list crash 11")
    let scanner = SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system)
    #expect(throws: ScanFault.driverCrashed(signal: 11, during: "sane_get_devices")) { try scanner.devices() }
  }
}
