import Base
import Paper

/// The input is a file that somebody sends.
enum ImagesDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    let prefix = Array(input.prefix(FileKind.prefixBytes))
    let kind = FileKind(prefix: prefix)
    let isWhole = PDFFile.looksWhole(prefix: prefix, suffix: Array(input.suffix(1024)))
    try promise(kind != .pdf || !isWhole || input.count >= 19, "a PDF of \(input.count) bytes")
    let storage = MemoryStorage()
    let pages = try pages(of: input, in: storage)
    try storage.check(pages)
  }

  /// How many pages the file makes before it ends or breaks off.
  private static func pages(of input: [UInt8], in storage: MemoryStorage) throws(BrokenPromise) -> Int {
    var writer = try must("no document") { () throws(DocumentError) in
      try DocumentWriter(storage: storage, quality: 75)
    }
    let entries: [PageEntry]
    do throws(ImageError) {
      entries = try writer.append(image: ImageReader(try file(input)))
    } catch {
      try promise(isOneLine("\(error)"), "an error over lines: \("\(error)".debugDescription)")
      return writer.pageCount
    }
    try promise(!entries.isEmpty && entries.count == writer.pageCount, "\(entries.count) pages came of it")
    return entries.count
  }

  private static func file(_ input: [UInt8]) throws(ImageError) -> Descriptor {
    do throws(SystemError) { return try unnamedFile(input) } catch { throw .reading(error) }
  }
}
