import Base

/// Takes a page's encoded bytes from a codec and stores them as they come.
final class EncodedSink {
  private let storage: any DocumentStorage
  private(set) var count = 0
  /// The first bytes, which hold the headers.
  private(set) var head: [UInt8] = []
  private(set) var failure: SystemError?

  /// libjpeg's headers take 623 bytes at most (two quantisation and four Huffman tables).
  private static let headBytes = 1024

  init(storage: any DocumentStorage) { self.storage = storage }

  /// - Returns: whether the bytes are stored; `failure` says why not.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard failure == nil else { return false }
    do throws(SystemError) {
      unsafe try storage.append(bytes)
    } catch {
      failure = error
      return false
    }
    if head.count < Self.headBytes { unsafe head += bytes.prefix(Self.headBytes - head.count) }
    count += bytes.count
    return true
  }
}

/// Turns a page's rows into an image stream.
protocol PageEncoder: AnyObject {
  /// Whole rows.
  func write(_ rows: UnsafeRawBufferPointer) throws(DocumentError)
  /// Ends the stream; `height` rows came.
  ///
  /// - Returns: bytes of the stream to replace, now that the height is known, and where.
  func finish(height: Int) throws(DocumentError) -> (bytes: [UInt8], offset: Int)?
}

/// For an image that comes encoded.
final class FinishedEncoding: PageEncoder {
  func write(_ rows: UnsafeRawBufferPointer) throws(DocumentError) { preconditionFailure("it takes no rows") }
  func finish(height: Int) throws(DocumentError) -> (bytes: [UInt8], offset: Int)? { nil }
}

extension EncodedSink {
  /// What stands behind a codec's failure: the storage, or what the codec says.
  func error(_ message: String) -> DocumentError {
    if let failure { .storage(failure) } else { .codec(message) }
  }
}
