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

  private func endOfText(_ block: [UInt8], from start: Int) -> Int {
    let bytes = block.span
    var end = start
    while end < bytes.count, bytes[end] != 13, bytes[end] != 10 { end += 1 }
    return end
  }
}
