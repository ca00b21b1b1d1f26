/// How a picture lies and how dense it is, as an Exif segment's first directory tells. Takes any bytes.
struct ExifFacts {
  private(set) var orientation = PageOrientation.upright
  private(set) var resolution: (Double, Double)?

  init() {}

  /// - Parameter body: a TIFF structure, from its byte order mark on.
  init(_ body: ArraySlice<UInt8>) {
    let tiff = TIFFBytes(bytes: Array(body), isBigEndian: body.first == UInt8(ascii: "M"))
    guard let directory = tiff.number(at: 4, bytes: 4), let count = tiff.number(at: directory, bytes: 2) else { return }
    var densities: [Int: Double] = [:]
    var unit = Tag.inch
    for index in 0..<count {
      let field = directory + 2 + 12 * index
      guard let tag = tiff.number(at: field, bytes: 2) else { return }
      switch tag {
      case Tag.orientation:
        orientation = tiff.number(at: field + 8, bytes: 2).flatMap(PageOrientation.init) ?? .upright
      case Tag.unit: unit = tiff.number(at: field + 8, bytes: 2) ?? unit
      case Tag.xResolution, Tag.yResolution: densities[tag] = tiff.ratio(pointedToAt: field + 8)
      default: break
      }
    }
    guard let x = densities[Tag.xResolution], let y = densities[Tag.yResolution] else { return }
    let factor = unit == Tag.centimetre ? 2.54 : 1
    resolution = ((x * factor).onScannerGrid, (y * factor).onScannerGrid)
  }

  private enum Tag {
    static let orientation = 0x112
    static let xResolution = 0x11A
    static let yResolution = 0x11B
    static let unit = 0x128
    static let inch = 2
    static let centimetre = 3
  }
}

private struct TIFFBytes {
  let bytes: [UInt8]
  let isBigEndian: Bool

  func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, offset + count <= bytes.count else { return nil }
    let part = bytes[offset..<offset + count]
    return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }

  func ratio(pointedToAt offset: Int) -> Double? {
    guard let place = number(at: offset, bytes: 4), let above = number(at: place, bytes: 4),
      let below = number(at: place + 4, bytes: 4), below > 0
    else { return nil }
    return Double(above) / Double(below)
  }
}
