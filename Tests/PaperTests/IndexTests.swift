import Base
import Paper
import Raster
import Testing

@Suite struct IndexTests {
  private func index(pages: Int = 4) throws -> (bytes: [UInt8], entries: [PageEntry], storage: MemoryStorage) {
    let storage = MemoryStorage()
    var writer = try DocumentWriter(storage: storage, quality: 75)
    let entries = try (0..<pages).map { number in
      try Drawing(PixelFormat.allCases[number % 3], width: 9 + number / 2, height: 5).write(to: &writer)
    }
    return (storage.index, entries, storage)
  }

  @Test func `an index reads back as it was written`() throws {
    let (bytes, entries, storage) = try index()
    let read = DocumentIndex(bytes, pageBytes: storage.pages.count)
    #expect(read.entries == entries && read.validBytes == bytes.count)
    #expect(entries[0].format == .lineart && entries[1].width == 9 && entries[3].number == 4)
    // Pages of one size share a content stream.
    #expect(entries[0].content == entries[1].content && entries[1].content != entries[2].content)
  }

  @Test func `an index cut anywhere gives its whole lines`() throws {
    let (bytes, entries, _) = try index()
    for length in bytes.indices {
      let lines = bytes.prefix(length).count { $0 == 10 }
      #expect(DocumentIndex.entries(Array(bytes.prefix(length))) == Array(entries.prefix(lines)))
    }
  }

  @Test func `a page file shorter than its index says counts for what it holds`() throws {
    let (bytes, entries, _) = try index()
    #expect(DocumentIndex.entries(bytes, pageBytes: entries[2].end - 1).count == 2)
    #expect(DocumentIndex.entries(bytes, pageBytes: entries[2].end).count == 3)
  }

  @Test func `a changed byte ends the index there`() throws {
    let (bytes, entries, _) = try index()
    var noise = Noise(seed: 7)
    for _ in 0..<2000 {
      var changed = bytes
      let place = Int.random(in: bytes.indices, using: &noise)
      changed[place] ^= UInt8.random(in: 1...255, using: &noise)
      let line = bytes.prefix(place).count { $0 == 10 }
      #expect(DocumentIndex.entries(changed) == Array(entries.prefix(line)))
    }
  }

  /// What a driver process that has gone mad could write: right checksums, wrong contents.
  @Test func `a line that does not follow from those before it ends the index`() throws {
    let (bytes, entries, _) = try index()
    let lines = bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    func read(_ lines: [String]) -> [PageEntry] { DocumentIndex.entries(Array(lines.map { $0 + "\n" }.joined().utf8)) }
    #expect(read([lines[1]]).isEmpty)
    #expect(read([lines[0], lines[0]]).count == 1)
    #expect(read([lines[0], lines[2]]).count == 1)
    for (field, value) in [
      (1, "2"), (1, "0"), (2, "0"), (2, "-5"), (3, "99999999999999999999"), (3, "9999999999999"), (3, "15"),
      (4, "6@0"), (4, "7@15"), (5, "6@16"), (5, "7@9223372036854775807"), (6, "8@0"), (6, "1@20"), (7, "sepia"),
      (8, "0x5"), (8, "9x-5"), (8, "9x65501"), (8, "9"), (9, "nanx300.0"), (9, "infx300.0"), (9, "0.0x300.0"),
      (9, "300.0x-1.0"), (9, "300x300"), (10, "9"), (10, "0"), (0, "page2"), (0, ""),
    ] {
      var fields = lines[0].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      fields[field] = value
      fields[11] = crc(fields.dropLast().joined(separator: " ") + " ")
      #expect(read([fields.joined(separator: " ")] + lines.dropFirst()).isEmpty, "field \(field): \(value)")
    }
    #expect(crc(String(lines[0].dropLast(8))) == String(lines[0].suffix(8)))
    #expect(read(lines) == entries)
  }

  @Test func `bytes that are no index are no pages`() {
    var noise = Noise(seed: 3)
    for size in [0, 1, 10, 511, 512, 513, 5000] {
      #expect(DocumentIndex.entries((0..<size).map { _ in UInt8.random(in: 0...255, using: &noise) }).isEmpty)
      #expect(DocumentIndex.entries([UInt8](repeating: 10, count: size)).isEmpty)
      #expect(DocumentIndex.entries([UInt8](repeating: 32, count: size)).isEmpty)
    }
  }

  /// CRC-32 by the book, for lines forged here.
  private func crc(_ text: String) -> String {
    var remainder: UInt32 = .max
    for byte in text.utf8 {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
    }
    let digits = String(~remainder, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
