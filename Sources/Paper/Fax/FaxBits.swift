/// Bits of variable-length codes, gathered to words of 32 in memory of a fixed size.
///
/// Cheap to copy: a loop keeps its copy in registers and hands it back. The memory belongs to its maker.
@safe struct FaxBits {
  private let words: UnsafeMutableBufferPointer<UInt32>
  private var filled = 0
  /// The bits that fill no word yet are the lowest `waiting` of these; always fewer than 32.
  private var held: UInt64 = 0
  private var waiting = 0

  init(into words: UnsafeMutableBufferPointer<UInt32>) { unsafe self.words = words }

  private static let wordBits = 32

  // MARK: In

  @inline(__always) mutating func put(_ code: FaxCode) {
    let length = code.length
    append(UInt64(code.marked) ^ 1 &<< UInt64(truncatingIfNeeded: length), length)
  }

  /// V0, the most frequent code word.
  @inline(__always) mutating func putOne() { append(1, 1) }

  @inline(__always) mutating func putOnes(_ count: Int) {
    var rest = count
    while rest > Self.wordBits {
      append(UInt64(UInt32.max), Self.wordBits)
      rest &-= Self.wordBits
    }
    append((1 &<< UInt64(truncatingIfNeeded: rest)) &- 1, rest)
  }

  /// Adds at most 32 bits; those above `count` are 0.
  @inline(__always) private mutating func append(_ bits: UInt64, _ count: Int) {
    held = held &<< UInt64(truncatingIfNeeded: count) | bits
    waiting &+= count
    guard waiting >= Self.wordBits else { return }
    waiting &-= Self.wordBits
    unsafe precondition(filled < words.count, "a row has longer codes than it can have")
    unsafe words[filled] = UInt32(truncatingIfNeeded: held &>> UInt64(truncatingIfNeeded: waiting)).bigEndian
    filled &+= 1
  }

  // MARK: Out

  /// Bytes of the full words.
  var byteCount: Int { filled * MemoryLayout<UInt32>.size }

  /// Forgets the full words.
  mutating func clear() { filled = 0 }

  /// Fills the last byte with zeros; nothing may follow.
  ///
  /// - Returns: bytes in all, the last word's with them.
  mutating func end() -> Int {
    let bytes = byteCount + (waiting + 7) / 8
    append(0, Self.wordBits - waiting)
    return bytes
  }
}
