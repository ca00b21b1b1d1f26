import Base
import Diagnosis
import Jobs
import Paper
import Raster
import ScanSane
import TestKit
import Testing

/// Frames that are not what they were said to be.
@Suite struct `Odd frames` {
  // case: scan-three-pass
  // case: scan-padded
  // case: scan-16-bit-odd
  @Test(arguments: ["RGB", "RBG", "GRB", "GBR", "BRG", "BGR"], ["", "padding 3\nchunk 997", "depths 16\nchunk 1001"])
  func `three passes in any order make the page`(order: String, bytes: String) throws {
    let ours = try replay(2, "three-pass \(order)\n\(bytes)")
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try decoded(ours) == recoded(try SaneWorld.pages(2)))
  }

  // case: scan-three-pass-broken
  @Test(arguments: [
    ("page 2 pass 2 start status JAMMED", ScanFault.jammed),
    ("page 2 pass 3 read status IO_ERROR after 400", .inputOutput(call: "sane_read")),
    ("page 2 pass 2 start status NO_DOCS", .driverNonsense(detail: "page 2 ended after 1 of its 3 passes")),
    ("page 2 pass 3 read status NO_DOCS", .driverNonsense(detail: "page 2 ended after 2 of its 3 passes")),
    (
      "page 2 pass 2 width 400",
      .driverNonsense(detail: "sane_get_parameters reports passes that do not match")
    ),
    (
      "page 2 pass 2 format 2",
      .driverNonsense(detail: "sane_get_parameters reports passes that do not match")
    ),
  ]) func `a page that breaks off between its passes is no page, and is not passed over`(
    script: String, fault: ScanFault
  ) throws {
    #expect(try replay(3, "three-pass RGB\n" + script).result == ScanResult(pages: 1, fault: fault))
  }

  // case: scan-three-pass-short
  @Test(arguments: [1, 2, 3]) func `rows that any pass lacks are said`(pass: Int) throws {
    let ours = try replay(1, "three-pass RGB\npass \(pass) deliver 870")
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices == ["page 1 was 7 rows short; filled with white"])
  }

  // case: scan-last-frame
  @Test(arguments: ["last-frame 0", "last-frame 1", "last-frame 0\nthree-pass BRG", "last-frame 1\nthree-pass BRG"])
  func `what is said of the last frame does not count`(script: String) throws {
    let ours = try replay(2, script)
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try decoded(ours) == recoded(try SaneWorld.pages(2)))
  }

  // case: scan-cut-row
  @Test(arguments: [1, 100, 1859]) func `a last row that comes in part is said`(bytes: Int) throws {
    let ours = try replay(1, "cut \(bytes)")
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices == ["page 1 was 1 row short; filled with white"])
    #expect(try ours.entries().first?.height == 877)
  }

  // case: scan-unknown-height
  // case: scan-cut-row
  @Test func `a page of unknown height counts a row that came in part`() throws {
    let ours = try replay(1, "announce unknown\ndeliver 100\ncut 7")
    #expect(try ours.entries().map(\.height) == [100])
    #expect(ours.notices == ["page 1 was 1 row short; filled with white"])
  }

  // case: scan-unknown-height
  @Test func `pages of unknown height end with the feeder`() throws {
    let ours = try replay(3, "announce unknown\npage 2 deliver 12", replayRequest(.adf, .lineart))
    #expect(ours.result == ScanResult(pages: 3, fault: nil))
    #expect(try ours.entries().map(\.height) == [877, 12, 877])
  }

  // case: scan-format-changes
  @Test func `a frame of another format than asked for is taken as it is, and said`() throws {
    let ours = try replay(2, "page 2 format 0")
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try ours.entries().map(\.format) == [.color, .gray])
    #expect(ours.notices.first == "page 2 is gray, not color")
  }

  // case: scan-nonsense-parameters
  @Test func `a frame of no known format ends the scan and keeps the pages`() throws {
    let ours = try replay(2, "page 2 format 7")
    let detail = "sane_get_parameters reports a frame of unknown format"
    #expect(ours.result == ScanResult(pages: 1, fault: .driverNonsense(detail: detail)))
  }
}

