/// A digest fed piece by piece. Pure rooms take one as a value; `Crypto` makes them.
package protocol ByteDigest {
  mutating func update(_ bytes: UnsafeRawBufferPointer)
  /// The digest of all bytes so far; ends the use of this value.
  mutating func finish() -> [UInt8]
}
