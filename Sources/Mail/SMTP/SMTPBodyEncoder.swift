/// Turns a message into what follows DATA: dots at the start of a line doubled (RFC 5321 section 4.5.2), every
/// line end CRLF.
///
/// The message's own last line end is held back, so that the final CRLF, dot, CRLF are one write: middle boxes
/// have lost them when they were split, and a message ends with exactly one line end whether it had one or not.
package struct SMTPBodyEncoder: Sendable {
  private var isAtLineStart = true
  private var isEmpty = true
  /// A CR was last; whether an LF follows is not known yet.
  private var holdsReturn = false
  private var holdsLineEnd = false

  package init() {}

  /// Appends `block`, encoded, to `output`.
  package mutating func encode(_ block: [UInt8], into output: inout [UInt8]) {
    var start = 0
    while start < block.count {
      let plain = endOfPlainLines(block, from: start)
      if plain > start {
        appendLines(block[start..<plain], to: &output)
        start = plain
        continue
      }
      switch block[start] {
      case 13:
        if holdsReturn { endLine(&output) }
        holdsReturn = true
        start += 1
      case 10:
        endLine(&output)
        start += 1
      default:
        if holdsReturn { endLine(&output) }
        let end = endOfText(block, from: start)
        appendText(block[start..<end], to: &output)
        start = end
      }
    }
  }

  /// The bytes that end the message, to be written in one piece.
  package mutating func finish() -> [UInt8] {
    var end: [UInt8] = []
    if holdsReturn { endLine(&end) }
    return end + (isEmpty ? [] : [13, 10]) + [46, 13, 10]
  }

  /// A CRLF, or a bare CR or LF, which no server may see (RFC 5321 section 2.3.8: they open the way to smuggling).
  private mutating func endLine(_ output: inout [UInt8]) {
    if holdsLineEnd { appendLineEnd(to: &output) }
    holdsReturn = false
    holdsLineEnd = true
    isAtLineStart = true
    isEmpty = false
  }

  private mutating func appendText(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    if holdsLineEnd { appendLineEnd(to: &output) }
    if isAtLineStart && text.first == 46 { output.append(46) }
    output += text
    holdsLineEnd = false
    isAtLineStart = false
    isEmpty = false
  }

  private func appendLineEnd(to output: inout [UInt8]) {
    output.append(13)
    output.append(10)
  }

  /// Lines that go as they are, the end of the last one held back.
  private mutating func appendLines(_ lines: ArraySlice<UInt8>, to output: inout [UInt8]) {
    if holdsLineEnd { appendLineEnd(to: &output) }
    output += lines[..<(lines.endIndex - 2)]
    holdsLineEnd = true
    isEmpty = false
  }

  /// Where the whole lines from `start` on end that begin with no dot and end with CRLF, as all of base64's do:
  /// a block of them is one copy. `start` itself without any.
  private func endOfPlainLines(_ block: [UInt8], from start: Int) -> Int {
    guard isAtLineStart && !holdsReturn else { return start }
    let bytes = block.span
    var end = start
    while end < bytes.count, bytes[end] != 46 {
      let line = endOfText(block, from: end)
      guard line + 1 < bytes.count, bytes[line] == 13, bytes[line + 1] == 10 else { break }
      end = line + 2
    }
    return end
  }

  /// Where the next CR or LF is.
  private func endOfText(_ block: [UInt8], from start: Int) -> Int {
    let bytes = block.span
    var end = start
    // Most text has no control characters at all, which four words at once show with a few instructions.
    while end + 32 <= bytes.count {
      let controls =
        Self.controls(Self.word(bytes, end)) | Self.controls(Self.word(bytes, end + 8))
        | Self.controls(Self.word(bytes, end + 16)) | Self.controls(Self.word(bytes, end + 24))
      if controls != 0 { break }
      end += 32
    }
    while end + 8 <= bytes.count {
      let word = Self.word(bytes, end)
      let found = Self.zeroBytes(word ^ Self.returns) | Self.zeroBytes(word ^ Self.lineFeeds)
      if found != 0 { return end + found.trailingZeroBitCount / 8 }
      end += 8
    }
    while end < bytes.count, bytes[end] != 13, bytes[end] != 10 { end += 1 }
    return end
  }

  /// Eight bytes, the first in the lowest place; the caller knows that they are there.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// Not 0 where a byte is below a space.
  @inline(__always)
  private static func controls(_ word: UInt64) -> UInt64 {
    (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
  }

  private static let returns: UInt64 = 0x0D0D_0D0D_0D0D_0D0D
  private static let lineFeeds: UInt64 = 0x0A0A_0A0A_0A0A_0A0A

  /// The top bit of the lowest byte that is zero is set, and none below it; 0 without a zero byte.
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
