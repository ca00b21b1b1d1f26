/// How the stored rows lie on the page: TIFF's and EXIF's Orientation, 1 to 8.
package enum PageOrientation: Int, Sendable, Equatable {
  case upright = 1
  case mirrored
  case upsideDown
  case flipped
  case transposed
  /// To be turned a quarter clockwise.
  case quarterClockwise
  case transversed
  case quarterCounterclockwise

  var swapsSides: Bool { rawValue >= 5 }
}

/// A page's size in points and the way its picture lies in it.
struct PageGeometry: Equatable {
  /// Of the picture as it is seen.
  let width: Double
  let height: Double
  let orientation: PageOrientation

  /// Sides that PDF/A allows (ISO 19005-2, 6.1.13), in points.
  private static let sides = 3.0...14_400.0

  init(width: Int, height: Int, xResolution: Double, yResolution: Double, orientation: PageOrientation) {
    let across = Double(width) * 72 / xResolution
    let down = Double(height) * 72 / yResolution
    self.width = orientation.swapsSides ? down : across
    self.height = orientation.swapsSides ? across : down
    self.orientation = orientation
  }

  /// Points in a unit of the page: more than 1 where the page is larger than 14,400 points.
  var userUnit: Int { max(1, Int((max(width, height) / Self.sides.upperBound).rounded(.up))) }

  /// The page's entries for its size. A picture smaller than a page may be lies in the corner of a larger one.
  var pageEntries: String {
    let unit = userUnit
    let sides = [width, height].map { decimal(max(Self.sides.lowerBound, $0 / Double(unit))) }
    return "/MediaBox[0 0 \(sides[0]) \(sides[1])]" + (unit == 1 ? "" : "/UserUnit \(unit)")
  }

  /// Paints the image `/I` over the page: the matrix maps the unit square, first row at its top.
  var content: String {
    let w = width / Double(userUnit)
    let h = height / Double(userUnit)
    let matrix: [Double] =
      switch orientation {
      case .upright: [w, 0, 0, h, 0, 0]
      case .mirrored: [-w, 0, 0, h, w, 0]
      case .upsideDown: [-w, 0, 0, -h, w, h]
      case .flipped: [w, 0, 0, -h, 0, h]
      case .transposed: [0, -h, -w, 0, w, h]
      case .quarterClockwise: [0, -h, w, 0, 0, h]
      case .transversed: [0, h, w, 0, 0, 0]
      case .quarterCounterclockwise: [0, h, -w, 0, w, 0]
      }
    return matrix.map(decimal).joined(separator: " ") + " cm/I Do"
  }
}

/// A number as PDF writes it: at most four decimals, no exponent.
func decimal(_ value: Double) -> String {
  let parts = Int((abs(value) * 10_000).rounded())
  let sign = value < 0 && parts != 0 ? "-" : ""
  var fraction = padded(parts % 10_000, 4)
  while fraction.last == "0" { fraction.removeLast() }
  return sign + "\(parts / 10_000)" + (fraction.isEmpty ? "" : "." + fraction)
}

/// A whole number with leading zeros.
func padded(_ value: Int, _ digits: Int) -> String {
  let text = "\(value)"
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
