import Diagnosis
import Jobs
import Raster
import Testing

@testable import ScanSane

extension ReportReader {
  fileprivate mutating func take(_ bytes: [UInt8]) throws(MalformedReport) -> [Report] {
    append(bytes)
    var reports: [Report] = []
    while let report = try next() { reports.append(report) }
    return reports
  }
}

@Suite struct ReportTests {
  private static let faults: [ScanFault] = [
    .notFound(device: "d"), .busy(device: "d"), .accessDenied(device: "d"), .jammed, .coverOpen, .feederEmpty,
    .inputOutput(call: "c"), .outOfMemory, .unsupported(option: "o", value: "v", available: ["a", "b"]),
    .rejected(call: "c", status: "s"), .driverCrashed(signal: 11, during: "d"),
    .driverHung(during: "d", seconds: 60), .driverNonsense(detail: "d"), .storageFull, .storage(detail: "d"),
    .cancelled,
  ]

  private static let steps: [ScanProgress] = [
    .opening(device: "d"), .waiting(reason: "r"), .settled(resolution: 299.5, notes: ["n", "×"]),
    .pageBegan(page: 1), .rows(page: 1, done: 2, of: nil, encodedBytes: 3),
    .rows(page: 1, done: 2, of: 4, encodedBytes: 3), .pageDone(page: 9, encodedBytes: 1 << 40), .notice("n"),
  ]

  private static var scanner: ScannerDescription {
    var scanner = ScannerDescription(name: "n", vendor: "v", model: "m", type: "t")
    scanner.sources = [.flatbed, .adfDuplex]
    scanner.modes = [.lineart, .color]
    scanner.resolutions = [75, 600.5]
    scanner.resolutionIsRange = true
    scanner.buttons = ["scan"]
    scanner.problem = .jammed
    return scanner
  }

  private static var reports: [Report] {
    DriverCall.allCases.map { .began($0) } + steps.map { .progress($0) } + faults.map { .ended($0) }
      + [.ended(nil), .libraryVersion("1.1.1"), .scanner(scanner)]
  }

  @Test(arguments: [1, 7, 100_000]) func `every report comes over, however it is cut`(chunk: Int) throws {
    let bytes = Self.reports.flatMap { ReportFrame.encode($0) }
    var reader = ReportReader()
    var came: [Report] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      came += try reader.take(Array(bytes[start..<min(start + chunk, bytes.count)]))
    }
    #expect(came == Self.reports)
  }

  @Test func `a report that was changed anywhere is refused or is another report, and never traps`() {
    for report in Self.reports {
      let bytes = ReportFrame.encode(report)
      for place in bytes.indices {
        for value: UInt8 in [0, 1, 127, 128, 255] {
          var changed = bytes
          changed[place] = value
          var reader = ReportReader()
          _ = try? reader.take(changed)
        }
      }
    }
  }

  @Test func `long texts and lists are cut to what a frame holds`() throws {
    let long = String(repeating: "é", count: 5000)
    let report = Report.ended(.unsupported(option: long, value: long, available: Array(repeating: long, count: 100)))
    var reader = ReportReader()
    guard case .ended(.unsupported(let option, _, let available)) = try reader.take(ReportFrame.encode(report)).first
    else {
      Issue.record("did not come over")
      return
    }
    #expect(option.utf8.count <= 1000)
    #expect(available.count == 32)
  }

  @Test func `reports before a malformed one count, also when they come in one read`() throws {
    var reader = ReportReader()
    reader.append(ReportFrame.encode(.ended(nil)) + [77])
    #expect(try reader.next() == .ended(nil))
    #expect(throws: MalformedReport(detail: "report version 77")) { _ = try reader.next() }
  }

  @Test func `a driver's control characters do not come through`() throws {
    var reader = ReportReader()
    let reports = try reader.take(ReportFrame.encode(.progress(.notice("a\u{1B}[2Jb\nc"))))
    #expect(reports == [.progress(.notice("a\\x1b[2Jb\\x0ac"))])
  }

  @Test(arguments: [
    WorkerTask.list, .version, .probe(device: "net:host:test:0"),
    .scan(ScanRequest(device: "a=b c", source: .adfDuplex, pageLimit: 3), patience: .seconds(30)),
    .scan(ScanRequest(device: "", mode: .lineart, resolution: 75, paper: .auto), patience: .zero),
  ]) func `a task comes over as a message`(task: WorkerTask) {
    #expect(WorkerTask(message: task.message) == task)
  }
}

