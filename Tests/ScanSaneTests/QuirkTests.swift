import Base
import Diagnosis
import Jobs
import Paper
import Raster
import ScanSane
import TestKit
import Testing

/// What is known of scanners that do not keep to the standard, and what each such knowledge changes.
@Suite struct `Quirks of scanners` {
  private func book(_ quirk: String) throws -> QuirkBook {
    var book = QuirkBook()
    let entry = "[{ match: { backend: 'replay' }, quirk: { \(quirk) }, reason: 'r', source: 'https://s.test' }]"
    try book.add(Array(entry.utf8), origin: "test")
    return book
  }

  private func flags(_ name: String, _ vendor: String = "", _ model: String = "") throws -> Set<Quirks.Flag> {
    try QuirkBook.shipped().quirks(of: ScannerFacts(name: name, vendor: vendor, model: model)).flags
  }

  // MARK: The file

  // case: scan-quirk-file
  @Test func `those that we know fit the scanners that they are about, and no others`() throws {
    #expect(try flags("epson2:libusb:001:005", "EPSON", "EPSON XP-425 Series") == [.flatbed])
    #expect(try flags("epkowa:usb:001:005", "EPSON", "XP-424").isEmpty)
    #expect(try flags("brother4:bus1;dev2") == [.emptyFrameEndsFeeder])
    #expect(try flags("net:10.0.0.2:brother4:bus1;dev2").isEmpty)
    #expect(try flags("net:10.0.0.2:hpaio:/usb/Deskjet_2130?serial=1") == [.modeLast])
    #expect(try flags("hpaio:/usb/Deskjet_2130?serial=1").isEmpty)
    #expect(try flags("epson2:net:10.0.0.3", "Epson", "WF-3520 Series") == [.noDuplex])
    #expect(try flags("airscan:e0:EPSON WF-3520 Series").isEmpty)
    #expect(try flags("pixma:MB5350_10.0.0.4") == [.noDuplex])
    #expect(try flags("test:0").isEmpty)
    let shipped = try QuirkBook.shipped()
    #expect(shipped.quirks(of: ScannerFacts(name: "epkowa:x")).options == ["adf-auto-scan": "true"])
    #expect(shipped.quirks(of: ScannerFacts(name: "airscan:e1:EPSON_WF-2930_Series")).feederNote != nil)
  }

  // case: scan-quirk-file
  @Test(arguments: [
    ("{}", "a list of quirks must be here"), ("[{", "line 1, column 3"), ("[{}]", "entry 1: has no reason"),
    ("[{ reason: 'r', source: 'somewhere' }]", "has no source that begins with https://"),
    ("[{ reason: 'r', source: 'https://s', quirk: {} }]", "has no quirk"),
    ("[{ reason: 'r', source: 'https://s', quirk: { flatbed: true } }]", "does not say what it matches"),
    (
      "[{ reason: 'r', source: 'https://s', quirk: { flatbed: 1 }, match: { model: 'x' } }]",
      "\"flatbed\" is not known, or not with 1, a number"
    ),
    ("[{ reason: 'r', source: 'https://s', quirk: { flat: true }, match: { model: 'x' } }]", "\"flat\" is not known"),
    ("[{ reason: 'r', source: 'https://s', quirk: { limits: { start: 0 } } }]", "\"limits\" is not known"),
    ("[{ reason: 'r', source: 'https://s', quirk: { flatbed: true }, match: { name: 'x' } }]", "match.name is none of"),
    ("[{ reason: 'r', source: 'https://s', quirk: { flatbed: true }, match: { model: 7 } }]", "match.model is 7"),
    ("[{ why: 'r' }]", "why is none of match, quirk, reason, source"),
  ]) func `a file that makes no sense is refused, with the place`(text: String, detail: String) {
    var book = QuirkBook()
    let fault = #expect(throws: QuirkFault.self) { try book.add(Array(text.utf8), origin: "/etc/quirks") }
    #expect(fault?.description.hasPrefix("/etc/quirks: ") == true)
    #expect(fault?.description.contains(detail) == true, "\(String(describing: fault))")
  }

