import Base

extension [UInt8] {
  /// Lends the bytes to what takes a buffer, keeping the type of its error.
  func lend<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try withUnsafeBufferPointer { buffer throws(Failure) in
      unsafe try body(UnsafeRawBufferPointer(buffer))
    }
  }
}

extension ByteDigest {
  mutating func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }
}

extension DocumentStorage {
  func append(_ bytes: [UInt8]) throws(SystemError) {
    unsafe try bytes.lend { buffer throws(SystemError) in unsafe try append(buffer) }
  }
}
