/// Makes replies of bytes, however they are cut (RFC 5321 section 4.2).
///
/// Tolerates bare LF, NUL and 8-bit text, and lines of any length; what it holds is bounded. A code is three
/// digits from 200 to 599, the same on every line of a reply; all else is a ``Violation``, after which the
/// stream has no meaning any more.
package struct SMTPReplyReader: Sendable {
  package enum Violation: Error, Equatable {
    /// A line that does not begin with three digits and a space or a hyphen.
    case malformed(line: [UInt8])
    case codes(Int, Int)
    case outOfRange(Int)
    case endless
  }

  /// The incomplete line so far, at most as much of it as is kept.
  private(set) var line: [UInt8] = []
  private var input: [UInt8] = []
  private var position = 0
  private var code: Int?
  private var texts: [[UInt8]] = []
  private var replyBytes = 0

  /// Bytes that belong to no reply given out yet.
  var hasUnread: Bool { position < input.count || replyBytes > 0 }

  package init() {}

  package mutating func append(_ bytes: some Collection<UInt8>) {
    if position > 0 {
      input.removeFirst(position)
      position = 0
    }
    input += bytes
  }

  /// The next whole reply, or nil until more bytes come.
  package mutating func next() throws(Violation) -> SMTPReply? {
    while position < input.count {
      let byte = input[position]
      position += 1
      replyBytes += 1
      if replyBytes > SMTPLimit.replyBytes { throw .endless }
      if byte != UInt8(ascii: "\n") {
        if line.count < SMTPLimit.lineText + 4 { line.append(byte) }
      } else if let reply = try finishLine() {
        return reply
      }
    }
    return nil
  }

  private mutating func finishLine() throws(Violation) -> SMTPReply? {
    while line.last == UInt8(ascii: "\r") { line.removeLast() }
    let lineCode = try codeOfLine()
    if let code, code != lineCode { throw .codes(code, lineCode) }
    code = lineCode
    let isLast = line.count == 3 || line[3] == UInt8(ascii: " ")
    if texts.count < SMTPLimit.replyLines { texts.append(wholeCharacters(line.dropFirst(4))) }
    line = []
    return isLast ? finishReply(lineCode) : nil
  }

  private func codeOfLine() throws(Violation) -> Int {
    let digits = line.prefix(3)
    let separators = [UInt8(ascii: " "), UInt8(ascii: "-")]
    guard digits.count == 3, digits.allSatisfy(isDigit), line.count == 3 || separators.contains(line[3]) else {
      throw .malformed(line: line)
    }
    let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard (200...599).contains(code) else { throw .outOfRange(code) }
    return code
  }

  private mutating func finishReply(_ code: Int) -> SMTPReply {
    var reply = SMTPReply(code: code)
    for text in texts {
      let status = EnhancedStatus(startOf: text, class: code / 100)
      reply.enhanced = reply.enhanced ?? status?.text
      reply.lines.append(String(decoding: text.dropFirst(status?.length ?? 0), as: UTF8.self))
    }
    self.code = nil
    texts = []
    replyBytes = 0
    return reply
  }
}

/// An enhanced status code at the start of a reply's text (RFC 2034, RFC 3463).
private struct EnhancedStatus {
  let text: String
  /// Bytes that it takes from the text, with the space behind it.
  let length: Int

  /// nil if absent, malformed, or of another class than the reply code: the code's digit wins.
  init?(startOf line: [UInt8], class: Int) {
    let word = line.prefix { $0 != UInt8(ascii: " ") }
    let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard `class` != 3, parts.count == 3, parts[0] == [UInt8(ascii: "0") + UInt8(`class`)],
      parts.dropFirst().allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(isDigit) })
    else { return nil }
    text = String(decoding: word, as: UTF8.self)
    length = min(word.count + 1, line.count)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The text without a character that the length limit cut in two.
private func wholeCharacters(_ text: ArraySlice<UInt8>) -> [UInt8] {
  guard text.count == SMTPLimit.lineText else { return Array(text) }
  let start = text.lastIndex { $0 & 0xC0 != 0x80 } ?? text.startIndex
  let needed =
    switch text[start] {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF7: 4
    default: 1
    }
  return Array(text.endIndex - start < needed ? text[..<start] : text)
}