/// Options that are not what a program would like.
@Suite struct `Odd options` {
  // case: scan-reload
  @Test(arguments: [ScanSource.adf, .flatbed]) func `options that move are found again by name`(
    source: ScanSource
  ) throws {
    let ours = try replay(1, "options-move", replayRequest(source, .gray))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(try decoded(ours) == recoded(try SaneWorld.pages(1, mode: "gray")))
  }

  // case: scan-inactive
  @Test(arguments: ["depth", "page-width page-height", "tl-x tl-y", "br-y", "mode"])
  func `inactive options are left alone`(names: String) throws {
    let ours = try replay(2, "inactive \(names)")
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try ours.entries().map(\.width) == [620, 620])
  }

  // case: scan-inactive
  @Test func `a resolution that is inactive is assumed, and said to be`() throws {
    let ours = try replay(1, "inactive resolution", replayRequest(.adf, .lineart, resolution: 300))
    #expect(ours.notes == ["the scanner does not report its resolution; assuming 300 dpi"])
  }

  // case: scan-read-only
  @Test func `an option that cannot be set is taken as it is, or refused`() throws {
    let refused = try replay(1, "read-only resolution")
    #expect(
      refused.result.fault == .unsupported(option: "resolution", value: "75", available: ["300"]))
    let taken = try replay(1, "read-only resolution", replayRequest(.adf, .lineart, resolution: 300))
    #expect(taken.result == ScanResult(pages: 1, fault: nil))
    #expect(try replay(1, "read-only source", replayRequest(.flatbed)).result.fault == nil)
    let source = ScanFault.unsupported(option: "source", value: "adf", available: ["flatbed"])
    #expect(try replay(1, "read-only source").result.fault == source)
  }

  // case: scan-only-value
  @Test func `an option of one value is not set`() throws {
    #expect(try replay(2, "sources feeder").result == ScanResult(pages: 2, fault: nil))
  }

  // case: scan-other-names
  @Test(arguments: ["rename resolution scan-resolution", "rename source doc-source"])
  func `options go by the names that drivers have for them`(script: String) throws {
    let ours = try replay(2, script)
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try decoded(ours) == recoded(try SaneWorld.pages(2)))
  }

  // case: scan-busy-option
  @Test func `a scanner that is busy when an option is set is asked again`() throws {
    let ours = try replay(1, "option status DEVICE_BUSY times 1")
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.progress.contains(.waiting(reason: "the scanner is in use")))
  }

  // case: scan-inval
  @Test func `a value that the driver dislikes is no missing scanner`() throws {
    let ours = try replay(1, "option status INVAL")
    #expect(
      ours.result.fault == .rejected(call: "sane_control_option for source", status: "Invalid argument"))
  }
}

/// The feeder's and the glass's ends.
@Suite struct `Ends of paper` {
  // case: scan-busy-feeding
  @Test(arguments: ["DEVICE_BUSY", "WARMING_UP"]) func `busy between pages is not an empty feeder`(
    status: String
  ) throws {
    let ours = try replay(3, "page 2 start status \(status) times 2")
    #expect(ours.result == ScanResult(pages: 3, fault: nil))
  }

  // case: scan-busy-bounded
  @Test func `a scanner that stays busy between pages keeps those before`() throws {
    var limits = CallLimits()
    limits.busy = .milliseconds(300)
    let ours = try replay(3, "page 2 start status DEVICE_BUSY", limits: limits)
    #expect(ours.result == ScanResult(pages: 1, fault: .busy(device: "replay:front")))
  }

