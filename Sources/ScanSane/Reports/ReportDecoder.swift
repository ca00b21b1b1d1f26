import Base
import Diagnosis
import Jobs
import Raster

/// Reads what ``ReportEncoder`` wrote, from bytes that a crashing driver may have written instead.
struct ReportDecoder {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Nothing may be left over.
  func finish() throws(MalformedReport) {
    if !rest.isEmpty { throw MalformedReport(detail: "\(rest.count) extra bytes in a report") }
  }

  mutating func report(kind: UInt8) throws(MalformedReport) -> Report {
    switch kind {
    case 1: .began(try call())
    case 2: .progress(try progress())
    case 3: .scanner(try scanner())
    case 4: .libraryVersion(try text())
    case 5: .ended(try fault())
    default: throw MalformedReport(detail: "report kind \(kind)")
    }
  }

  // MARK: Parts

  private mutating func byte() throws(MalformedReport) -> UInt8 {
    guard let byte = rest.popFirst() else { throw MalformedReport(detail: "a truncated report") }
    return byte
  }

  private mutating func flag() throws(MalformedReport) -> Bool { try byte() != 0 }

  private mutating func bits() throws(MalformedReport) -> UInt64 {
    var bits: UInt64 = 0
    for _ in 0..<8 { bits = bits << 8 | UInt64(try byte()) }
    return bits
  }

  private mutating func number() throws(MalformedReport) -> Int { Int(Int64(bitPattern: try bits())) }

  /// A count of pages, rows or bytes: never negative.
  private mutating func count() throws(MalformedReport) -> Int {
    let number = try number()
    guard (0...(1 << 48)).contains(number) else { throw MalformedReport(detail: "a count of \(number)") }
    return number
  }

  private mutating func real() throws(MalformedReport) -> Double {
    let real = Double(bitPattern: try bits())
    guard real.isFinite else { throw MalformedReport(detail: "an invalid number") }
    return real
  }

  private mutating func text() throws(MalformedReport) -> String {
    let length = Int(try byte()) << 8 | Int(try byte())
    guard length <= ReportEncoder.mostTextBytes, length <= rest.count else {
      throw MalformedReport(detail: "a text of \(length) bytes")
    }
    defer { rest = rest.dropFirst(length) }
    return String(decoding: rest.prefix(length), as: UTF8.self).onOneLine()
  }

  private mutating func texts() throws(MalformedReport) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try byte()) { texts.append(try text()) }
    return texts
  }

  private mutating func values<Value: RawRepresentable<String>>() throws(MalformedReport) -> [Value] {
    try texts().compactMap { Value(rawValue: $0) }
  }

  // MARK: Wholes

  private mutating func call() throws(MalformedReport) -> DriverCall {
    let number = try byte()
    guard let call = DriverCall(rawValue: number) else { throw MalformedReport(detail: "call \(number)") }
    return call
  }

  private mutating func progress() throws(MalformedReport) -> ScanProgress {
    let kind = try byte()
    switch kind {
    case 1: return .opening(device: try text())
    case 2: return .waiting(reason: try text())
    case 3: return .settled(resolution: try real(), notes: try texts())
    case 4: return .pageBegan(page: try count())
    case 5:
      let (page, done, total) = (try count(), try count(), try number())
      return .rows(page: page, done: done, of: total < 0 ? nil : total, encodedBytes: try count())
    case 6: return .pageDone(page: try count(), encodedBytes: try count())
    case 7: return .notice(try text())
    default: throw MalformedReport(detail: "progress kind \(kind)")
    }
  }

  private mutating func scanner() throws(MalformedReport) -> ScannerDescription {
    var scanner = ScannerDescription(name: try text(), vendor: try text(), model: try text(), type: try text())
    scanner.sources = try values()
    scanner.modes = try values()
    let resolutions = try count()
    guard resolutions <= ReportEncoder.mostNumbers else {
      throw MalformedReport(detail: "\(resolutions) resolutions")
    }
    for _ in 0..<resolutions { scanner.resolutions.append(try real()) }
    scanner.resolutionIsRange = try flag()
    scanner.buttons = try texts()
    scanner.problem = try fault()
    return scanner
  }

  private mutating func fault() throws(MalformedReport) -> ScanFault? {
    let kind = try byte()
    switch kind {
    case 0: return nil
    case 1: return .notFound(device: try text())
    case 2: return .busy(device: try text())
    case 3: return .accessDenied(device: try text())
    case 4: return .jammed
    case 5: return .coverOpen
    case 6: return .feederEmpty
    case 7: return .inputOutput(call: try text())
    case 8: return .outOfMemory
    case 9: return .unsupported(option: try text(), value: try text(), available: try texts())
    case 10: return .rejected(call: try text(), status: try text())
    case 11:
      let during = try text()
      return .driverCrashed(signal: Int32(truncatingIfNeeded: try number()), during: during)
    case 12: return .driverHung(during: try text(), seconds: try number())
    case 13: return .driverNonsense(detail: try text())
    case 14: return .storageFull
    case 15: return .storage(detail: try text())
    case 16: return .cancelled
    default: throw MalformedReport(detail: "fault kind \(kind)")
    }
  }
}
