import Raster

/// PBM, PGM and PPM, plain and raw (netpbm's P1 to P6), any number of pictures in a row.
final class PNMPictures: PictureSource {
  private let file: ImageFile
  private var form = Format(digit: 4)
  private var width = 0
  private var maximum = 1
  private var count = 0

  /// What the digit after the P tells.
  private struct Format {
    let isPlain: Bool
    let format: PixelFormat

    init(digit: UInt8) {
      isPlain = digit <= 3
      format = [.lineart, .gray, .color][Int(digit - 1) % 3]
    }
  }

  init(_ file: ImageFile) { self.file = file }

  func next() throws(ImageError) -> Picture? {
    if count > 0 {
      try skipBlanks(withComments: false)
      if try file.peek() == nil { return nil }
    }
    count += 1
    guard try file.need() == UInt8(ascii: "P"), let digit = digit(try file.need()), (1...6).contains(digit) else {
      throw .damaged(.pnm, "extra data after the image")
    }
    form = Format(digit: digit)
    width = try number()
    let height = try number()
    maximum = form.format == .lineart ? 1 : try number()
    guard (1...65_535).contains(maximum) else { throw .damaged(.pnm, "its largest value is \(maximum)") }
    // Exactly one blank ends the header, and the number's end took it.
    return try Picture(form.format, width: width, height: height, resolution: nil)
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    switch (form.isPlain, form.format) {
    case (false, .lineart): unsafe try file.read(into: rows)
    case (true, .lineart): unsafe try readPlainBits(rows)
    case (false, _) where maximum == 255: unsafe try file.read(into: rows)
    default: for index in 0..<rows.count { unsafe rows[index] = try sample() }
    }
  }

  func finish() throws(ImageError) {}

  private func sample() throws(ImageError) -> UInt8 {
    let value = form.isPlain ? try number() : try rawSample()
    guard value <= maximum else { throw .damaged(.pnm, "a value of \(value); the maximum is \(maximum)") }
    return UInt8((value * 255 + maximum / 2) / maximum)
  }

  private func rawSample() throws(ImageError) -> Int {
    let first = Int(try file.need())
    return maximum < 256 ? first : first << 8 | Int(try file.need())
  }

  private func readPlainBits(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    let bytesPerRow = PixelFormat.lineart.bytesPerRow(width: width)
    for index in 0..<rows.count { unsafe rows[index] = 0 }
    for row in stride(from: 0, to: rows.count, by: bytesPerRow) {
      for x in 0..<width where try plainBit() { unsafe rows[row + x / 8] |= 0x80 >> UInt8(x % 8) }
    }
  }

  /// Plain bits may stand without blanks between them.
  private func plainBit() throws(ImageError) -> Bool {
    try skipBlanks(withComments: true)
    switch try file.need() {
    case UInt8(ascii: "0"): return false
    case UInt8(ascii: "1"): return true
    case let byte: throw .damaged(.pnm, "a byte of \(byte) among its bits")
    }
  }

  // MARK: Words

  private func digit(_ byte: UInt8) -> UInt8? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
  }

  private func skipBlanks(withComments: Bool) throws(ImageError) {
    while let byte = try file.peek() {
      if withComments && byte == UInt8(ascii: "#") {
        while let byte = try file.next(), byte != 10 && byte != 13 {}
      } else if byte.isBlank {
        _ = try file.next()
      } else {
        return
      }
    }
  }

  /// A number and the one byte after it, if there is one.
  private func number() throws(ImageError) -> Int {
    try skipBlanks(withComments: true)
    guard var value = digit(try file.need()).map(Int.init) else { throw .damaged(.pnm, "a number is missing") }
    while let byte = try file.next() {
      guard let digit = digit(byte) else {
        guard byte.isBlank else { throw .damaged(.pnm, "a malformed number") }
        return value
      }
      value = value * 10 + Int(digit)
      if value > 99_999_999 { throw .damaged(.pnm, "a number is too large") }
    }
    // A plain file may end right after its last number; a number that lost its last digits looks the same.
    return value
  }
}
