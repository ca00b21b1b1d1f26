import Base
import Paper
import Raster
import TestKit
import Testing

/// Group 4 pages against libtiff, which has to make the same bytes of the same rows, and against Poppler's decoder.
@Suite struct FaxTests {
  /// Fails the test where our stream of a page is not libtiff's, or does not decode to the page.
  private func check(_ pages: [Drawing], _ location: SourceLocation = #_sourceLocation) throws {
    let (streams, document) = try encode(pages)
    let references = try Judges.tiffcp(pages.map { ($0, $0.rows) }, from: .plain)
    try #require(references.count == pages.count, sourceLocation: location)
    for (index, page) in pages.enumerated() where streams[index] != references[index] {
      let sizes = "\(streams[index].count) bytes, not \(references[index].count)"
      Issue.record("page \(index), \(page.layout.width) by \(page.height): \(sizes)", sourceLocation: location)
    }
    let decoded = try Judges.tiffcp(Array(zip(pages, streams)), from: .groupFour)
    #expect(decoded == pages.map(\.rows), sourceLocation: location)
    let folder = try TemporaryFolder()
    let images = try Judges.images(of: try folder.write(document, to: "out.pdf"), in: folder, all: false)
    #expect(images.count == pages.count, sourceLocation: location)
    for (image, page) in zip(images, pages) {
      let isSame = withoutPadding(image, page) == page.pnm
      #expect(isSame, "\(page.layout.width) by \(page.height)", sourceLocation: location)
    }
  }

  /// The pages' images as they stand in a document, and the document.
  private func encode(
    _ pages: [Drawing], rowsAtOnce: Int = 64
  ) throws -> (streams: [[UInt8]], document: [UInt8]) {
    let storage = MemoryStorage()
    var writer = try DocumentWriter(storage: storage, quality: 75)
    var entries: [PageEntry] = []
    for page in pages { entries.append(try page.write(to: &writer, rowsAtOnce: rowsAtOnce)) }
    let (end, trailer) = DocumentTrailer.bytes(for: entries, .test) { TestDigest() }
    return (try entries.map { try stream(of: $0, in: storage.pages) }, storage.pages.prefix(end) + trailer)
  }

