import Base
import Paper
import Raster

/// A byte that says whether lines get their right checksum, the page file's length in three, then the index.
enum DocumentsDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard input.count > 4 else { return }
    let pageBytes = input[1...3].reduce(0) { $0 << 8 | Int($1) } % 200_000
    let text = Array(input.dropFirst(4))
    let index = input[0] & 1 == 0 ? text : checksummed(text)
    let read = DocumentIndex(index, pageBytes: pageBytes)
    let valid = read.entries.flatMap { DocumentIndex.line($0) }
    try promise(valid == Array(index.prefix(read.validBytes)), "what is valid is written in another way")
    try goOn(MemoryStorage(pages: Array(repeating: 37, count: pageBytes), index: index), after: read.entries.count)
  }

  private static func checksummed(_ text: [UInt8]) -> [UInt8] {
    text.split(separator: 10).flatMap { DocumentIndex.checksummed(String(decoding: $0, as: UTF8.self) + " ") }
  }

  /// A document that was broken off takes another page.
  private static func goOn(_ storage: MemoryStorage, after pages: Int) throws(BrokenPromise) {
    let found = try must("the document does not go on") { () throws(DocumentError) in
      var writer = try DocumentWriter(storage: storage, quality: 75)
      let found = writer.pageCount
      if found < DocumentLimits.pages { try addPage(to: &writer) }
      return found
    }
    try promise(found == pages, "\(found) pages, not \(pages)")
    if pages >= DocumentLimits.pages { return }
    let line = DocumentIndex(storage.index, pageBytes: storage.pages.count)
    try promise(line.entries.count == pages + 1, "\(line.entries.count) pages after page \(pages + 1)")
  }

  private static func addPage(to writer: inout DocumentWriter) throws(DocumentError) {
    try writer.beginPage(PageLayout(format: .lineart, width: 8, height: 1, xResolution: 300, yResolution: 300))
    let row: InlineArray<1, UInt8> = [0]
    try unsafe row.span.bytes.withUnsafeBytes { (rows) throws(DocumentError) in try unsafe writer.write(rows: rows) }
    _ = try writer.endPage()
  }
}
