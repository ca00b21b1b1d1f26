import Raster

/// The index of a document's whole pages: text, a line a page, each ended by its checksum.
///
///     page1 NUMBER START END IMAGE@OFFSET CONTENT@OFFSET PAGE@OFFSET FORMAT WIDTHxHEIGHT XxY ORIENTATION CRC
///
/// A line is written only when all it tells of is on the storage. "page1" names this form of it.
package struct DocumentIndex {
  package private(set) var entries: [PageEntry] = []
  /// How many bytes of the index they take; what follows is broken.
  package private(set) var validBytes = 0

  private static let form = "page1"
  /// Longer than any line of ours, so that a broken file costs little.
  private static let longestLine = 512

  /// Reads lines up to the first that is broken, or does not follow from those before it, or tells of bytes
  /// that the page file does not have. Takes any bytes whatever.
  package init(_ bytes: [UInt8], pageBytes: Int = DocumentLimits.bytes) {
    var rest = bytes[...]
    while let newline = rest.prefix(Self.longestLine).firstIndex(of: UInt8(ascii: "\n")) {
      guard entries.count < DocumentLimits.pages,
        let entry = Self.entry(String(decoding: rest[..<newline], as: UTF8.self)),
        Self.follows(entry, entries.last), entry.end <= pageBytes
      else { return }
      entries.append(entry)
      rest = rest[(newline + 1)...]
      validBytes = rest.startIndex
    }
  }

  package static func entries(_ bytes: [UInt8], pageBytes: Int = DocumentLimits.bytes) -> [PageEntry] {
    DocumentIndex(bytes, pageBytes: pageBytes).entries
  }

  // MARK: One line

  package static func line(_ entry: PageEntry) -> [UInt8] {
    let objects = [entry.image, entry.content, entry.page].map { "\($0.number)@\($0.offset)" }
    let fields =
      [form, "\(entry.number)", "\(entry.start)", "\(entry.end)"] + objects + [
        entry.format.rawValue, "\(entry.width)x\(entry.height)", "\(entry.xResolution)x\(entry.yResolution)",
        "\(entry.orientation.rawValue)",
      ]
    return checksummed(fields.joined(separator: " ") + " ")
  }

  /// A line of an index: a text with its checksum and a line feed.
  package static func checksummed(_ text: String) -> [UInt8] {
    Array((text + padded(hex: checksum(text.utf8), 8) + "\n").utf8)
  }

  private static func entry(_ line: String) -> PageEntry? {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 12, fields[0] == form,
      let number = Int(fields[1]), let start = Int(fields[2]), let end = Int(fields[3]),
      let image = object(fields[4]), let content = object(fields[5]), let page = object(fields[6]),
      let format = PixelFormat(rawValue: String(fields[7])), let size = pair(fields[8], { Int($0) }),
      let resolution = pair(fields[9], { Double($0) }), let orientation = Int(fields[10]).flatMap(PageOrientation.init)
    else { return nil }
    let entry = PageEntry(
      number: number, start: start, end: end, image: image, content: content, page: page, format: format,
      width: size.0, height: size.1, xResolution: resolution.0, yResolution: resolution.1, orientation: orientation)
    // Written anew it must be the same line: that checks the checksum, and that nothing is said in two ways.
    return Self.line(entry) == Array((line + "\n").utf8) ? entry : nil
  }

  private static func pair<Value>(_ text: Substring, _ parse: (Substring) -> Value?) -> (Value, Value)? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parse(parts[0]), let second = parse(parts[1]) else { return nil }
    return (first, second)
  }

  private static func object(_ text: Substring) -> PageEntry.Object? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let offset = Int(parts[1]) else { return nil }
    return PageEntry.Object(number: number, offset: offset)
  }

  // MARK: The chain of pages

  private static func follows(_ entry: PageEntry, _ last: PageEntry?) -> Bool {
    let sides = 1...DocumentLimits.sidePixels
    return entry.number == (last?.number ?? 0) + 1
      && entry.start == last?.end ?? documentHeader.count
      && entry.end > entry.start && entry.end <= DocumentLimits.bytes
      && sides.contains(entry.width) && sides.contains(entry.height)
      && DocumentLimits.resolution.contains(entry.xResolution) && DocumentLimits.resolution.contains(entry.yResolution)
      && objectsFollow(entry, last)
  }

  private static func objectsFollow(_ entry: PageEntry, _ last: PageEntry?) -> Bool {
    let first = last.map { $0.page.number + 1 } ?? ReservedObject.firstOfPages
    guard entry.image.number == first, entry.image.offset == entry.start else { return false }
    if entry.content == last?.content {
      return entry.page.number == first + 1
        && entry.image.offset < entry.page.offset && entry.page.offset < entry.end
    }
    return entry.content.number == first + 1 && entry.page.number == first + 2
      && entry.image.offset < entry.content.offset && entry.content.offset < entry.page.offset
      && entry.page.offset < entry.end
  }
}

private func padded(hex value: UInt32, _ digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: digits - text.utf8.count) + text
}

/// CRC-32 as in Ethernet and PNG: it is against torn and rotten lines, not against forgers.
private func checksum(_ bytes: String.UTF8View) -> UInt32 {
  var remainder: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    remainder ^= UInt32(byte)
    for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 0 ? 0 : 0xEDB8_8320) }
  }
  return ~remainder
}
