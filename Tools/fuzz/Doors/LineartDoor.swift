import Base
import Paper
import Raster

/// Two bytes are the width of a black-and-white page, the third cuts its rows into portions. The rest are the rows, each
/// as what differs from the one above.
enum LineartDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard input.count > 3 else { return }
    let width = 1 + (Int(input[0]) << 8 | Int(input[1])) % mostPixels
    let rowBytes = (width + 7) / 8
    let height = (input.count - 3) / rowBytes
    guard height > 0 else { return }
    let rows = rows(Array(input.dropFirst(3).prefix(height * rowBytes)), rowBytes)
    let layout = PageLayout(format: .lineart, width: width, height: height, xResolution: 300, yResolution: 300)
    let (document, entry) = try page(layout, [rows])
    let portion = rowBytes * (1 + Int(input[2]) % 8)
    let portions = stride(from: 0, to: rows.count, by: portion).map { Array(rows[$0..<min(rows.count, $0 + portion)]) }
    try promise(try page(layout, portions).document == document, "portions change the page")
    try compare(document, entry, pixels(rows, width))
  }

  /// Inputs are short; wider pages would have no second row.
  private static let mostPixels = 6000

  private static func rows(_ bytes: [UInt8], _ rowBytes: Int) -> [UInt8] {
    var rows = bytes
    for index in rows.indices.dropFirst(rowBytes) { rows[index] ^= rows[index - rowBytes] }
    return rows
  }

  private static func page(
    _ layout: PageLayout, _ portions: [[UInt8]]
  ) throws(BrokenPromise) -> (document: [UInt8], entry: PageEntry) {
    let storage = MemoryStorage()
    let entry = try must("no page") { () throws(DocumentError) in
      var writer = try DocumentWriter(storage: storage, quality: 100)
      try writer.beginPage(layout)
      for rows in portions {
        try unsafe rows.withUnsafeBufferPointer { bytes throws(DocumentError) in
          unsafe try writer.write(rows: UnsafeRawBufferPointer(bytes))
        }
      }
      return try writer.endPage()
    }
    return (storage.pages, entry)
  }

  // MARK: libtiff's word

  /// The page is what libtiff reads in its image. What it reads are colours of a palette, for those are handed on as a
  /// JPEG of the best quality, in which no pixel's difference is lost.
  private static func compare(
    _ document: [UInt8], _ entry: PageEntry, _ pixels: [UInt8]
  ) throws(BrokenPromise) {
    let end = Array("stream\n".utf8)
    guard let start = document.indices.first(where: { $0 >= entry.start && document[$0...].starts(with: end) }) else {
      throw BrokenPromise(description: "the page has no image")
    }
    let file = tiff(Array(document[(start + end.count)...]), entry.width, entry.height)
    let storage = MemoryStorage()
    let read = try must("libtiff does not read it") { () throws(ImageError) in
      var writer = try documentWriter(on: storage)
      return try writer.append(image: ImageReader(try descriptor(of: file)))
    }
    let layout = PageLayout(
      format: .color, width: entry.width, height: entry.height, xResolution: 300, yResolution: 300)
    let expected = try page(layout, [pixels])
    let images = read.map { image(of: $0, in: storage.pages) }
    try promise(images == [image(of: expected.entry, in: expected.document)], "libtiff reads other pixels")
  }

  private static func image(of entry: PageEntry, in document: [UInt8]) -> ArraySlice<UInt8> {
    document[entry.image.offset..<min(entry.content.offset, entry.page.offset)]
  }

  private static func documentWriter(on storage: MemoryStorage) throws(ImageError) -> DocumentWriter {
    do throws(DocumentError) {
      return try DocumentWriter(storage: storage, quality: 100)
    } catch {
      throw .document(error)
    }
  }

  private static func descriptor(of file: [UInt8]) throws(ImageError) -> Descriptor {
    do throws(SystemError) { return try unnamedFile(file) } catch { throw .reading(error) }
  }

  private static func pixels(_ rows: [UInt8], _ width: Int) -> [UInt8] {
    let rowBytes = (width + 7) / 8
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows.count * 24)
    for start in stride(from: 0, to: rows.count, by: rowBytes) {
      for x in 0..<width {
        let isBlack = rows[start + x / 8] & 0x80 >> UInt8(x % 8) != 0
        for _ in 0..<3 { pixels.append(isBlack ? 0 : 255) }
      }
    }
    return pixels
  }

  /// A TIFF of one strip in Group 4, with white and black as its palette.
  private static func tiff(_ strip: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
    let header = Array("II*\0".utf8)
    let (short, long) = (3, 4)
    let palette = [0xFFFF, 0, 0xFFFF, 0, 0xFFFF, 0]
    let paletteOffset = 8
    let directory = paletteOffset + 2 * palette.count
    let entries = [
      (256, long, 1, width), (257, long, 1, height), (258, short, 1, 1), (259, short, 1, 4), (262, short, 1, 3),
      (273, long, 1, directory + 2 + 12 * 10 + 4), (277, short, 1, 1), (278, long, 1, height),
      (279, long, 1, strip.count), (320, short, palette.count, paletteOffset),
    ]
    var file = header + little(directory, 4) + palette.flatMap { little($0, 2) } + little(entries.count, 2)
    for (tag, kind, count, value) in entries {
      file += little(tag, 2) + little(kind, 2) + little(count, 4) + little(value, 4)
    }
    return file + little(0, 4) + strip
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
