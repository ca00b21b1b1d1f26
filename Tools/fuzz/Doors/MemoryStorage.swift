import Base
import Crypto
import Glibc
import Paper

/// A document in memory.
final class MemoryStorage: DocumentStorage {
  private(set) var pages: [UInt8]
  private(set) var index: [UInt8]

  init(pages: [UInt8] = [], index: [UInt8] = []) {
    self.pages = pages
    self.index = index
  }

  func pageBytes() throws(SystemError) -> Int { pages.count }
  func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    // More than any input of a fuzzer is worth.
    if pages.count + bytes.count > 64 << 20 { throw SystemError("write", code: ENOSPC) }
    unsafe pages += bytes
  }
  func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    pages.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
  func cutPages(to length: Int) throws(SystemError) { pages.removeLast(max(0, pages.count - length)) }
  func syncPages() throws(SystemError) {}
  func indexContents() throws(SystemError) -> [UInt8] { index }
  func appendIndex(_ line: [UInt8]) throws(SystemError) { index += line }
  func cutIndex(to length: Int) throws(SystemError) { index.removeLast(max(0, index.count - length)) }
  func syncIndex() throws(SystemError) {}
  func makeSpill() throws(SystemError) -> Descriptor { try unnamedFile() }

  /// Both files tell of the same whole pages and of nothing else.
  func check(_ entries: Int) throws(BrokenPromise) {
    let read = DocumentIndex(index, pageBytes: pages.count)
    try promise(read.entries.count == entries, "\(read.entries.count) pages in the index, not \(entries)")
    try promise(read.validBytes == index.count, "the index has \(index.count - read.validBytes) broken bytes")
    guard let last = read.entries.last else {
      // Nothing, or the document's own first lines.
      return try promise(pages.count < 16, "the page file has bytes of no page")
    }
    try promise(pages.count == last.end, "the page file has bytes of no page")
    try checkTrailer(read.entries)
  }

  private func checkTrailer(_ entries: [PageEntry]) throws(BrokenPromise) {
    let information = DocumentInformation(
      title: "x", created: WallTime(seconds: 0), offsetMinutes: 0, producer: "Platen")
    let (cut, trailer) = DocumentTrailer.bytes(for: entries, information, digest: { SHA256() })
    try promise(cut == pages.count, "the document is cut elsewhere")
    try promise(PDFFile.looksWhole(prefix: Array(pages.prefix(1024)), suffix: trailer.suffix(1024)), "no whole PDF")
  }
}

/// A file in memory that nobody else sees.
func unnamedFile(_ contents: [UInt8] = []) throws(SystemError) -> Descriptor {
  // O_TMPFILE, which Swift does not see.
  let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
  let file = try Descriptor(opening: "/dev/shm", unnamed | O_RDWR)
  try file.write(contents, at: 0)
  return file
}

extension [UInt8] {
  fileprivate func suffix(_ count: Int) -> [UInt8] { Array(self[Swift.max(0, self.count - count)...]) }
}
