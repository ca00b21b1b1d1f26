import Base

/// An image file being read: a position, and a buffer before the descriptor.
final class ImageFile {
  private let descriptor: Descriptor
  let format: ImageFormat
  let size: Int
  private var buffer: [UInt8] = []
  private var bufferStart = 0
  private(set) var position = 0
  /// What went wrong while a codec read by itself; C callbacks cannot throw.
  private(set) var failure: SystemError?
  /// A codec asked for more than there is.
  private(set) var endedEarly = false

  private static let bufferBytes = 65_536

  init(_ descriptor: consuming Descriptor) throws(ImageError) {
    let prefix: [UInt8]
    do throws(SystemError) {
      size = try descriptor.size()
      prefix = try descriptor.read(upTo: FileKind.prefixBytes, at: 0)
    } catch {
      throw .reading(error)
    }
    guard case .image(let format) = FileKind(prefix: prefix) else { throw .notAnImage }
    self.format = format
    self.descriptor = descriptor
  }

  func seek(to offset: Int) { position = max(0, offset) }

  /// The byte at the position, without stepping over it.
  func peek() throws(ImageError) -> UInt8? {
    if !(bufferStart..<bufferStart + buffer.count).contains(position) { try fill() }
    return buffer.isEmpty ? nil : buffer[position - bufferStart]
  }

  func next() throws(ImageError) -> UInt8? {
    let byte = try peek()
    if byte != nil { position += 1 }
    return byte
  }

  /// A byte that must be there.
  func need() throws(ImageError) -> UInt8 {
    guard let byte = try next() else { throw .incomplete(format) }
    return byte
  }

  /// As many bytes as the buffer holds from the position on; empty at the end.
  func nextPiece(limit: Int) throws(ImageError) -> ArraySlice<UInt8> {
    guard try peek() != nil else { return [] }
    let piece = buffer[(position - bufferStart)...].prefix(limit)
    position += piece.count
    return piece
  }

  /// Fills `bytes`, or says that the file ends early.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws(ImageError) {
    var done = 0
    while done < bytes.count {
      let piece = try nextPiece(limit: bytes.count - done)
      if piece.isEmpty { throw .incomplete(format) }
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...]).copyBytes(from: piece)
      done += piece.count
    }
  }

  private func fill() throws(ImageError) {
    do throws(SystemError) {
      buffer = try descriptor.read(upTo: Self.bufferBytes, at: position)
      bufferStart = position
    } catch {
      throw .reading(error)
    }
  }

  // MARK: For codecs

  /// Reads up to `bytes.count`, for a C callback; returns how many, and keeps a failure for `error(saying:)`.
  func supply(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    do throws(ImageError) {
      while done < bytes.count {
        let piece = try nextPiece(limit: bytes.count - done)
        if piece.isEmpty { break }
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...]).copyBytes(from: piece)
        done += piece.count
      }
    } catch {
      if case .reading(let error) = error { failure = error }
    }
    if done < bytes.count { endedEarly = true }
    return done
  }

  /// What stands behind a codec's failure.
  func error(saying message: String) -> ImageError {
    if let failure { return .reading(failure) }
    return endedEarly ? .incomplete(format) : .damaged(format, message)
  }

  /// As a codec's context: unretained, the codec lives shorter.
  var context: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  static func of(_ context: UnsafeMutableRawPointer?) -> ImageFile {
    guard let context = unsafe context else { preconditionFailure("the codec lost its context") }
    return unsafe Unmanaged<ImageFile>.fromOpaque(context).takeUnretainedValue()
  }
}
