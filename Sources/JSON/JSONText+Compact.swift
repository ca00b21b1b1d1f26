// What programs read, one value a line, and what the spool keeps in a column: written often and never by hand, so it is
// put together as bytes and each byte is touched once.
extension JSONText {
  /// More than most rows and lines have.
  private static let usualBytes = 1024

  /// Strict JSON (RFC 8259) on one line without blanks, members by their names, so that the same value gives the same
  /// bytes. A number that JSON has no word for is null.
  package static func compact(_ value: some JSONWritable) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(usualBytes)
    append(value.json, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .object(let members): append(members, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(element, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .string(let text): append(text, to: &bytes)
    case .number(let number): append(number, to: &bytes)
    case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    }
  }

  private static func append(_ members: [JSONValue.Member], to bytes: inout [UInt8]) {
    // Most are written in that order to begin with.
    let isInOrder = zip(members, members.dropFirst()).allSatisfy { $0.name <= $1.name }
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for member in isInOrder ? members : members.sorted(by: { $0.name < $1.name }) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(member.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      append(member.value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func append(_ number: Double, to bytes: inout [UInt8]) {
    if let integer = Int(exactly: number) {
      bytes += String(integer).utf8
    } else {
      bytes += (number.isFinite ? number.description : "null").utf8
    }
  }

  /// In its quotes.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    let utf8 = text.utf8.span
    if isPlain(utf8) { bytes += text.utf8 } else { append(escaping: utf8, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// ASCII that stands for itself.
  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      switch text[index] {
      case 0x5D..<0x7F, 0x23..<0x5C, 0x20, 0x21: break
      default: return false
      }
    }
    return true
  }

  private static func append(escaping text: Span<UInt8>, to bytes: inout [UInt8]) {
    var at = 0
    while at < text.count {
      let byte = text[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
      case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
      case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
      case ..<0x20, 0x7F: append(code: UInt16(byte), to: &bytes)
      // U+0080 to U+009F: control characters too.
      case 0xC2 where text[at] < 0xA0:
        append(code: UInt16(text[at]), to: &bytes)
        at += 1
      // U+2028 and U+2029, which end a line to some readers.
      case 0xE2 where text[at] == 0x80 && text[at + 1] & 0xFE == 0xA8:
        append(code: 0x2000 | UInt16(text[at + 1] & 0x3F), to: &bytes)
        at += 2
      default: bytes.append(byte)
      }
    }
  }

  private static func append(code: UInt16, to bytes: inout [UInt8]) {
    let digits = String(code, radix: 16)
    bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8
  }
}
