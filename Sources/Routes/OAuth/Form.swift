/// Names and values as a form sends them (application/x-www-form-urlencoded). Values may be secrets: no
/// description shows them.
package struct Form: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  private let fields: [Field]

  private struct Field: Sendable, Equatable {
    let name: String
    let value: String
  }

  init(_ fields: [(String, String?)]) {
    self.fields = fields.compactMap { name, value in value.map { Field(name: name, value: $0) } }
  }

  /// As it goes into a request's body, or behind the "?" of an address.
  package var text: String {
    fields.map { Form.escaped($0.name) + "=" + Form.escaped($0.value) }.joined(separator: "&")
  }

  package var description: String { "a form of " + fields.map(\.name).joined(separator: ", ") }
  package var customMirror: Mirror { Mirror(self, children: ["fields": fields.map(\.name)]) }

  package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// Everything but the unreserved characters of RFC 3986 section 2.3 as %XX, a space too: "+" is read as a
  /// space by some and as itself by others.
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let marks = Array("-._~".utf8)
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        escaped.append(byte)
      case _ where marks.contains(byte): escaped.append(byte)
      default: escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// The form in the text behind the "?" of an address; nil where an escape is invalid.
  package init?(query: some StringProtocol) {
    var fields: [Field] = []
    for pair in query.split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Form.unescaped(halves[0]), let value = Form.unescaped(halves.count == 2 ? halves[1] : "") else {
        return nil
      }
      fields.append(Field(name: name, value: value))
    }
    self.fields = fields
  }

  private static func unescaped(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
