/// Reads mail as a recipient's program does, as simply as can be; a second opinion on what ours writes.
enum MailReader {
  struct Field: Equatable {
    let name: String
    /// Unfolded.
    let body: String
  }

  /// The fields of a header block, up to the empty line; nil where a line is none.
  static func fields(_ lines: ArraySlice<[UInt8]>) -> [Field]? {
    var fields: [Field] = []
    for line in lines {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix(" "), let last = fields.popLast() {
        fields.append(Field(name: last.name, body: last.body + text))
      } else if let colon = text.firstIndex(of: ":"), !text.hasPrefix(" ") {
        fields.append(Field(name: String(text[..<colon]), body: String(text[text.index(after: colon)...].dropFirst())))
      } else {
        return nil
      }
    }
    return fields
  }

  /// A header's text with its encoded words read (RFC 2047); white space between two of them is not there.
  static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var blanks: [UInt8] = []
    var wasEncoded = false
    for part in parts(text) {
      if part.allSatisfy({ $0 == 32 }) {
        blanks += part
        continue
      }
      let value = encodedWord(part)
      if !(wasEncoded && value != nil) { bytes += blanks }
      blanks = []
      bytes += value ?? part
      wasEncoded = value != nil
    }
    return String(decoding: bytes + blanks, as: UTF8.self)
  }

  /// Runs of spaces and of anything else, in turn.
  private static func parts(_ text: String) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    for byte in text.utf8 {
      if let last = parts.last?.last, (last == 32) == (byte == 32) {
        parts[parts.count - 1].append(byte)
      } else {
        parts.append([byte])
      }
    }
    return parts
  }

  private static func encodedWord(_ word: [UInt8]) -> [UInt8]? {
    let pieces = word.split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
    guard pieces.count == 5, pieces[0] == [UInt8(ascii: "=")], pieces[4] == [UInt8(ascii: "=")], word.count <= 75,
      String(decoding: pieces[1], as: UTF8.self).lowercased() == "utf-8"
    else { return nil }
    switch pieces[2].first {
    case UInt8(ascii: "Q"): return quoted(pieces[3], underscores: true)
    case UInt8(ascii: "B"): return base64(pieces[3])
    default: return nil
    }
  }

  /// Quoted-printable without line breaks, or an encoded word's Q.
  static func quoted(_ text: ArraySlice<UInt8>, underscores: Bool, mark: UInt8 = UInt8(ascii: "=")) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == mark {
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(underscores && byte == UInt8(ascii: "_") ? 32 : byte)
      }
    }
    return bytes
  }

  static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for byte in text where byte != UInt8(ascii: "=") {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> count & 255))
        bits &= 1 << count - 1
      }
    }
    return text.count.isMultiple(of: 4) ? bytes : nil
  }

  /// The value of a parameter, in any of its forms (RFC 2045, RFC 2231).
  static func parameter(_ name: String, in body: String) -> String? {
    var sections: [UInt8] = []
    var hasSections = false
    for part in parameters(of: body) {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(decoding: part[..<equals], as: UTF8.self)
      let value = part[(equals + 1)...]
      if key == name { return String(decoding: unquoted(value), as: UTF8.self) }
      guard key.hasPrefix(name + "*"), key.hasSuffix("*") else { continue }
      let charset = Array("UTF-8''".utf8)
      let text = !hasSections && value.starts(with: charset) ? value.dropFirst(charset.count) : value
      guard let bytes = quoted(text, underscores: false, mark: UInt8(ascii: "%")) else { return nil }
      sections += bytes
      hasSections = true
    }
    return hasSections ? String(decoding: sections, as: UTF8.self) : nil
  }

  /// Between the semicolons that no quotation marks enclose, without blanks around them.
  private static func parameters(of body: String) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var isQuoted = false
    var isEscaped = false
    for byte in body.utf8 {
      if byte == UInt8(ascii: ";"), !isQuoted {
        parts.append([])
        continue
      }
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped
      if byte != 32 || isQuoted || !(parts.last ?? []).isEmpty { parts[parts.count - 1].append(byte) }
    }
    return parts
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8] {
    guard value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") else { return Array(value) }
    var bytes: [UInt8] = []
    var rest = value.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { bytes.append(escaped) } else { bytes.append(byte) }
    }
    return bytes
  }
}