  private func stream(of page: PageEntry, in document: [UInt8]) throws -> [UInt8] {
    let begin = ">>stream\n"
    let head = String(decoding: document[page.image.offset...].prefix(200), as: UTF8.self)
    let header = head[..<(try #require(head.firstRange(of: begin)).lowerBound)]
    let length = try #require(header.split(separator: "/Length ").last.flatMap { Int($0.filter { $0 != " " }) })
    return Array(document[(page.image.offset + header.utf8.count + begin.utf8.count)...].prefix(length))
  }

  private func stream(of page: Drawing, rowsAtOnce: Int = 64) throws -> [UInt8] {
    try encode([page], rowsAtOnce: rowsAtOnce).streams[0]
  }

  // MARK: Shapes

  @Test(arguments: [1, 2]) func `every width to 200 pixels, rows like the ones above them`(_ seed: UInt64)
    throws
  {
    try check((1...200).map { Drawing.jittered(width: $0, height: 24, seed: seed &* 1000 &+ UInt64($0)) })
  }

  @Test(arguments: [63, 64, 65, 127, 2479, 2480, 4961, 10_000]) func `noise, dense and sparse`(width: Int) throws {
    try check(
      [1, 2, 8, 64, 1000].map { Drawing.noise(width: width, height: 24, blackOneIn: $0, seed: UInt64(width + $0)) })
  }

  @Test(arguments: [700, 2480, 4961, 10_000]) func `edges that move by a few pixels, runs that come and go`(width: Int)
    throws
  {
    try check((1...3).map { Drawing.jittered(width: width, height: 120, seed: UInt64(width) &* 10 &+ $0) })
  }

  @Test func `runs of every length that has codes of its own, in both colours`() throws {
    let longest = 2623
    let runs = (0...longest).map { (white: $0, black: longest - $0) }
    try check([Drawing.runs(runs, width: longest), Drawing.runs(runs, width: 2 * longest)])
  }

  @Test func `runs longer than any code tells`() throws {
    let lengths = [2559, 2560, 2623, 2624, 2687, 5119, 5120, 5183, 5184, 7680, 7743, 7744, 30_000, 65_499, 65_500]
    let runs = lengths.flatMap { [(white: $0, black: 65_500 - $0), (white: 3, black: $0), (white: $0, black: 1)] }
    try check([Drawing.runs(runs, width: 65_500), Drawing.runs(runs.filter { $0.white < 10_000 }, width: 10_000)])
  }

  @Test(arguments: [1, 7, 8, 9, 64, 2480]) func `white, black, stripes and checks`(width: Int) throws {
    let bytes = (width + 7) / 8
    let patterns: [[UInt8]] = [
      [0], [255], [0, 255], [255, 0], [0xAA], [0x55], [0xAA, 0x55], [0, 0xAA, 0, 0x55], [0x80], [1], [0xF0, 0x0F],
    ]
    try check(
      patterns.map { rows in
        let page = (0..<20).flatMap { [UInt8](repeating: rows[$0 % rows.count], count: bytes) }
        return Drawing(width: width, rows: page).blanked
      })
  }

  @Test func `text, upright and by the side`() throws {
    try check([
      Drawing(.lineart, width: 2480, height: 500), Drawing(.lineart, width: 2479, height: 300, seed: 5),
      Drawing(.lineart, width: 33, height: 700, seed: 9),
    ])
  }

  @Test func `the longest codes that a row can have, in the widest row`() throws {
    let white = [UInt8](repeating: 0, count: 8188)
    let single = [UInt8](repeating: 0xAA, count: 8188)
    let pairs = [UInt8](repeating: 0x99, count: 8188)
    try check([
      Drawing(width: 65_500, rows: Array(repeating: white + single + white + pairs, count: 8).flatMap { $0 }).blanked
    ])
  }

  // MARK: Rows

  @Test(arguments: [1, 2, 3, 7, 50, 1000]) func `rows may come in any portions`(_ rowsAtOnce: Int) throws {
    let page = Drawing.jittered(width: 1237, height: 300, seed: 3)
    #expect(try stream(of: page, rowsAtOnce: rowsAtOnce) == (try stream(of: page, rowsAtOnce: 300)))
    // More than is handed on at once.
    let dense = Drawing.noise(width: 1237, height: 500, blackOneIn: 2, seed: 4)
    #expect(try stream(of: dense, rowsAtOnce: rowsAtOnce) == Judges.tiffcp([(dense, dense.rows)], from: .plain).first)
  }

  @Test(arguments: 2...5) func `storage that fills up while rows come says so`(_ step: Int) throws {
    let storage = MemoryStorage()
    storage.failsAt = step
    var writer = try DocumentWriter(storage: storage, quality: 75)
    // Its image takes five portions.
    let page = Drawing.noise(width: 2480, height: 400, blackOneIn: 2, seed: 6)
    do {
      try page.write(to: &writer)
      Issue.record("it was written")
    } catch let error as DocumentError { #expect(error.isStorageFull, "\(error)") }
  }

  @Test func `the bits beyond the width are nobody's`() throws {
    for width in [1, 5, 63, 65, 2479] {
      let page = Drawing.jittered(width: width, height: 40, seed: UInt64(width))
      var dirty = page
      var noise = Noise(seed: 8)
      let rowBytes = page.layout.bytesPerRow
      for end in stride(from: rowBytes - 1, to: page.rows.count, by: rowBytes) {
        dirty.rows[end] |= UInt8.random(in: 0...255, using: &noise) & ~(0xFF << UInt8(rowBytes * 8 - width))
      }
      #expect(dirty.rows != page.rows)
      #expect(try stream(of: dirty) == (try stream(of: page)))
    }
  }

  @Test func `a page without rows is none`() throws {
    var writer = try DocumentWriter(storage: MemoryStorage(), quality: 75)
    try writer.beginPage(Drawing(.lineart, width: 9, height: 1).withoutHeight.layout)
    #expect(throws: DocumentError.rows(expected: 1, came: 0)) { _ = try writer.endPage() }
  }
}

// MARK: - Drawings

extension Drawing {
  init(width: Int, rows: [UInt8]) {
    self.init(.lineart, width: width, height: 0)
    self.rows = rows
    layout.height = rows.count / layout.bytesPerRow
  }

  /// With the bits beyond the width blank.
  fileprivate var blanked: Drawing {
    var blanked = self
    for end in stride(from: layout.bytesPerRow - 1, to: rows.count, by: layout.bytesPerRow) {
      blanked.rows[end] &= 0xFF << UInt8(layout.bytesPerRow * 8 - layout.width)
    }
    return blanked
  }

  fileprivate static func noise(width: Int, height: Int, blackOneIn odds: Int, seed: UInt64) -> Drawing {
    var noise = Noise(seed: seed)
    let rows = (0..<height).flatMap { _ in
      row(width, changes: (0..<width).flatMap { Int.random(in: 0..<odds, using: &noise) == 0 ? [$0, $0 + 1] : [] })
    }
    return Drawing(width: width, rows: rows)
  }

  /// Rows that are mostly the row above, its edges moved a little, some runs taken away and others put in.
  fileprivate static func jittered(width: Int, height: Int, seed: UInt64) -> Drawing {
    var noise = Noise(seed: seed)
    var changes: [Int] = []
    var rows: [UInt8] = []
    for _ in 0..<height {
      switch Int.random(in: 0..<10, using: &noise) {
      case 0: break
      case 1: changes = (0..<Int.random(in: 0...8, using: &noise)).map { _ in Int.random(in: 0...width, using: &noise) }
      default:
        changes = changes.map { $0 + [-5, -3, -2, -1, 0, 0, 0, 1, 2, 3, 5].randomElement(using: &noise).orZero }
        if Bool.random(using: &noise), !changes.isEmpty { changes.removeLast(Int.random(in: 0...1, using: &noise)) }
        let start = Int.random(in: 0...width, using: &noise)
        changes += [start, start + Int.random(in: 0...70, using: &noise)]
      }
      if changes.count > width / 4 + 4 { changes = [] }
      rows += row(width, changes: changes.sorted())
    }
    return Drawing(width: width, rows: rows)
  }

  /// Rows that begin with a white run and then have a black one, each under a white row.
  fileprivate static func runs(_ runs: [(white: Int, black: Int)], width: Int) -> Drawing {
    let blank = row(width, changes: [])
    return Drawing(
      width: width, rows: runs.flatMap { blank + row(width, changes: [$0.white, $0.white + $0.black]) })
  }

  /// A row that begins white and changes its colour at the columns, which grow.
  private static func row(_ width: Int, changes: [Int]) -> [UInt8] {
    var row = [UInt8](repeating: 0, count: (width + 7) / 8)
    for pair in stride(from: 0, to: changes.count, by: 2) {
      let start = min(max(changes[pair], 0), width)
      let end = pair + 1 < changes.count ? min(max(changes[pair + 1], start), width) : width
      var column = start
      while column < end {
        let isWholeByte = column % 8 == 0 && column + 8 <= end
        row[column / 8] |= isWholeByte ? 0xFF : 0x80 >> UInt8(column % 8)
        column += isWholeByte ? 8 : 1
      }
    }
    return row
  }
}

extension Int? {
  fileprivate var orZero: Int { self ?? 0 }
}
