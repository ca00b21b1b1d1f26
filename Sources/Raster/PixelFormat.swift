/// The pixels that encoders take.
package enum PixelFormat: String, Sendable, CaseIterable {
  /// One bit a pixel, leftmost in the highest bit, 1 is black; rows padded to whole bytes.
  case lineart
  /// One byte a pixel, 255 is white.
  case gray
  /// Three bytes a pixel: red, green, blue.
  case color

  package func bytesPerRow(width: Int) -> Int {
    switch self {
    case .lineart: (width + 7) / 8
    case .gray: width
    case .color: width * 3
    }
  }
}

/// A page of pixels before its rows come.
package struct PageLayout: Sendable, Equatable {
  package var format: PixelFormat
  /// Pixels across.
  package var width: Int
  /// Rows, where known before the end.
  package var height: Int?
  /// Pixels an inch, across and down.
  package var xResolution: Double
  package var yResolution: Double

  package init(format: PixelFormat, width: Int, height: Int?, xResolution: Double, yResolution: Double) {
    self.format = format
    self.width = width
    self.height = height
    self.xResolution = xResolution
    self.yResolution = yResolution
  }

  package var bytesPerRow: Int { format.bytesPerRow(width: width) }
}
