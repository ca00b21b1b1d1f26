import Crypto

/// The SHA-256 of a message's body in the relaxed form of RFC 6376 section 3.4.4, fed in pieces of any size: a run of
/// white space counts as one space, one at a line's end and empty lines at the body's end as nothing.
///
/// Line ends are CRLF throughout, as everywhere in a message.
struct DKIMBodyHash {
  private var digest = SHA256()
  /// White space that counts only if something follows it on its line.
  private var owesSpace = false
  /// Line ends that count only if something follows them.
  private var owedLineEnds = 0
  private var isEmpty = true

  mutating func update(_ body: ArraySlice<UInt8>) {
    var relaxed: [UInt8] = []
    relaxed.reserveCapacity(body.count)
    for byte in body { take(byte, into: &relaxed) }
    add(relaxed)
  }

  private mutating func take(_ byte: UInt8, into relaxed: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): owesSpace = true
    case UInt8(ascii: "\r"): break
    case UInt8(ascii: "\n"): (owedLineEnds, owesSpace) = (owedLineEnds + 1, false)
    default:
      for _ in 0..<owedLineEnds { relaxed += [13, 10] }
      if owesSpace { relaxed.append(32) }
      (owedLineEnds, owesSpace, isEmpty) = (0, false, false)
      relaxed.append(byte)
    }
  }

  mutating func finish() -> [UInt8] {
    // The last line has its end, whether or not it came; an empty body has none.
    if !isEmpty { add([13, 10]) }
    return digest.finish()
  }

  private mutating func add(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe digest.update($0) } }
}
