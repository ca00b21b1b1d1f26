import Base
import Diagnosis
import Jobs

/// What the worker tells its parent, a frame each.
enum Report: Equatable {
  /// A call begins, or goes on and has had bytes: the watchdog starts anew.
  case began(DriverCall)
  case progress(ScanProgress)
  case scanner(ScannerDescription)
  case libraryVersion(String)
  /// The last word; nil when all went well.
  case ended(ScanFault?)
}

/// A frame is version, kind, the payload's length in two bytes (high first), the payload.
enum ReportFrame {
  static let version: UInt8 = 1
  static let headerLength = 4

  static func encode(_ report: Report) -> [UInt8] {
    var payload = ReportEncoder()
    let kind = payload.add(report)
    let length = payload.bytes.count
    return [version, kind, UInt8(length >> 8 & 255), UInt8(length & 255)] + payload.bytes
  }
}

/// What a frame holds that no worker of ours sends.
struct MalformedReport: Error, Equatable {
  let detail: String
}

/// Frames out of a stream of bytes that nothing is taken for granted of.
struct ReportReader {
  private var pending: [UInt8] = []

  /// The reports that are whole now.
  mutating func take(_ bytes: [UInt8]) throws(MalformedReport) -> [Report] {
    pending += bytes
    var reports: [Report] = []
    var start = 0
    while let (report, end) = try frame(at: start) {
      reports.append(report)
      start = end
    }
    pending.removeFirst(start)
    return reports
  }

  private func frame(at start: Int) throws(MalformedReport) -> (Report, end: Int)? {
    let rest = pending[start...]
    if let version = rest.first, version != ReportFrame.version {
      throw MalformedReport(detail: "version \(version) of the report")
    }
    guard rest.count >= ReportFrame.headerLength else { return nil }
    let payloadStart = start + ReportFrame.headerLength
    let length = Int(pending[start + 2]) << 8 | Int(pending[start + 3])
    guard pending.count >= payloadStart + length else { return nil }
    var decoder = ReportDecoder(pending[payloadStart..<(payloadStart + length)])
    let report = try decoder.report(kind: pending[start + 1])
    try decoder.finish()
    return (report, payloadStart + length)
  }
}
