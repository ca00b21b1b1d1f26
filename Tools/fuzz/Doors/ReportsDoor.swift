import ScanSane

/// The first byte says how the rest is cut.
enum ReportsDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard let seed = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = read([bytes])
    try promise(whole == read(pieces(of: bytes, seed: seed)), "cuts change what the pipe says")
    for report in whole.reports { try checkRoundTrip(report) }
  }

  private struct Reading: Equatable {
    var reports: [Report] = []
    var fault: MalformedReport?
  }

  private static func read(_ pieces: [[UInt8]]) -> Reading {
    var reader = ReportReader()
    var reading = Reading()
    for piece in pieces where reading.fault == nil {
      reader.append(piece)
      do throws(MalformedReport) {
        while let report = try reader.next() { reading.reports.append(report) }
      } catch {
        reading.fault = error
      }
    }
    return reading
  }

  /// What came in can be told on, and once cut to its lengths stays as it is.
  private static func checkRoundTrip(_ report: Report) throws(BrokenPromise) {
    let once = try retold(report)
    try promise(try retold(once) == once, "told twice it is another report: \(report)")
  }

  private static func retold(_ report: Report) throws(BrokenPromise) -> Report {
    var reader = ReportReader()
    do throws(MalformedReport) {
      reader.append(ReportFrame.encode(report))
      if let retold = try reader.next(), try reader.next() == nil { return retold }
    } catch {
      throw BrokenPromise(description: "our own frame is refused: \(error.detail); \(report)")
    }
    throw BrokenPromise(description: "our own frame is not one report: \(report)")
  }
}
