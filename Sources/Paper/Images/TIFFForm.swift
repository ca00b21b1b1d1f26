import CTIFF
import Raster

/// How the samples of a TIFF's rows become pixels, for the forms that are read row by row.
struct TIFFForm {
  let format: PixelFormat
  private let width: Int
  private let bits: Int
  private let samples: Int
  private let colors: Colors
  private let alpha: Alpha

  private enum Colors {
    case whiteIsZero
    case blackIsZero
    case rgb
    case palette([UInt8])
  }

  private enum Alpha {
    case none
    /// The colours are multiplied with it already.
    case associated
    case separate
  }

  /// nil for forms that libtiff's own conversion has to read: unusual depths, colour spaces, planes.
  init?(_ facts: ctiff_facts, palette: () -> [UInt8]?) throws(ImageError) {
    width = Int(facts.width)
    bits = Int(facts.bits)
    samples = Int(facts.samples)
    guard Int32(facts.sample_format) == SAMPLEFORMAT_UINT || Int32(facts.sample_format) == SAMPLEFORMAT_VOID,
      Int32(facts.planar) == PLANARCONFIG_CONTIG || samples == 1, (1...8).contains(samples)
    else { return nil }
    switch Int32(facts.photometric) {
    case PHOTOMETRIC_MINISWHITE: colors = .whiteIsZero
    case PHOTOMETRIC_MINISBLACK: colors = .blackIsZero
    case PHOTOMETRIC_RGB: colors = .rgb
    case PHOTOMETRIC_YCBCR where Int32(facts.compression) == COMPRESSION_JPEG: colors = .rgb
    case PHOTOMETRIC_PALETTE:
      guard samples == 1, let palette = palette() else { throw .damaged(.tiff, "its palette is missing") }
      colors = .palette(palette)
    default: return nil
    }
    let isColor = if case .rgb = colors { true } else { false }
    guard isColor ? samples >= 3 && [8, 16].contains(bits) : [1, 2, 4, 8, 16].contains(bits) else { return nil }
    guard samples == 1 || bits >= 8 else { return nil }
    let hasExtra = samples > (isColor ? 3 : 1)
    switch (hasExtra, Int32(facts.extra)) {
    case (true, EXTRASAMPLE_ASSOCALPHA): alpha = .associated
    case (true, EXTRASAMPLE_UNASSALPHA): alpha = .separate
    default: alpha = .none
    }
    format =
      switch colors {
      case .rgb, .palette: .color
      case .whiteIsZero, .blackIsZero: bits == 1 ? .lineart : .gray
      }
  }

  /// Bytes that a row has before conversion.
  var sourceBytes: Int { (width * bits * samples + 7) / 8 }

  /// The samples are the pixels already.
  private var isPlain: Bool {
    switch colors {
    case .rgb: bits == 8 && samples == 3
    case .blackIsZero: bits == 8 && samples == 1
    case .whiteIsZero: bits == 1
    case .palette: false
    }
  }

  func convert(_ source: [UInt8], into target: UnsafeMutableRawBufferPointer) {
    if isPlain { return unsafe target.copyBytes(from: source.prefix(target.count)) }
    switch colors {
    case .blackIsZero where bits == 1: for index in 0..<target.count { unsafe target[index] = ~source[index] }
    case .whiteIsZero: for x in 0..<width { unsafe target[x] = overWhite(255 - sample(source, x, 0), source, x, 1) }
    case .blackIsZero: for x in 0..<width { unsafe target[x] = overWhite(sample(source, x, 0), source, x, 1) }
    case .rgb:
      for x in 0..<width {
        for part in 0..<3 { unsafe target[3 * x + part] = overWhite(sample(source, x, part), source, x, 3) }
      }
    case .palette(let palette):
      for x in 0..<width {
        let color = 3 * raw(source, x)
        for part in 0..<3 { unsafe target[3 * x + part] = palette[color + part] }
      }
    }
  }

  /// A sample scaled to 8 bits.
  private func sample(_ row: [UInt8], _ x: Int, _ part: Int) -> Int {
    let index = x * samples + part
    switch bits {
    case 8: return Int(row[index])
    case 16:
      // libtiff gives the machine's own byte order.
      let pair = UInt16(row[2 * index]) | UInt16(row[2 * index + 1]) << 8
      return (Int(UInt16(littleEndian: pair)) * 255 + 32_767) / 65_535
    default: return raw(row, x) * 255 / (1 << bits - 1)
    }
  }

  /// A pixel's only sample, unscaled, of 8 bits or fewer.
  private func raw(_ row: [UInt8], _ x: Int) -> Int {
    let bit = x * bits
    return Int(row[bit / 8]) >> (8 - bits - bit % 8) & (1 << bits - 1)
  }

  private func overWhite(_ value: Int, _ row: [UInt8], _ x: Int, _ alphaPart: Int) -> UInt8 {
    switch alpha {
    case .none: return UInt8(value)
    case .associated: return UInt8(min(255, value + 255 - sample(row, x, alphaPart)))
    case .separate:
      let opacity = sample(row, x, alphaPart)
      return UInt8((value * opacity + 255 * (255 - opacity) + 127) / 255)
    }
  }
}

