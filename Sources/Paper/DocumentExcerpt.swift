package import Base

/// Some pages of a sealed document as a document of their own: byte for byte what a scan of these pages alone
/// would have made. Pictures are taken over as they are encoded; only the few numbers around them change.
package struct DocumentExcerpt: Sendable {
  private enum Source: Sendable {
    case made([UInt8])
    /// Bytes of the sealed document.
    case copied(Range<Int>)

    var count: Int {
      switch self {
      case .made(let bytes): bytes.count
      case .copied(let range): range.count
      }
    }
  }

  private struct Piece: Sendable {
    /// In the excerpt.
    let start: Int
    let source: Source
  }

  private var pieces: [Piece] = []
  /// Bytes of the whole excerpt.
  package private(set) var size = 0

  /// - Parameters:
  ///   - entries: at least one, as ``DocumentIndex`` read them: the pages that the excerpt has.
  ///   - information: what it says of itself. The same pages and information give the same bytes.
  package init(of entries: some Sequence<PageEntry>, _ information: DocumentInformation, digest: () -> any ByteDigest) {
    add(.made(documentHeader))
    var moved: [PageEntry] = []
    for entry in entries { moved.append(add(entry, after: moved.last)) }
    add(.made(DocumentTrailer.bytes(for: moved, information, digest: digest).trailer))
  }

  private mutating func add(_ source: Source) {
    pieces.append(Piece(start: size, source: source))
    size += source.count
  }

  /// - Returns: where the page and its objects lie in the excerpt.
  private mutating func add(_ entry: PageEntry, after last: PageEntry?) -> PageEntry {
    var moved = entry
    moved.number = (last?.number ?? 0) + 1
    moved.start = size
    moved.image = PageEntry.Object(number: last.map { $0.page.number + 1 } ?? ReservedObject.firstOfPages, offset: size)
    add(.made(ImageHeader.beginning(moved.image.number)))
    add(.copied(entry.imageBytes))
    let shared = last.flatMap { $0.geometry == entry.geometry ? $0.content : nil }
    let tail = PageTail(image: moved.image.number, offset: size, geometry: entry.geometry, shared: shared)
    add(.made(tail.bytes))
    (moved.content, moved.page, moved.end) = (tail.content, tail.page, size)
    return moved
  }

  /// Bytes of the excerpt: at most `count` from `offset` on, fewer where a piece ends; none at its end.
  ///
  /// - Parameter document: reads the sealed document, at an offset, at most so many bytes.
  package func read<Fault: Error>(
    upTo count: Int, at offset: Int, from document: (_ offset: Int, _ count: Int) throws(Fault) -> [UInt8]
  ) throws(Fault) -> [UInt8] {
    guard offset >= 0, offset < size, let piece = piece(at: offset) else { return [] }
    let skipped = offset - piece.start
    switch piece.source {
    case .made(let bytes): return Array(bytes.dropFirst(skipped).prefix(count))
    case .copied(let range): return try document(range.lowerBound + skipped, min(count, range.count - skipped))
    }
  }

  /// The last that begins at or before `offset`.
  private func piece(at offset: Int) -> Piece? {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : pieces[low - 1]
  }

  // MARK: Weights

  /// What an entry of the cross-reference table takes, for each of a page's three objects, and one of the page list.
  private static let tableBytes = 3 * 20 + 16
  /// For numbers that have more digits in a long excerpt, and a title with "(1 of 30)" in it, encoded twice.
  private static let slack = 512

  /// What each page adds to an excerpt at most, and what every excerpt has besides.
  package static func weights(
    of entries: [PageEntry], _ information: DocumentInformation, digest: () -> any ByteDigest
  ) -> (pages: [Int], shared: Int) {
    guard let first = entries.first else { return ([], 0) }
    let pages = entries.map { entry in
      let number = ReservedObject.firstOfPages + 3 * DocumentLimits.pages
      let tail = PageTail(image: number, offset: 0, geometry: entry.geometry, shared: nil)
      return ImageHeader.beginning(number).count + entry.imageBytes.count + tail.bytes.count + tableBytes
    }
    return (pages, DocumentExcerpt(of: [first], information, digest: digest).size - first.imageBytes.count + slack)
  }
}

extension PageEntry {
  /// The picture's object in the page file, but for its number and its end.
  fileprivate var imageBytes: Range<Int> {
    let isOwn = content.offset > image.offset
    let end = (isOwn ? content.offset : page.offset) - PageTail.imageEnd.count
    return image.offset + ImageHeader.beginning(image.number).count..<end
  }
}
