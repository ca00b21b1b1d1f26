// What programs read, one value a line, and what the spool keeps in a column: written often and never by hand, so it is
// put together as bytes and each byte is touched once.
extension JSONText {
  /// Strict JSON (RFC 8259) on one line without blanks, members by their names, so that the same value gives the same
  /// bytes. A number that JSON has no word for is null.
  package static func compact(_ value: some JSONWritable) -> String {
    var bytes: [UInt8] = []
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
      bytes += (number.isFinite ? "\(number)" : "null").utf8
    }
  }

  /// In its quotes.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if isPlain(text.utf8.span) {
      bytes += text.utf8
    } else {
      for scalar in text.unicodeScalars { append(scalar, to: &bytes) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// ASCII that stands for itself.
  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      switch text[index] {
      case ..<32, UInt8(ascii: "\""), UInt8(ascii: "\\"), 127...: return false
      default: break
      }
    }
    return true
  }

  private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"": bytes += #"\""#.utf8
    case "\\": bytes += #"\\"#.utf8
    case "\n": bytes += #"\n"#.utf8
    case "\r": bytes += #"\r"#.utf8
    case "\t": bytes += #"\t"#.utf8
    // Control characters, also those beyond ASCII, and what else ends a line to some readers.
    case "\0"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8
    default: UTF8.encode(scalar) { bytes.append($0) }
    }
  }
}
