import Raster

/// What a JPEG file's segments tell (ITU-T T.81 annex B, JFIF, Adobe's and Exif's application segments), read
/// by walking all of them to the end mark.
struct JPEGFacts {
  /// The frame header's marker: which of JPEG's processes.
  private var process: UInt8?
  private var precision = 0
  private(set) var width = 0
  private(set) var height = 0
  private var componentIdentifiers: [UInt8] = []
  private var hasScan = false
  private var isJFIF = false
  private var adobeTransform: UInt8?
  private var jfifResolution: (Double, Double)?
  private var exif = ExifFacts()
  /// Up to and with the end mark; cameras put further pictures behind it.
  private(set) var length = 0

  /// Pixels an inch.
  var resolution: (Double, Double)? { jfifResolution ?? exif.resolution }
  var orientation: PageOrientation { exif.orientation }

  init(reading file: ImageFile) throws(ImageError) {
    file.seek(to: 0)
    guard try file.need() == 0xFF, try file.need() == JPEGMarkers.start else { throw .notAnImage }
    while true {
      let marker = try Self.marker(file)
      if marker == JPEGMarkers.end { break }
      let body = try Self.segment(file)
      try note(marker, body)
      if marker == JPEGMarkers.scan { try Self.skipEntropyCodedData(file) }
    }
    length = file.position
    guard process != nil, hasScan else { throw .damaged(.jpeg, "it contains no image") }
  }

  // MARK: Walking

  private static func marker(_ file: ImageFile) throws(ImageError) -> UInt8 {
    guard try file.need() == 0xFF else { throw .damaged(.jpeg, "missing marker") }
    var byte = try file.need()
    while byte == 0xFF { byte = try file.need() }
    return byte
  }

  private static func segment(_ file: ImageFile) throws(ImageError) -> [UInt8] {
    let length = Int(try file.need()) << 8 | Int(try file.need())
    guard length >= 2 else { throw .damaged(.jpeg, "a segment of length \(length)") }
    var body: [UInt8] = []
    while body.count < length - 2 {
      let piece = try file.nextPiece(limit: length - 2 - body.count)
      if piece.isEmpty { throw .incomplete(.jpeg) }
      body += piece
    }
    return body
  }

  /// Steps to the next marker: in a scan's data 0xFF is followed by 0, or by a restart's number.
  private static func skipEntropyCodedData(_ file: ImageFile) throws(ImageError) {
    var afterFF = false
    while true {
      let start = file.position
      let piece = try file.nextPiece(limit: .max)
      if piece.isEmpty { throw .incomplete(.jpeg) }
      for index in piece.indices {
        let byte = piece[index]
        if afterFF && byte != 0 && byte != 0xFF && !JPEGMarkers.restarts.contains(byte) {
          return file.seek(to: start + index - piece.startIndex - 1)
        }
        afterFF = byte == 0xFF
      }
    }
  }

  private mutating func note(_ marker: UInt8, _ body: [UInt8]) throws(ImageError) {
    switch marker {
    case JPEGMarkers.scan: hasScan = process != nil
    case JPEGMarkers.application0: noteJFIF(body)
    case JPEGMarkers.application1: if body.starts(with: Array("Exif\0\0".utf8)) { exif = ExifFacts(body.dropFirst(6)) }
    case JPEGMarkers.application14:
      if body.starts(with: Array("Adobe".utf8)), body.count >= 12 { adobeTransform = body[11] }
    case _ where JPEGMarkers.isFrameHeader(marker): try noteFrame(marker, body)
    default: break
    }
  }

  private mutating func noteFrame(_ marker: UInt8, _ body: [UInt8]) throws(ImageError) {
    guard process == nil, body.count >= 6, body.count == 6 + 3 * Int(body[5]) else {
      throw .damaged(.jpeg, "invalid frame header")
    }
    process = marker
    precision = Int(body[0])
    height = Int(body[1]) << 8 | Int(body[2])
    width = Int(body[3]) << 8 | Int(body[4])
    componentIdentifiers = (0..<Int(body[5])).map { body[6 + 3 * $0] }
  }

  private mutating func noteJFIF(_ body: [UInt8]) {
    guard body.starts(with: Array("JFIF\0".utf8)), body.count >= 12 else { return }
    isJFIF = true
    let density = (Double(Int(body[8]) << 8 | Int(body[9])), Double(Int(body[10]) << 8 | Int(body[11])))
    switch body[7] {
    case 1: jfifResolution = density
    case 2: jfifResolution = ((density.0 * 2.54).onScannerGrid, (density.1 * 2.54).onScannerGrid)
    default: break  // only a ratio
    }
  }

  // MARK: Judging

  /// The facts, if PDF readers show the file as it is: baseline or progressive, 8 bits, gray or colours they
  /// take for what they are. It is decoded to see that it is whole, but for progressive ones whose decoding
  /// would take too much memory: of those only the segments are known to be.
  func embeddable(from file: ImageFile) throws(ImageError) -> JPEGFacts? {
    guard isBaseline || isProgressive, precision == 8, isGray || isColor else { return nil }
    if isBaseline || width * height <= JPEGPicture.mostProgressivePixels {
      try JPEGPicture(file, onlyChecking: true).check()
    }
    return self
  }

  func checkDecodable() throws(ImageError) {
    if precision != 8 { throw .unsupported(.jpeg, "\(precision) bits per sample") }
    if height == 0 { throw .unsupported(.jpeg, "its height follows the image data") }
    if !isSequential && width * height > JPEGPicture.mostProgressivePixels {
      throw .unsupported(.jpeg, "progressive and not gray or YCbCr, with \(width) by \(height) pixels")
    }
  }

  var picture: Picture {
    get throws(ImageError) {
      try Picture(
        isGray ? .gray : .color, width: width, height: height, resolution: resolution, orientation: orientation)
    }
  }

  private var isBaseline: Bool { process == 0xC0 }
  private var isProgressive: Bool { process == 0xC2 }
  private var isSequential: Bool { process == 0xC0 || process == 0xC1 || process == 0xC9 }
  private var isGray: Bool { componentIdentifiers.count == 1 }

  /// PDF takes three components for YCbCr unless Adobe's segment says RGB; libjpeg goes by their names as well.
  private var isColor: Bool {
    componentIdentifiers.count == 3 && (isJFIF || adobeTransform != nil || componentIdentifiers == [1, 2, 3])
  }
}

extension DocumentWriter {
  /// Adds a JPEG as a page, its bytes unchanged.
  mutating func append(jpeg: JPEGFacts, from file: ImageFile) throws(ImageError) -> PageEntry {
    let picture = try jpeg.picture
    try document { writer throws(DocumentError) in
      try writer.beginEncodedPage(picture.layout, orientation: picture.orientation)
    }
    file.seek(to: 0)
    while file.position < jpeg.length {
      let piece = try file.nextPiece(limit: jpeg.length - file.position)
      if piece.isEmpty { throw .incomplete(.jpeg) }
      try document { writer throws(DocumentError) in try writer.write(encoded: Array(piece)) }
    }
    return try document { writer throws(DocumentError) in try writer.endPage() }
  }
}