/// Rows that libtiff decodes one at a time.
@safe final class TIFFScanlines: TIFFRows {
  private let tiff: OpaquePointer
  private let form: TIFFForm
  private let targetBytes: Int
  private var source: [UInt8]
  private var row: UInt32 = 0

  init(_ tiff: OpaquePointer, _ form: TIFFForm, bytesPerRow: Int) {
    unsafe self.tiff = tiff
    self.form = form
    targetBytes = form.format.bytesPerRow(width: form.pixels)
    source = [UInt8](repeating: 0, count: max(bytesPerRow, form.sourceBytes))
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) -> Bool {
    for start in stride(from: 0, to: rows.count, by: targetBytes) {
      guard unsafe TIFFReadScanline(tiff, &source, row, 0) == 1 else { return false }
      row += 1
      unsafe form.convert(source, into: UnsafeMutableRawBufferPointer(rebasing: rows[start..<start + targetBytes]))
    }
    return true
  }
}

extension TIFFForm {
  var pixels: Int { width }
}

/// Rows by libtiff's own conversion to RGBA, a strip or a row of tiles at a time.
@safe final class TIFFBlocks: TIFFRows {
  private let tiff: OpaquePointer
  private let width: Int
  private let height: Int
  private let tile: (width: Int, height: Int)?
  private let rowsInBlock: Int
  /// Of the block being given: from the top.
  private var block: [UInt32] = []
  private var blockStart = 0
  private var row = 0

  /// Most pixels of a block, four bytes each.
  private static let mostPixels = 16 << 20

  init(_ tiff: OpaquePointer, _ facts: ctiff_facts) throws(ImageError) {
    unsafe self.tiff = tiff
    width = Int(facts.width)
    height = Int(facts.height)
    var message = [CChar](repeating: 0, count: 1024)
    guard unsafe TIFFRGBAImageOK(tiff, &message) == 1 else {
      throw .unsupported(
        .tiff, String(decoding: message.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self))
    }
    // The page is turned by the document; libtiff is not to do it as well.
    _ = unsafe ctiff_set_number(tiff, UInt32(TIFFTAG_ORIENTATION), UInt32(ORIENTATION_TOPLEFT))
    var wide: UInt32 = 0
    var high: UInt32 = 0
    let isTiled = unsafe TIFFIsTiled(tiff) != 0
    unsafe ctiff_block_size(tiff, &wide, &high)
    tile = isTiled ? (Int(wide), Int(high)) : nil
    rowsInBlock = min(Int(high), isTiled ? .max : height)
    guard rowsInBlock > 0, !isTiled || wide > 0 else { throw .damaged(.tiff, "empty strips or tiles") }
    guard rowsInBlock * max(width, Int(wide)) <= Self.mostPixels else {
      throw .unsupported(.tiff, "strips or tiles of \(rowsInBlock) rows in this colour space")
    }
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) -> Bool {
    for start in stride(from: 0, to: rows.count, by: 3 * width) {
      if row % rowsInBlock == 0 { guard loadBlock() else { return false } }
      let line = (row - blockStart) * width
      for x in 0..<width {
        let pixel = block[line + x]
        // ABGR from the highest byte; the colours are multiplied with the opacity already.
        let transparency = 255 - pixel >> 24
        for part in 0..<3 {
          unsafe rows[start + 3 * x + part] = UInt8(min(255, pixel >> UInt32(8 * part) & 255 + transparency))
        }
      }
      row += 1
    }
    return true
  }

  private func loadBlock() -> Bool {
    blockStart = row
    let count = min(rowsInBlock, height - row)
    block = [UInt32](repeating: 0, count: count * width)
    guard let tile else {
      var strip = [UInt32](repeating: 0, count: rowsInBlock * width)
      guard unsafe TIFFReadRGBAStripExt(tiff, UInt32(row), &strip, 1) == 1 else { return false }
      copy(strip, stripWidth: width, rows: count, loaded: count, to: 0)
      return true
    }
    var pixels = [UInt32](repeating: 0, count: tile.width * tile.height)
    for x in stride(from: 0, to: width, by: tile.width) {
      guard unsafe TIFFReadRGBATileExt(tiff, UInt32(x), UInt32(row), &pixels, 1) == 1 else { return false }
      copy(pixels, stripWidth: tile.width, rows: count, loaded: tile.height, to: x)
    }
    return true
  }

  /// Copies a block's picture into its place; libtiff gives the lowest of `loaded` rows first.
  private func copy(_ pixels: [UInt32], stripWidth: Int, rows: Int, loaded: Int, to x: Int) {
    let count = min(stripWidth, width - x)
    for y in 0..<rows {
      let source = (loaded - 1 - y) * stripWidth
      block.replaceSubrange(y * width + x..<y * width + x + count, with: pixels[source..<source + count])
    }
  }
}
