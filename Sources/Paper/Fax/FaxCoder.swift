/// Codes a page's rows as CCITT Group 4 (ITU-T T.6): rows in, bytes out.
///
/// T.6 leaves an encoder no choice, so that these are the bytes every other one makes: in rows 1 is black, in
/// the stream's codes too; it ends with EOFB and zeros up to a byte.
@safe struct FaxCoder: ~Copyable {
  private let bytesPerRow: Int
  private var coded: FaxRow
  private var reference: FaxRow
  private let words: UnsafeMutableBufferPointer<UInt32>
  private var bits: FaxBits
  private var endBytes: Int?

  /// So many bytes are handed on together.
  private static let bytesTogether = 65_536

  /// A row's codes take at most 8 bits a pixel, and 64 more. Each of them moves on by a pixel at least, at the row's
  /// beginning and end excepted. A vertical one takes 7 bits, a pass 4; a horizontal one 3, and for its runs at most
  /// 6 bits a pixel (a white one alone), or 10 for a run of none.
  private static func mostBytes(ofRow width: Int) -> Int { width + 8 }

  /// What waits for a full word, and the end of the page.
  private static let bytesAtEnd = 8

  init(width: Int) {
    bytesPerRow = (width + 7) / 8
    coded = FaxRow(width: width)
    reference = FaxRow(width: width)
    let bytes = Self.bytesTogether + Self.mostBytes(ofRow: width) + Self.bytesAtEnd
    unsafe words = .allocate(capacity: (bytes + 3) / 4)
    bits = unsafe FaxBits(into: words)
  }

  deinit { unsafe words.deallocate() }

  // MARK: Bytes

  /// The bytes are to be taken before more rows come.
  var isFull: Bool { bits.byteCount >= Self.bytesTogether }

  /// Bytes of the stream since `clear`.
  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(words).prefix(endBytes ?? bits.byteCount))
  }

  mutating func clear() { bits.clear() }

  // MARK: Rows

  /// Codes whole rows until it is full.
  ///
  /// - Returns: how many bytes of rows it took.
  mutating func code(_ rows: UnsafeRawBufferPointer) -> Int {
    var start = 0
    while start < rows.count, !isFull {
      let row = unsafe UnsafeRawBufferPointer(rebasing: rows[start..<start + bytesPerRow])
      let above =
        unsafe start == 0 ? nil : UnsafeRawBufferPointer(rebasing: rows[start - bytesPerRow..<start])
      if let above = unsafe above, unsafe haveSameBytes(row, above) {
        // Each change lies under its like, and so does the end of the row.
        bits.putOnes(reference.changes + 1)
      } else {
        unsafe coded.find(in: row)
        Self.code(coded, under: reference, &bits)
        swap(&coded, &reference)
      }
      start += bytesPerRow
    }
    return start
  }

  /// Ends the page.
  mutating func end() {
    bits.put(FaxCodes.endOfLine)
    bits.put(FaxCodes.endOfLine)
    endBytes = bits.end()
  }

  /// Codes a row's changes against those of the row above (T.6, 2.2). a0, a1, a2 and b1, b2 are the recommendation's:
  /// columns where coding is, where it goes next, and what lies above.
  @inline(never) private static func code(
    _ row: borrowing FaxRow, under reference: borrowing FaxRow, _ output: inout FaxBits
  ) {
    // A copy stays in registers.
    var bits = output
    defer { output = bits }
    let edge = row.edge
    var a0: Int32 = 0
    // The indices of a1, and of b1: the first change above to the same colour that lies to the right of a0.
    var (a, b) = (FaxRow.first, FaxRow.first)
    while true {
      let a1 = row[a]
      let b1 = reference[b]
      if a1 == b1 {
        bits.putOne()
        if a1 == edge { return }
        (a0, a, b) = (a1, a &+ 1, b &+ 1)
        continue
      }
      let b2 = reference[b &+ 1]
      if b2 < a1 {
        bits.put(FaxCodes.pass)
        (a0, b) = (b2, b &+ 2)
        continue
      }
      if let code = FaxCodes.vertical(a1 &- b1) {
        bits.put(code)
        (a0, a, b) = (a1, a &+ 1, b &- 1)
      } else {
        let a2 = row[a &+ 1]
        putRuns(a1 &- a0, a2 &- a1, firstIsWhite: FaxRow.isToBlack(a), &bits)
        (a0, a) = (a2, a &+ 2)
      }
      if a0 == edge { return }
      while reference[b] <= a0 { b &+= 2 }
    }
  }

  /// Horizontal mode.
  @inline(__always) private static func putRuns(
    _ first: Int32, _ second: Int32, firstIsWhite: Bool, _ bits: inout FaxBits
  ) {
    bits.put(FaxCodes.horizontal)
    putRun(Int(first), isWhite: firstIsWhite, &bits)
    putRun(Int(second), isWhite: !firstIsWhite, &bits)
  }

  @inline(__always) private static func putRun(_ pixels: Int, isWhite: Bool, _ bits: inout FaxBits) {
    var rest = pixels
    while rest >= FaxCodes.longestMakeUp + FaxCodes.terminatingRuns {
      bits.put(FaxCodes.longer[FaxCodes.longer.count - 1])
      rest &-= FaxCodes.longestMakeUp
    }
    if rest >= FaxCodes.terminatingRuns {
      let index = FaxCodes.terminatingRuns &+ rest / FaxCodes.terminatingRuns &- 1
      let longer = index &- FaxCodes.white.count
      bits.put(longer >= 0 ? FaxCodes.longer[longer] : isWhite ? FaxCodes.white[index] : FaxCodes.black[index])
      rest %= FaxCodes.terminatingRuns
    }
    bits.put(isWhite ? FaxCodes.white[rest] : FaxCodes.black[rest])
  }
}

/// Whether two buffers of the same size are alike.
@inline(never) private func haveSameBytes(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
  let block = 32
  guard one.count >= block else { return unsafe one.elementsEqual(other) }
  var offset = 0
  while offset &+ block < one.count {
    if unsafe differ(one, other, offset) { return false }
    offset &+= block
  }
  return unsafe !differ(one, other, one.count &- block)
}

@inline(__always) private func differ(
  _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ offset: Int
) -> Bool {
  let first = unsafe one.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
  let second = unsafe other.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
  let difference = first ^ second
  let half = difference.lowHalf | difference.highHalf
  return half[0] | half[1] != 0
}
