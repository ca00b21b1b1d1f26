package import Base

/// Where a growing document is kept: the file of its pages and the index of them.
///
/// A class, so that the codecs' C callbacks reach it while the writer waits for them.
package protocol DocumentStorage: AnyObject {
  /// How long the page file is.
  func pageBytes() throws(SystemError) -> Int
  /// Adds to the end of the page file.
  func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError)
  /// Replaces bytes of the page file that are there already.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError)
  func cutPages(to length: Int) throws(SystemError)
  /// Waits until the page file's bytes and length are on the storage.
  func syncPages() throws(SystemError)

  func indexContents() throws(SystemError) -> [UInt8]
  /// Adds a line to the index in one write.
  func appendIndex(_ line: [UInt8]) throws(SystemError)
  func cutIndex(to length: Int) throws(SystemError)
  func syncIndex() throws(SystemError)

  /// A file without a name, for what cannot stream.
  func makeSpill() throws(SystemError) -> Descriptor
}
