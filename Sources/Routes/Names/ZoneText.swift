/// Records as zone files have them (RFC 1035 section 5.1).
package enum ZoneText {
  /// The most of one string in a TXT record.
  private static let stringLimit = 255

  /// A TXT record, in strings of at most 255 bytes, which readers join without anything between.
  package static func record(_ name: String, text: String) -> String {
    let strings = strings(of: text).map { "\"" + $0 + "\"" }
    let value = strings.count == 1 ? strings[0] : "( " + strings.joined(separator: "\n    ") + " )"
    return "\(name). IN TXT \(value)"
  }

  private static func strings(of text: String) -> [String] {
    var strings: [String] = []
    var rest = Array(text.utf8)[...]
    repeat {
      let part = rest.prefix(stringLimit)
      rest = rest.dropFirst(stringLimit)
      strings.append(part.map(escaped).joined())
    } while !rest.isEmpty
    return strings
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
    case 0x20...0x7E: String(UnicodeScalar(byte))
    default: "\\" + String(repeating: "0", count: 3 - String(byte).count) + String(byte)
    }
  }
}
