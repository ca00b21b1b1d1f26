/// Where a row changes its colour: the columns of its changing elements (T.6, 2.2.1), to the right of a white pixel
/// that every row is taken to begin with.
///
/// Before the first stands a 0, where coding begins. Behind the last stands the row's width, as often as coding
/// looks there. What is found stays until the next `find`.
@safe struct FaxRow: ~Copyable {
  private let columns: UnsafeMutableBufferPointer<Int32>
  private let width: Int
  private(set) var changes = 0

  /// The index of the first change.
  static let first = 1
  private static let endMarks = 3

  /// Whether a change goes from white to black: the first does.
  @inline(__always) static func isToBlack(_ index: Int) -> Bool { index & 1 == first }

  /// A white row.
  init(width: Int) {
    self.width = width
    unsafe columns = .allocate(capacity: Self.first + width + Self.endMarks)
    unsafe columns[0] = 0
    close(at: Self.first)
  }

  deinit { unsafe columns.deallocate() }

  /// The column of a change, or a mark before or behind them all: the index is one of 0…changes + endMarks.
  @inline(__always) subscript(index: Int) -> Int32 { unsafe columns[index] }

  var edge: Int32 { Int32(truncatingIfNeeded: width) }

  private mutating func close(at end: Int) {
    changes = end - Self.first
    for index in end..<end + Self.endMarks { unsafe columns[index] = edge }
  }

  /// Takes the changes of a row's bytes: 1 is black, the leftmost pixel is the highest bit. The bits beyond the width
  /// may be anything.
  ///
  /// Each change is another column of the row, so that there is memory for all.
  @inline(never) mutating func find(in row: UnsafeRawBufferPointer) {
    var end = Self.first
    var last: UInt64 = 0
    var offset = 0
    let whole = width / 64 * 8
    while offset < whole {
      if last & 1 == 0 { unsafe skipWhite(row, &offset, until: whole) }
      let stop = min(whole, offset &+ Self.blockBytes)
      while offset < stop {
        let word = unsafe UInt64(bigEndian: row.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        add(word ^ Self.shifted(word, behind: last), at: offset, &end)
        last = word
        offset &+= 8
      }
    }
    if width % 64 != 0 {
      let word = unsafe Self.rest(of: row, from: offset)
      let mask = UInt64.max << UInt64(64 - width % 64)
      add((word ^ Self.shifted(word, behind: last)) & mask, at: offset, &end)
    }
    close(at: end)
  }

  private static let blockBytes = 32

  /// Paper is mostly white: `offset` moves over blocks without a black pixel.
  @inline(__always) private func skipWhite(_ row: UnsafeRawBufferPointer, _ offset: inout Int, until end: Int) {
    while offset &+ Self.blockBytes <= end {
      let pair = unsafe row.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
      let next = unsafe row.loadUnaligned(fromByteOffset: offset &+ 16, as: SIMD2<UInt64>.self)
      let both = pair | next
      if both[0] | both[1] != 0 { return }
      offset &+= Self.blockBytes
    }
  }

  /// The pixels to the left of a word's.
  @inline(__always) private static func shifted(_ word: UInt64, behind last: UInt64) -> UInt64 {
    last &<< 63 | word &>> 1
  }

  /// The bytes from `offset` on, fewer than 9, as the upper ones of a word.
  @inline(__always) private static func rest(of row: UnsafeRawBufferPointer, from offset: Int) -> UInt64 {
    let count = row.count - offset
    if offset >= 8 {
      let word = unsafe row.loadUnaligned(fromByteOffset: row.count - 8, as: UInt64.self)
      return UInt64(bigEndian: word) << UInt64(64 - 8 * count)
    }
    var word: UInt64 = 0
    for index in offset..<row.count { word = unsafe word << 8 | UInt64(row[index]) }
    return word << UInt64(64 - 8 * count)
  }

  /// Adds the columns of a word's set bits.
  @inline(__always) private func add(_ word: UInt64, at offset: Int, _ end: inout Int) {
    let start = Int32(truncatingIfNeeded: offset &* 8)
    var rest = word
    while rest != 0 {
      let bit = rest.leadingZeroBitCount
      unsafe columns[end] = start &+ Int32(truncatingIfNeeded: bit)
      end &+= 1
      rest ^= (1 << 63) &>> UInt64(truncatingIfNeeded: bit)
    }
  }
}
