/// Base64 as the body of a message has it (RFC 2045 section 6.8): lines of 76 characters, each with its CRLF.
enum Base64Lines {
  /// What makes a full line; blocks of a multiple of it can be encoded one by one.
  static let bytesPerLine = 57
  private static let charactersPerLine = 76

  /// Length of the encoded form of `count` bytes, line ends included.
  static func encodedCount(of count: Int) -> Int {
    (count + 2) / 3 * 4 + (count + bytesPerLine - 1) / bytesPerLine * 2
  }

  /// Appends the encoded form. All blocks of one body but the last have a multiple of `bytesPerLine`.
  static func append(_ bytes: [UInt8], to buffer: inout [UInt8]) {
    buffer.append(addingCapacity: encodedCount(of: bytes.count)) { output in
      unsafe output.withUnsafeMutableBufferPointer { target, used in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[used...])
        used += unsafe bytes.withUnsafeBytes { unsafe encode($0, into: room) }
      }
    }
  }

  /// - Returns: how many bytes were written.
  private static func encode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
    guard let source = bytes.baseAddress, let start = target.baseAddress else { return 0 }
    var written = 0
    var read = 0
    unsafe pairs.withUnsafeBufferPointer { pairs in
      // Wherever a line's last load of eight bytes stays within the block.
      while read &+ bytesPerLine &+ 2 <= bytes.count {
        unsafe encodeLine(source + read, into: start + written, pairs)
        read &+= bytesPerLine
        written &+= charactersPerLine &+ 2
      }
      while read < bytes.count {
        let end = min(read + bytesPerLine, bytes.count)
        while read + 3 <= end {
          let group = unsafe Int(bytes[read]) << 16 | Int(bytes[read + 1]) << 8 | Int(bytes[read + 2])
          unsafe target.storeBytes(of: pairs[group >> 12], toByteOffset: written, as: UInt16.self)
          unsafe target.storeBytes(of: pairs[group & 4095], toByteOffset: written + 2, as: UInt16.self)
          read += 3
          written += 4
        }
        written += unsafe encodeRest(bytes[read..<end], into: target, at: written)
        read = end
        unsafe target.storeBytes(of: lineEnd, toByteOffset: written, as: UInt16.self)
        written += 2
      }
    }
    return written
  }

  /// A full line: six bytes become eight characters in one store. Of eight bytes that are loaded, two are not used.
  @inline(__always)
  private static func encodeLine(
    _ source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, _ pairs: UnsafeBufferPointer<UInt16>
  ) {
    for step in 0..<9 {
      let group = unsafe UInt64(bigEndian: source.loadUnaligned(fromByteOffset: step &* 6, as: UInt64.self))
      unsafe target.storeBytes(of: characters(of: group, pairs), toByteOffset: step &* 8, as: UInt64.self)
    }
    let rest = unsafe Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: 54, as: UInt32.self)) >> 8)
    unsafe target.storeBytes(of: pairs[rest >> 12], toByteOffset: 72, as: UInt16.self)
    unsafe target.storeBytes(of: pairs[rest & 4095], toByteOffset: 74, as: UInt16.self)
    unsafe target.storeBytes(of: lineEnd, toByteOffset: 76, as: UInt16.self)
  }

  /// Eight characters, in the order in which they lie in memory, of the upper 48 bits.
  @inline(__always)
  private static func characters(of group: UInt64, _ pairs: UnsafeBufferPointer<UInt16>) -> UInt64 {
    let first = unsafe UInt64(pairs[Int(group >> 52)])
    let second = unsafe UInt64(pairs[Int(group >> 40 & 4095)])
    let third = unsafe UInt64(pairs[Int(group >> 28 & 4095)])
    let fourth = unsafe UInt64(pairs[Int(group >> 16 & 4095)])
    #if _endian(little)
      return first | second << 16 | third << 32 | fourth << 48
    #else
      return first << 48 | second << 32 | third << 16 | fourth
    #endif
  }

  /// The last one or two bytes with their padding; nothing when none are left.
  private static func encodeRest(
    _ bytes: Slice<UnsafeRawBufferPointer>, into target: UnsafeMutableRawBufferPointer, at offset: Int
  ) -> Int {
    guard let first = unsafe bytes.first else { return 0 }
    let second = unsafe bytes.count == 2 ? bytes[bytes.startIndex + 1] : nil
    let group = Int(first) << 16 | Int(second ?? 0) << 8
    unsafe target.storeBytes(of: pairs[group >> 12], toByteOffset: offset, as: UInt16.self)
    unsafe target[offset + 2] = second == nil ? UInt8(ascii: "=") : alphabet[group >> 6 & 63]
    unsafe target[offset + 3] = UInt8(ascii: "=")
    return 4
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  /// The two characters of each 12 bits, in the order in which they lie in memory: two look-ups for three bytes.
  private static let pairs: [UInt16] = (0..<4096).map { bits in
    UInt16(littleEndian: UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8)
  }
  private static let lineEnd = UInt16(littleEndian: 0x0A0D)
}