  // case: scan-quirk-file
  @Test func `a later entry goes over an earlier one`() throws {
    var book = try book("flatbed: true, noDuplex: true, options: { a: 1, b: 'x' }")
    let later =
      "[{ match: { backend: 'RE*y' }, quirk: { flatbed: false, options: { a: 2 } }, reason: 'r', source: 'https://s' }]"
    try book.add(Array(later.utf8), origin: "later")
    let quirks = book.quirks(of: ScannerFacts(name: "replay:front"))
    #expect(quirks.flags == [.noDuplex])
    #expect(quirks.options == ["a": "2", "b": "x"])
  }

  // MARK: What they change

  // case: scan-flatbed-as-feeder
  @Test(arguments: [nil, .flatbed, .adf] as [ScanSource?])
  func `a flatbed that pretends to be a feeder gives its page once`(source: ScanSource?) throws {
    let script = "sources feeder\nendless"
    let known = try replay(1, script, replayRequest(source), quirks: try book("flatbed: true"))
    if source == .adf {
      #expect(known.result.fault == .unsupported(option: "source", value: "adf", available: ["flatbed"]))
    } else {
      #expect(known.result == ScanResult(pages: 1, fault: nil))
    }
    if source == nil { #expect(try replay(1, script, replayRequest(nil, pageLimit: 3)).result.pages == 3) }
  }

  // case: scan-quirk-empty-frame
  @Test func `a page without rows ends a feeder that is known to end so`() throws {
    let known = try book("emptyFrameEndsFeeder: true")
    #expect(try replay(3, "page 3 announce none", quirks: known).result == ScanResult(pages: 2, fault: nil))
    let nonsense = ScanFault.driverNonsense(detail: "sane_get_parameters reports 0 rows")
    #expect(try replay(3, "page 3 announce none").result == ScanResult(pages: 2, fault: nonsense))
    #expect(try replay(3, "announce none", quirks: known).result == ScanResult(pages: 0, fault: nonsense))
  }

  // case: scan-quirk-mode-last
  @Test func `the mode is set last where it locks the options`() throws {
    let ours = try replay(2, "mode-locks", replayRequest(.adf, .gray), quirks: try book("modeLast: true"))
    #expect(ours.result == ScanResult(pages: 2, fault: nil))
    #expect(try decoded(ours) == recoded(try SaneWorld.pages(2, mode: "gray")))
    let unknown = try replay(2, "mode-locks", replayRequest(.adf, .gray, resolution: 100))
    #expect(try unknown.entries().first?.width != 827)
  }

  // case: scan-quirk-no-duplex
  @Test func `both sides are not offered where they are known not to work`() throws {
    let known = try book("noDuplex: true")
    #expect(
      try replay(2, "", replayRequest(.adfDuplex), quirks: known).result.fault
        == .unsupported(option: "source", value: "adf-duplex", available: ["flatbed", "adf"]))
    #expect(try replay(2, "", quirks: known).result == ScanResult(pages: 2, fault: nil))
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2))
    let scanner = SaneScanner(
      program: SaneWorld.platen, environment: world.environment, clock: .system, quirks: known)
    #expect(try scanner.devices().map(\.sources) == [[.flatbed, .adf]])
  }

  // case: scan-quirk-options
  @Test func `a driver's own options are set, where they are there`() throws {
    let ours = try replay(1, "", quirks: try book("options: { 'tl-x': 50, 'no-such-option': true, depth: 'deep' }"))
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(try ours.entries().map(\.width) == [472])
  }

  // case: scan-quirk-note
  @Test func `what is known of a feeder is told to who scans from it`() throws {
    let known = try book("feederNote: 'sheet by sheet'")
    #expect(try replay(1, "", quirks: known).notices == ["sheet by sheet"])
    #expect(try replay(1, "", replayRequest(.flatbed), quirks: known).notices.isEmpty)
  }

  // case: scan-quirk-limits
  @Test func `a scanner's own limit goes over the usual one`() throws {
    let ours = try replay(1, "start hang", quirks: try book("limits: { start: 1, open: 40 }"))
    #expect(ours.result.fault == .driverHung(during: "sane_start", seconds: 1))
  }
}
