package import Base
import Glibc

/// A document kept in two files of a job's folder.
package final class DescriptorStorage: DocumentStorage {
  private let folder: Descriptor
  private let pages: Descriptor
  private let index: Descriptor
  private var pageEnd: Int
  private var indexEnd: Int

  /// No scan makes an index this long; one that is comes from elsewhere.
  private static let longestIndex = 16 << 20

  /// Opens both files in `folder`, or makes them, and waits until the folder has them.
  package init(folder: borrowing Descriptor) throws(SystemError) {
    self.folder = try folder.duplicate()
    // Not O_APPEND: pwrite would append as well, and headers are patched in place.
    pages = try Descriptor(opening: DocumentFile.pages, in: folder, O_RDWR | O_CREAT | O_NOFOLLOW)
    index = try Descriptor(opening: DocumentFile.index, in: folder, O_RDWR | O_CREAT | O_NOFOLLOW)
    pageEnd = try pages.size()
    indexEnd = try index.size()
    try self.folder.sync()
  }

  package func pageBytes() throws(SystemError) -> Int { pageEnd }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try pages.seek(to: pageEnd)
    unsafe try pages.write(bytes)
    pageEnd += bytes.count
  }

  package func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try pages.write(bytes, at: offset)
  }

  package func cutPages(to length: Int) throws(SystemError) {
    try pages.truncate(to: length)
    pageEnd = length
  }

  package func syncPages() throws(SystemError) { try pages.syncData() }

  package func indexContents() throws(SystemError) -> [UInt8] {
    try index.seek(to: 0)
    return try index.readToEnd(limit: Self.longestIndex)
  }

  package func appendIndex(_ line: [UInt8]) throws(SystemError) {
    try index.write(line, at: indexEnd)
    indexEnd += line.count
  }

  package func cutIndex(to length: Int) throws(SystemError) {
    try index.truncate(to: length)
    indexEnd = length
  }

  package func syncIndex() throws(SystemError) { try index.syncData() }

  package func makeSpill() throws(SystemError) -> Descriptor {
    let name = "document.spill"
    let spill = try Descriptor(opening: name, in: folder, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW)
    let parent = folder.number
    try system("remove", name) { unsafe unlinkat(parent, name, 0) }
    return spill
  }
}
