import Base
package import Diagnosis
package import Jobs

/// What the worker tells its parent, a frame each.
package enum Report: Equatable {
  /// A call begins, or goes on and has had bytes: the watchdog starts anew.
  case began(DriverCall)
  case progress(ScanProgress)
  case scanner(ScannerDescription)
  case libraryVersion(String)
  /// The last word; nil when all went well.
  case ended(ScanFault?)
}

/// A frame is version, kind, the payload's length in two bytes (high first), the payload.
package enum ReportFrame {
  static let version: UInt8 = 1
  static let headerLength = 4

  package static func encode(_ report: Report) -> [UInt8] {
    var payload = ReportEncoder()
    let kind = payload.add(report)
    let length = payload.bytes.count
    return [version, kind, UInt8(length >> 8 & 255), UInt8(length & 255)] + payload.bytes
  }
}

/// What a frame holds that no worker of ours sends.
package struct MalformedReport: Error, Equatable {
  package let detail: String
}

/// Frames out of a stream of bytes that nothing is taken for granted of.
package struct ReportReader {
  private var pending: [UInt8] = []

  package init() {}

  package mutating func append(_ bytes: [UInt8]) { pending += bytes }

  /// The next report, or nil until more bytes come. One at a time: those before a malformed one count.
  package mutating func next() throws(MalformedReport) -> Report? {
    if let version = pending.first, version != ReportFrame.version {
      throw MalformedReport(detail: "report version \(version)")
    }
    guard pending.count >= ReportFrame.headerLength else { return nil }
    let end = ReportFrame.headerLength + Int(pending[2]) << 8 + Int(pending[3])
    guard pending.count >= end else { return nil }
    var decoder = ReportDecoder(pending[ReportFrame.headerLength..<end])
    let report = try decoder.report(kind: pending[1])
    try decoder.finish()
    pending.removeFirst(end)
    return report
  }
}
