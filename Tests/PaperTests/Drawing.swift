import Base
import Crypto
import Raster

/// A page drawn for a test: paper that is not quite white, letters of a kind, a grey wedge, a coloured patch.
struct Drawing {
  var layout: PageLayout
  var rows: [UInt8]

  var height: Int { rows.count / layout.bytesPerRow }

  init(
    _ format: PixelFormat, width: Int, height: Int, seed: UInt64 = 1, resolution: Double = 300,
    yResolution: Double? = nil
  ) {
    layout = PageLayout(
      format: format, width: width, height: height, xResolution: resolution, yResolution: yResolution ?? resolution)
    rows = []
    rows.reserveCapacity(layout.bytesPerRow * height)
    var noise = Noise(seed: seed)
    for y in 0..<height {
      switch format {
      case .lineart: rows += Drawing.lineartRow(y, width, seed)
      case .gray: for x in 0..<width { rows.append(Drawing.gray(x, y, seed, &noise)) }
      case .color:
        for x in 0..<width {
          let value = Drawing.gray(x, y, seed, &noise)
          let tint = (x / 40 + y / 60) % 5 == 0
          rows += [value, tint ? value / 2 : value, tint ? UInt8(x * 3 & 255) : value]
        }
      }
    }
  }

  private static func isInk(_ x: Int, _ y: Int, _ seed: UInt64) -> Bool {
    let letter = (x / 12 &* 7 &+ y / 20 &* 13 &+ Int(seed)) % 11
    return y % 20 < 14 && x % 12 < 9 && (letter < 4 ? x % 12 < 3 : letter < 8 ? y % 7 < 2 : (x + y) % 12 < 3)
  }

  private static func gray(_ x: Int, _ y: Int, _ seed: UInt64, _ noise: inout Noise) -> UInt8 {
    let paper = isInk(x, y, seed) ? 30 : 240
    return UInt8(paper + Int(noise.next() & 7) - (y % 100 > 90 ? x % 30 : 0))
  }

  private static func lineartRow(_ y: Int, _ width: Int, _ seed: UInt64) -> [UInt8] {
    var row = [UInt8](repeating: 0, count: (width + 7) / 8)
    for x in 0..<width where isInk(x, y, seed) { row[x / 8] |= 0x80 >> UInt8(x % 8) }
    return row
  }

  /// The page as PNM, as scanimage would give it.
  var pnm: [UInt8] {
    switch layout.format {
    case .lineart: Array("P4\n\(layout.width) \(height)\n".utf8) + rows
    case .gray: Array("P5\n\(layout.width) \(height)\n255\n".utf8) + rows
    case .color: Array("P6\n\(layout.width) \(height)\n255\n".utf8) + rows
    }
  }

  /// Without the height, as a hand scanner or a feeder announces a page.
  var withoutHeight: Drawing {
    var drawing = self
    drawing.layout.height = nil
    return drawing
  }
}

/// Repeatable random numbers (xorshift64*).
struct Noise: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// A digest for tests: FNV-1a, four times over.
struct TestDigest: ByteDigest {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    unsafe bytes.forEach { state = (state ^ UInt64($0)) &* 0x100_0000_01B3 }
  }

  mutating func finish() -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 8 * 8) &+ UInt64($0)) }
  }
}
