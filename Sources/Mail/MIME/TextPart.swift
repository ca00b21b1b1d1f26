import Base

/// The text of a message, in an encoding that every server takes: 7bit or quoted-printable, never 8bit.
struct TextPart {
  /// RFC 5321 section 4.5.3.1.6, less the line end.
  private static let lineLimit = 998

  private let lines: [[UInt8]]
  private let isASCII: Bool
  private let isPlain: Bool

  /// - Parameter boundary: a text that has it in it is not sent plainly.
  init(_ text: String, boundary: String) {
    lines = Self.lines(of: text)
    isASCII = lines.allSatisfy { line in line.allSatisfy { $0 < 128 } }
    let mark = Array("--\(boundary)".utf8)
    isPlain = lines.allSatisfy { line in
      line.count <= Self.lineLimit && !line.starts(with: mark) && line.allSatisfy { 32..<127 ~= $0 || $0 == 9 }
    }
  }

  /// The fields that describe it, without the empty line after them.
  var header: [UInt8] {
    Message.field("Content-Type", "text/plain; charset=\(isASCII ? "us-ascii" : "utf-8")")
      + Message.field("Content-Transfer-Encoding", isPlain ? "7bit" : "quoted-printable")
  }

  /// The encoded lines, each with its CRLF.
  var content: [UInt8] {
    lines.flatMap { (isPlain ? $0 : QuotedPrintable.encoded(line: $0)) + Array("\r\n".utf8) }
  }

  /// Split at CRLF, CR and LF; a line end at the very end begins no line.
  private static func lines(of text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    var previous: UInt8 = 0
    for byte in text.utf8 {
      switch (previous, byte) {
      case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): break
      case (_, UInt8(ascii: "\r")), (_, UInt8(ascii: "\n")):
        lines.append(line)
        line = []
      default: line.append(byte)
      }
      previous = byte
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

/// RFC 2045 section 6.7.
enum QuotedPrintable {
  /// With the "=" of a soft line break.
  private static let lineLimit = 76

  /// One line of text as one or more, without the last line end.
  static func encoded(line: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    var column = 0
    for (index, byte) in line.enumerated() {
      let isLast = index == line.count - 1
      let piece = encoded(byte, isLast: isLast)
      if column + piece.count > (isLast ? lineLimit : lineLimit - 1) {
        text += "=\r\n".utf8
        column = 0
      }
      text += piece
      column += piece.count
    }
    return text
  }

  private static func encoded(_ byte: UInt8, isLast: Bool) -> [UInt8] {
    switch byte {
    // White space at the end of a line gets lost on the way.
    case UInt8(ascii: " "), UInt8(ascii: "\t"): if !isLast { return [byte] }
    case UInt8(ascii: "="): break
    case 33..<127: return [byte]
    default: break
    }
    return Array("=\(hexadecimal([byte]).uppercased())".utf8)
  }
}