  // case: scan-every-status
  @Test(arguments: [
    ("UNSUPPORTED", ScanFault.rejected(call: "sane_start", status: "Operation not supported")),
    ("CANCELLED", .cancelled), ("INVAL", .rejected(call: "sane_start", status: "Invalid argument")),
    ("EOF", .rejected(call: "sane_start", status: "End of file reached")), ("JAMMED", .jammed),
    ("COVER_OPEN", .coverOpen), ("IO_ERROR", .inputOutput(call: "sane_start")), ("NO_MEM", .outOfMemory),
    ("ACCESS_DENIED", .accessDenied(device: "replay:front")),
  ]) func `any status but no paper, on a later page, is a fault and not the end`(
    status: String, fault: ScanFault
  ) throws {
    #expect(try replay(3, "page 3 start status \(status)").result == ScanResult(pages: 2, fault: fault))
  }

  // case: scan-every-status
  @Test(arguments: [
    ("UNSUPPORTED", ScanFault.rejected(call: "sane_read", status: "Operation not supported")),
    ("CANCELLED", .cancelled), ("DEVICE_BUSY", .busy(device: "replay:front")),
    ("INVAL", .rejected(call: "sane_read", status: "Invalid argument")), ("JAMMED", .jammed),
    ("COVER_OPEN", .coverOpen), ("IO_ERROR", .inputOutput(call: "sane_read")), ("NO_MEM", .outOfMemory),
    ("ACCESS_DENIED", .accessDenied(device: "replay:front")), ("WARMING_UP", .busy(device: "replay:front")),
  ]) func `a page that any status breaks off is no page`(status: String, fault: ScanFault) throws {
    let ours = try replay(3, "page 3 read status \(status) after 500")
    #expect(ours.result == ScanResult(pages: 2, fault: fault))
  }

  // case: scan-every-status
  @Test(arguments: [
    ("DEVICE_BUSY", ScanFault.busy(device: "replay:front")), ("INVAL", .notFound(device: "replay:front")),
    ("IO_ERROR", .inputOutput(call: "sane_open")), ("NO_MEM", .outOfMemory),
    ("ACCESS_DENIED", .accessDenied(device: "replay:front")), ("JAMMED", .jammed), ("COVER_OPEN", .coverOpen),
    ("UNSUPPORTED", .rejected(call: "sane_open", status: "Operation not supported")),
  ]) func `any status of the opening has its fault`(status: String, fault: ScanFault) throws {
    var limits = CallLimits()
    limits.busy = .zero
    #expect(try replay(1, "open status \(status)", limits: limits).result == ScanResult(pages: 0, fault: fault))
  }

  // case: scan-device-gone
  @Test func `a scanner that goes away keeps its pages, and is found again`() throws {
    let world = try SaneWorld.replay(
      pages: try SaneWorld.pages(3), script: "page 3 read status IO_ERROR after 100")
    #expect(try Scanning(world, replayRequest()).result == ScanResult(pages: 2, fault: .inputOutput(call: "sane_read")))
    try world.rewrite(script: "absent")
    #expect(try Scanning(world, replayRequest()).result.fault == .notFound(device: "replay:front"))
    try world.rewrite(script: "")
    #expect(try Scanning(world, replayRequest()).result == ScanResult(pages: 3, fault: nil))
  }

  // case: scan-eof-after-cancel
  @Test func `the end of a cancelled page is no page`() throws {
    let ours = try replay(3, "page 2 chunk 2000\npage 2 read delay 20\neof-after-cancel") {
      if case .rows(page: 2, _, _, _) = $0 { true } else { false }
    }
    #expect(ours.result == ScanResult(pages: 1, fault: .cancelled))
    #expect(try ours.entries().count == 1)
  }

  // case: scan-cancelled-at-scanner
  @Test func `a scan that is cancelled at the scanner keeps the pages before`() throws {
    let ours = try replay(3, "page 2 read status CANCELLED after 300")
    #expect(ours.result == ScanResult(pages: 1, fault: .cancelled))
  }

  // case: scan-flatbed-once
  @Test(arguments: [nil, 5]) func `the glass gives one page, whatever is asked`(limit: Int?) throws {
    let ours = try replay(3, "", replayRequest(.flatbed, pageLimit: limit))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices.isEmpty)
  }
}
