import CJPEG
import Raster

/// A JPEG decoded by libjpeg: for those that a PDF cannot hold as they are, and to check those that it can.
@safe final class JPEGPicture: PictureSource {
  private let file: ImageFile
  private let decoder: OpaquePointer
  private let facts: cjpeg_facts
  private let described: JPEGFacts
  private var row: [UInt8]
  private var isDone = false

  /// Pixels of a progressive JPEG, all of whose coefficients libjpeg has to hold: 3 bytes each or more.
  static let mostProgressivePixels = 20_000_000

  init(_ file: ImageFile, onlyChecking: Bool = false) throws(ImageError) {
    self.file = file
    described = try JPEGFacts(reading: file)
    try described.checkDecodable()
    file.seek(to: 0)
    let source: cjpeg_source = { context, bytes, count in
      unsafe ImageFile.of(context).supply(UnsafeMutableRawBufferPointer(start: bytes, count: count))
    }
    guard let decoder = unsafe cjpeg_decoder_make(source, file.context) else {
      throw .document(.codec("libjpeg cannot start: out of memory, or not the version it was built with"))
    }
    unsafe self.decoder = decoder
    var facts = cjpeg_facts()
    let started = unsafe cjpeg_decoder_start(decoder, onlyChecking ? 1 : 0, &facts) == 0
    self.facts = facts
    row = [UInt8](repeating: 0, count: max(1, Int(facts.width * facts.components)))
    if !started { throw error }
  }

  deinit { unsafe cjpeg_decoder_free(decoder) }

  /// The file was walked to its end mark, so what the decoder misses is damage and not an early end.
  private var error: ImageError {
    file.failure.map { .reading($0) } ?? .damaged(.jpeg, unsafe String(cString: cjpeg_decoder_message(decoder)))
  }

  func next() throws(ImageError) -> Picture? {
    if isDone { return nil }
    isDone = true
    return try Picture(
      facts.components == 1 ? .gray : .color, width: Int(facts.width), height: Int(facts.height),
      resolution: described.resolution, orientation: described.orientation)
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    let bytesPerRow = Int(facts.width) * (facts.components == 1 ? 1 : 3)
    for start in stride(from: 0, to: rows.count, by: bytesPerRow) {
      try decodeRow()
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: rows[start..<start + bytesPerRow])
      if facts.components == 4 { unsafe convertInk(into: target) } else { unsafe target.copyBytes(from: row) }
    }
  }

  private func decodeRow() throws(ImageError) {
    if unsafe cjpeg_decoder_row(decoder, &row) != 0 { throw error }
  }

  func finish() throws(ImageError) {
    if unsafe cjpeg_decoder_finish(decoder) != 0 { throw error }
  }

  /// Decodes all of it and keeps nothing.
  func check() throws(ImageError) {
    for _ in 0..<Int(facts.height) { try decodeRow() }
    try finish()
  }

  /// Ink on white paper, without colour management: each of cyan, magenta and yellow takes away its
  /// complement, and black all of them.
  private func convertInk(into target: UnsafeMutableRawBufferPointer) {
    let flip: UInt8 = facts.inverted != 0 ? 0 : 255
    for x in 0..<Int(facts.width) {
      let black = Int(row[4 * x + 3] ^ flip)
      for part in 0..<3 { unsafe target[3 * x + part] = UInt8(Int(row[4 * x + part] ^ flip) * black / 255) }
    }
  }
}
