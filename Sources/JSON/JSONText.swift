/// Writes values down: as the JSON5 of a file that people read, and as JSON for programs.
package enum JSONText {
  /// JSON5 over several lines, two spaces a level, keys without quotes where they need none; ends with a
  /// line end.
  package static func file(_ setting: JSONValue) -> String { pretty(setting, indent: "", bareKeys: true) + "\n" }

  /// Strict JSON (RFC 8259) over several lines.
  package static func json(_ setting: JSONValue) -> String { pretty(setting, indent: "", bareKeys: false) + "\n" }

  /// Strict JSON on one line.
  package static func line(_ setting: JSONValue) -> String {
    switch setting {
    case .object(let members):
      "{" + members.map { quoted($0.name) + ": " + line($0.value) }.joined(separator: ", ") + "}"
    case .array(let elements): "[" + elements.map(line).joined(separator: ", ") + "]"
    case .string(let text): quoted(text)
    case .number(let number): digits(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .null: "null"
    }
  }

  /// The value as `config get` prints it: a text without its quotes, anything else as ``file(_:)``.
  package static func bare(_ setting: JSONValue) -> String {
    switch setting {
    case .string(let text): text
    case .object, .array: pretty(setting, indent: "", bareKeys: true)
    default: line(setting)
    }
  }

  private static func pretty(_ setting: JSONValue, indent: String, bareKeys: Bool) -> String {
    let inner = indent + "  "
    switch setting {
    case .object(let members) where !members.isEmpty:
      let rows = members.map { member in
        let key = bareKeys && isName(member.name) ? member.name : quoted(member.name)
        return inner + key + ": " + pretty(member.value, indent: inner, bareKeys: bareKeys)
      }
      return bracketed("{", rows, indent + "}", trailingComma: bareKeys)
    case .array(let elements) where elements.contains { !$0.members.isEmpty || !$0.elements.isEmpty }:
      let rows = elements.map { inner + pretty($0, indent: inner, bareKeys: bareKeys) }
      return bracketed("[", rows, indent + "]", trailingComma: bareKeys)
    default: return line(setting)
    }
  }

  private static func bracketed(_ open: String, _ rows: [String], _ close: String, trailingComma: Bool) -> String {
    open + "\n" + rows.joined(separator: ",\n") + (trailingComma ? "," : "") + "\n" + close
  }

  private static func isName(_ key: String) -> Bool {
    guard let first = key.unicodeScalars.first, first.isASCII, JSON5Reader.beginsName(first) else { return false }
    return key.unicodeScalars.allSatisfy { $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || isDigit($0)) }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func digits(_ number: Double) -> String {
    // JSON has no words for these; no valid setting is one.
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
