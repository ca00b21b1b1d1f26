import Base

/// File names beyond plain ASCII have two forms, and programs differ in which they read; both are sent, one a field.
extension HeaderField {
  /// The standard's form, for Content-Disposition: `filename*=UTF-8''…` (RFC 5987), in sections (RFC 2231 section 3)
  /// where it does not go on a line.
  mutating func append(standardFileName name: String, as parameter: String) {
    if let plain = Self.plain(parameter, name) { return append(word: plain) }
    let whole = parameter + "*=UTF-8''" + Self.percentEncoded(name.unicodeScalars)
    if whole.utf8.count <= Self.wordLimit { return append(word: whole) }
    var rest = Substring(name).unicodeScalars
    var section = 0
    while !rest.isEmpty {
      let opening = "\(parameter)*\(section)*=" + (section == 0 ? "UTF-8''" : "")
      let value = Self.takePercentEncoded(from: &rest, room: Self.wordLimit - opening.utf8.count - 1)
      append(word: opening + value + (rest.isEmpty ? "" : ";"))
      section += 1
    }
  }

  /// Outlook's form, for Content-Type: `name="=?utf-8?…?="`. No standard allows encoded words in there; Outlook
  /// reads it and has never learnt the other with certainty.
  mutating func append(outlookFileName name: String, as parameter: String) {
    if let plain = Self.plain(parameter, name) { return append(word: plain) }
    append(encoding: name, opening: parameter + "=\"", closing: "\"")
  }

  /// `filename="…"`, where that is all it takes.
  private static func plain(_ parameter: String, _ name: String) -> String? {
    guard name.utf8.allSatisfy({ 32..<127 ~= $0 }), !name.looksEncoded else { return nil }
    let word = parameter + "=" + AddressGrammar.quoted(name.utf8)
    return word.utf8.count <= wordLimit ? word : nil
  }

  private static func takePercentEncoded(from rest: inout Substring.UnicodeScalarView, room: Int) -> String {
    var value = ""
    while let scalar = rest.first {
      let piece = percentEncoded(CollectionOfOne(scalar))
      if value.utf8.count + piece.utf8.count > room { break }
      value += piece
      rest.removeFirst()
    }
    return value
  }

  private static func percentEncoded(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    for byte in scalars.flatMap({ Array(String($0).utf8) }) {
      if isAttributeCharacter(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + hexadecimal([byte]).uppercased()
      }
    }
    return text
  }

  /// attr-char of RFC 5987 section 3.2.1.
  private static func isAttributeCharacter(_ byte: UInt8) -> Bool {
    AddressGrammar.isAlphanumeric(byte) || "!#$&+-.^_`|~".utf8.contains(byte)
  }
}
