import FoundationEssentials

/// Base64 both ways: plain as SASL writes it, and for URLs as JSON Web Tokens do (RFC 4648 sections 4 and 5).
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  static func encode(_ text: String) -> String { encode(Array(text.utf8)) }

  static func encodeURL(_ bytes: [UInt8]) -> String {
    String(
      encode(bytes).compactMap { letter in
        switch letter {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: letter
        }
      })
  }

  /// Nil unless `text` is Base64 with its padding.
  static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }

  /// As decode, from the letters for URLs and without padding.
  static func decodeURL(_ text: String) -> [UInt8]? {
    let letters = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    return decode(String(letters) + String(repeating: "=", count: (4 - letters.count % 4) % 4))
  }
}

/// `count` random bytes.
func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }

/// A random number of `digits` upper-case hexadecimal digits, as Exchange puts into its banner.
func randomHex(_ digits: Int) -> String {
  String((0..<digits).map { _ in "0123456789ABCDEF".randomElement() ?? "0" })
}
