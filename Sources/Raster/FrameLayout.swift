/// A frame as a driver describes it, before its bytes come.
package struct FrameLayout: Sendable, Equatable {
  package enum Channels: Sendable, Equatable {
    case gray
    case rgb
    /// One of the three frames of a page that is scanned a colour at a time.
    case red, green, blue
  }

  package let channels: Channels
  /// Bits a sample: 1, 8 or 16. One-bit gray has 1 for black; in one-bit colour a byte of eight red samples
  /// comes first, then green, then blue, and 1 is light. Sixteen bits come in native byte order.
  package let depth: Int
  package let pixelsPerLine: Int
  /// At least what the pixels take; what is more is padding.
  package let bytesPerLine: Int
  /// Rows to come; nil where the driver cannot tell.
  package let lines: Int?

  /// Wider or higher than any scanner gives; keeps sums far from overflow.
  private static let mostPixels = 1 << 20

  /// - Parameter lines: rows to come; a negative number says that the driver cannot tell.
  package init(
    channels: Channels, depth: Int, pixelsPerLine: Int, bytesPerLine: Int, lines: Int
  ) throws(FrameFault) {
    guard [1, 8, 16].contains(depth) else { throw .depth(depth) }
    guard (1...Self.mostPixels).contains(pixelsPerLine) else { throw .width(pixelsPerLine) }
    guard lines != 0, lines <= Self.mostPixels else { throw .height(lines) }
    self.channels = channels
    self.depth = depth
    self.pixelsPerLine = pixelsPerLine
    self.bytesPerLine = bytesPerLine
    self.lines = lines < 0 ? nil : lines
    let needed = usedBytesPerLine
    guard (needed...Self.mostPixels * 8).contains(bytesPerLine) else {
      throw .bytesPerLine(bytesPerLine, needed: needed)
    }
  }

  /// Bytes of a line that are pixels.
  var usedBytesPerLine: Int {
    let perPixel = channels == .rgb ? 3 : 1
    return depth == 1 ? (pixelsPerLine + 7) / 8 * perPixel : pixelsPerLine * perPixel * depth / 8
  }

  /// What a row of this frame becomes. A frame of one colour becomes gray; see ``PassCombiner``.
  package var pixelFormat: PixelFormat {
    switch channels {
    case .rgb: .color
    case .gray: depth == 1 ? .lineart : .gray
    case .red, .green, .blue: .gray
    }
  }

  /// Whether the page takes two more frames to be whole.
  package var isPass: Bool { ![.gray, .rgb].contains(channels) }

  /// The page that this frame begins.
  package func page(xResolution: Double, yResolution: Double) -> PageLayout {
    PageLayout(
      format: isPass ? .color : pixelFormat, width: pixelsPerLine, height: lines, xResolution: xResolution,
      yResolution: yResolution)
  }
}

/// A description of a frame that no driver should give.
package enum FrameFault: Error, Sendable, Equatable, CustomStringConvertible {
  case depth(Int)
  case width(Int)
  case height(Int)
  case bytesPerLine(Int, needed: Int)

  package var description: String {
    switch self {
    case .depth(let bits): "\(bits) bits a sample; 1, 8 and 16 are known"
    case .width(let pixels): "\(pixels) pixels a line"
    case .height(let rows): "\(rows) rows"
    case .bytesPerLine(let bytes, let needed): "\(bytes) bytes a line, where the pixels take \(needed)"
    }
  }
}