@Suite struct SpellingTests {
  @Test(arguments: [
    ("Flatbed", ScanSource.flatbed), ("FlatBed", .flatbed), ("Document Table", .flatbed), ("Normal", .flatbed),
    ("Flachbett", .flatbed), ("ADF", .adf), ("Automatic Document Feeder", .adf),
    ("Automatic Document Feeder(left aligned)", .adf), ("Automatic Document Feeder(centrally aligned)", .adf),
    ("ADF Front", .adf), ("Document Feeder", .adf), ("Automatischer Dokumenteneinzug", .adf), ("自動原稿送り装置", .adf),
    ("ADF Duplex", .adfDuplex), ("Duplex", .adfDuplex), ("ADF両面", .adfDuplex),
    ("Automatic Document Feeder(left aligned,Duplex)", .adfDuplex), ("ADF - Both Sides", .adfDuplex),
  ]) func `a source is known by its vendor's word`(word: String, source: ScanSource) {
    #expect(Spellings.source(of: word) == source)
    #expect(Spellings.choose(source, from: ["Transparency Unit", word]) == word)
  }

  @Test(arguments: ["Transparency Unit", "TPU8x10", "Negative", "ADF Back", "Card Front", ""])
  func `other sources are none of ours`(word: String) {
    #expect(Spellings.source(of: word) == nil)
  }

  @Test(arguments: [
    ("Color", PixelFormat.color), ("24bit Color", .color), ("24bit Color[Fast]", .color), ("Colour", .color),
    ("Farbe", .color), ("カラー", .color), ("Gray", .gray), ("Grayscale", .gray), ("True Gray", .gray),
    ("8-bit Gray", .gray), ("Graustufen", .gray), ("Lineart", .lineart), ("Line art", .lineart), ("Binary", .lineart),
    ("Black & White", .lineart), ("Threshold", .lineart), ("1-bit", .lineart), ("Strichzeichnung", .lineart),
  ]) func `a mode is known by its vendor's word`(word: String, mode: PixelFormat) {
    #expect(Spellings.choose(mode, from: ["Halftone", word]) == word)
    for other in PixelFormat.allCases where other != mode {
      #expect(Spellings.choose(other, from: ["Halftone", word]) == nil)
    }
  }

  @Test func `the plainest spelling comes first`() {
    #expect(Spellings.choose(.color, from: ["48bit Color", "Color"]) == "Color")
    #expect(Spellings.choose(.adf, from: ["ADF Front", "ADF"]) == "ADF")
  }
}

@Suite struct OptionLookupTests {
  private func option(
    _ name: String, _ kind: SaneOption.Kind = .text, _ constraint: SaneOption.Constraint = .none,
    isActive: Bool = true, isSettable: Bool = true, isSensor: Bool = false
  ) -> SaneOption {
    SaneOption(
      index: 1, name: name, kind: kind, unit: .none, constraint: constraint, isActive: isActive,
      isSettable: isSettable, isSensor: isSensor, size: 4)
  }

  @Test func `a switch beside the feeder makes it a duplex one`() {
    let source = option("source", .text, .texts(["Flatbed", "ADF"]))
    #expect([source].sources == [.flatbed, .adf])
    #expect([source, option("duplex", .flag)].sources == [.flatbed, .adf, .adfDuplex])
    let mode = option("adf-mode", .text, .texts(["Simplex", "Duplex"]))
    #expect([source, mode].sources == [.flatbed, .adf, .adfDuplex])
    #expect(mode.duplexValue(true) == .text("Duplex"))
    #expect(mode.duplexValue(false) == .text("Simplex"))
    #expect([source, option("duplex", .flag, isActive: false)].sources == [.flatbed, .adf])
  }

  @Test func `a scanner without sources is a feeder if it feels for paper`() {
    #expect([SaneOption]().sources == [.flatbed])
    #expect([option("page-loaded", .flag, isSettable: false, isSensor: true)].sources == [.adf])
  }

  @Test func `one-bit gray stands in for lineart`() {
    let mode = option("mode", .text, .texts(["Gray", "Color"]))
    #expect([mode].modes == [.gray, .color])
    #expect([mode, option("depth", .whole, .numbers([1, 8]))].modes == [.lineart, .gray, .color])
  }

  @Test func `numbers are found in lists and ranges`() {
    let list = option("resolution", .whole, .numbers([75, 300, 150]))
    #expect(list.takes(300) && !list.takes(200))
    #expect(list.choices == ["75", "150", "300"])
    #expect(list.nearest(200) == 150)
    let range = option("resolution", .fixed, .range(50...1200.5))
    #expect(range.takes(200) && !range.takes(1201))
    #expect(range.choices == ["50 to 1200.5"])
    #expect(range.nearest(2000) == 1200.5)
  }

  @Test func `values are as long as the driver expects`() {
    #expect(option("mode").encode(.text("Gray")) == Array("Gray".utf8) + [0])
    var wide = option("gamma", .whole)
    wide.size = 8
    #expect(wide.encode(.number(1)).count == 8)
    #expect(option("br-x", .fixed).decode(option("br-x", .fixed).encode(.number(215.5))) == .number(215.5))
    #expect(option("x", .whole).encode(.number(1e300)).count == 4)
  }
}
