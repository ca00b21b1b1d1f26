/// A digest fed piece by piece. Pure rooms take one as a value; `Crypto` makes them.
package protocol ByteDigest {
  mutating func update(_ bytes: UnsafeRawBufferPointer)
  /// The digest of all that came; the value is spent then.
  mutating func finish() -> [UInt8]
}
