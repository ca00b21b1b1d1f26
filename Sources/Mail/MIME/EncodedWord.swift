import Base

/// Text beyond ASCII in a header (RFC 2047): `=?utf-8?Q?B=C3=BCro?=`.
enum EncodedWord {
  /// RFC 2047 section 2: an encoded word has at most 75 characters…
  static let lengthLimit = 75
  /// …and a line that has one at most 76.
  static let lineLimit = 76
  /// "=?utf-8?Q?" and "?=".
  private static let frame = 12

  private enum Encoding { case q, b }

  /// Whether one encoded word of at most `room` characters can say the whole text.
  static func takesAll(of text: Substring, room: Int) -> Bool {
    min(length(text, .q), length(text, .b)) <= limit(room)
  }

  /// The start of `rest` as one encoded word of at most `room` characters, taken off `rest`.
  ///
  /// As much as goes in, by the encoding that takes more of it (the shorter one when both take the same). Cuts are
  /// between characters as people see them; when not one such goes in, between its scalars, so that each word is
  /// whole UTF-8.
  static func take(from rest: inout Substring, room: Int) -> String {
    let (end, encoding) = longest(rest, limit: limit(room))
    let bytes = Array(rest[..<end].utf8)
    rest = rest[end...]
    return encoding == .q ? "=?utf-8?Q?" + q(bytes) + "?=" : "=?utf-8?B?" + base64(bytes) + "?="
  }

  private static func limit(_ room: Int) -> Int { min(room, lengthLimit) - frame }

  private static func longest(_ text: Substring, limit: Int) -> (end: Substring.Index, Encoding) {
    let q = end(of: text, limit: limit, .q, after: text.index(after:))
    let b = end(of: text, limit: limit, .b, after: text.index(after:))
    if max(q, b) == text.startIndex {
      return (end(of: text, limit: limit, .b, after: text.unicodeScalars.index(after:)), .b)
    }
    if q != b { return q > b ? (q, .q) : (b, .b) }
    return (q, length(text[..<q], .q) <= length(text[..<q], .b) ? .q : .b)
  }

  /// How far one goes in steps of `after` while the encoded form is no longer than `limit`.
  private static func end(
    of text: Substring, limit: Int, _ encoding: Encoding, after: (Substring.Index) -> Substring.Index
  ) -> Substring.Index {
    var end = text.startIndex
    while end < text.endIndex {
      let next = after(end)
      if length(text[..<next], encoding) > limit { break }
      end = next
    }
    return end
  }

  private static func length(_ text: Substring, _ encoding: Encoding) -> Int {
    switch encoding {
    case .b: (text.utf8.count + 2) / 3 * 4
    case .q: text.utf8.reduce(0) { $0 + (isLiteral($1) || $1 == UInt8(ascii: " ") ? 1 : 3) }
    }
  }

  private static func q(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      if byte == UInt8(ascii: " ") {
        text.append(UInt8(ascii: "_"))
      } else if isLiteral(byte) {
        text.append(byte)
      } else {
        text += "=\(hexadecimal([byte]).uppercased())".utf8
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What needs no encoding anywhere: in text, in a display name (RFC 2047 section 5) and between quotation marks.
  private static func isLiteral(_ byte: UInt8) -> Bool {
    AddressGrammar.isAlphanumeric(byte) || "!*+-/".utf8.contains(byte)
  }
}
