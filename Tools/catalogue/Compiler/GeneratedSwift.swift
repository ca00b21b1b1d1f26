/// The Swift file that is made of a catalogue: its ids as constants, and its compiled form as a literal.
package enum GeneratedSwift {
  package static func text(of form: CatalogueForm) -> String {
    var text = "// Made from the catalogue of failures when the package is built.\n\nextension FailureID {\n"
    for id in form.ids {
      text += "  package static var \(constant(id)): FailureID { FailureID(known: \"\(id)\") }\n"
    }
    text += "\n  package static let all: [String] = [\n"
    for id in form.ids { text += "    \"\(id)\",\n" }
    text += "  ]\n}\n\nenum CompiledCatalogue {\n  static let english = \"\(escaped(form.bytes))\"\n}\n"
    return text
  }

  /// "port.25-blocked" is `port25Blocked`.
  static func constant(_ id: String) -> String {
    let parts = id.split { $0 == "." || $0 == "-" }
    return parts.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\0"..<" ": text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
