import Base
import Glibc
import Paper

/// A document kept in memory that remembers what was done to it and can fail at any step.
final class MemoryStorage: DocumentStorage {
  enum Step: Equatable {
    case append
    case overwrite(at: Int)
    case cutPages(Int)
    case syncPages
    case appendIndex
    case cutIndex(Int)
    case syncIndex
  }

  var pages: [UInt8]
  var index: [UInt8]
  private(set) var steps: [Step] = []
  /// The step that fails, counted from 0.
  var failsAt: Int?

  init(pages: [UInt8] = [], index: [UInt8] = []) {
    self.pages = pages
    self.index = index
  }

  private func take(_ step: Step) throws(SystemError) {
    if steps.count == failsAt { throw SystemError("write", code: ENOSPC) }
    steps.append(step)
  }

  func pageBytes() throws(SystemError) -> Int { pages.count }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try take(.append)
    unsafe pages += Array(bytes)
  }

  func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try take(.overwrite(at: offset))
    pages.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  func cutPages(to length: Int) throws(SystemError) {
    try take(.cutPages(length))
    pages = Array(pages.prefix(length))
  }

  func syncPages() throws(SystemError) { try take(.syncPages) }
  func indexContents() throws(SystemError) -> [UInt8] { index }

  func appendIndex(_ line: [UInt8]) throws(SystemError) {
    try take(.appendIndex)
    index += line
  }

  func cutIndex(to length: Int) throws(SystemError) {
    try take(.cutIndex(length))
    index = Array(index.prefix(length))
  }

  func syncIndex() throws(SystemError) { try take(.syncIndex) }
  func makeSpill() throws(SystemError) -> Descriptor { throw SystemError("spill", code: ENOSPC) }
}
