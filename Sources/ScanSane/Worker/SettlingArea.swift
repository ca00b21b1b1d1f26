import Diagnosis
import Jobs

/// The area, in millimetres or pixels as the scanner likes.
extension Settling {
  /// Less is rounding.
  private static let noticeableMillimetres = 1.0

  mutating func settleArea(xResolution: Double, yResolution: Double) throws(ScanFault) {
    let size = paper.millimetres
    // The size of the sheet first: scanners with a feeder bound the area by it.
    try setLength("page-width", size?.width, xResolution)
    try setLength("page-height", size?.height, yResolution)
    let left = try setLength("tl-x", 0, xResolution)
    let top = try setLength("tl-y", 0, yResolution)
    let right = try setLength("br-x", size?.width, xResolution)
    let bottom = try setLength("br-y", size?.height, yResolution)
    guard let size, let left, let top, let right, let bottom else { return }
    let (width, height) = (right - left, bottom - top)
    let slack = Self.noticeableMillimetres
    if size.width - width > slack || size.height - height > slack {
      note(
        "\(paper.rawValue) is \(plain(size.width)) × \(plain(size.height)) mm, but the scanner's maximum is "
          + "\(plain(width.rounded())) × \(plain(height.rounded())) mm")
    }
  }

  /// Sets the option if there is one, to the most it takes for nil; what it is then, in millimetres.
  @discardableResult
  private mutating func setLength(
    _ name: String, _ millimetres: Double?, _ resolution: Double
  ) throws(ScanFault) -> Double? {
    guard let option = options.adjustable(name) else { return nil }
    let perMillimetre = option.unit == .pixel ? resolution / 25.4 : 1
    guard let wanted = millimetres.map({ $0 * perMillimetre }) ?? option.largest else { return nil }
    guard case .number(let real) = try set(option, to: .number(option.nearest(wanted))) else { return nil }
    return real / perMillimetre
  }
}
