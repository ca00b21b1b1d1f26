/// A text with macros (RFC 7208 section 7).
struct SPFMacro: Equatable {
  private enum Part: Equatable {
    case text(String)
    case macro(Character, keep: Int?, reversed: Bool, delimiters: String)

    /// Names have no use for the time and the receiver (section 7.2).
    var isForExplanations: Bool {
      if case .macro(let letter, _, _, _) = self { "crt".contains(letter.lowercased()) } else { false }
    }
  }

  /// The values of the macros.
  struct Values {
    let address: [UInt8]
    /// The envelope's sender; its local part is "postmaster" where it has none.
    let local: String
    let domain: String
    let hello: String
  }

  private var parts: [Part] = []

  /// The text itself, where it has no macros.
  var plain: String? {
    let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
    return texts.count == parts.count ? texts.joined() : nil
  }

  /// nil where the grammar is broken.
  init?(_ text: String) {
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        guard let byte = character.asciiValue, 0x21...0x7E ~= byte else { return nil }
        append(String(character))
        continue
      }
      switch rest.popFirst() {
      case "%": append("%")
      case "_": append(" ")
      case "-": append("%20")
      case "{":
        guard let end = rest.firstIndex(of: "}"), let part = Self.macro(rest[..<end]) else { return nil }
        parts.append(part)
        rest = rest[rest.index(after: end)...]
      default: return nil
      }
    }
  }

  /// A name: it ends with a macro, or with a label that is no number.
  init?(domain text: String) {
    guard !text.isEmpty, let macro = SPFMacro(text), !macro.parts.contains(where: \.isForExplanations) else {
      return nil
    }
    if case .text? = macro.parts.last {
      let name = text.hasSuffix(".") ? text.dropLast() : text[...]
      let labels = name.split(separator: ".", omittingEmptySubsequences: false)
      guard labels.count > 1, let last = labels.last, let edge = last.last, last.first != "-", edge != "-",
        last.contains(where: { !$0.isNumber }), last.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" })
      else { return nil }
    }
    self = macro
  }

  private mutating func append(_ text: String) {
    if case .text(let before)? = parts.last {
      parts[parts.count - 1] = .text(before + text)
    } else {
      parts.append(.text(text))
    }
  }

  /// The content of the braces: a letter, how many labels, "r", delimiters.
  private static func macro(_ text: Substring) -> Part? {
    guard let letter = text.first, "slodiphcrtv".contains(letter.lowercased()) else { return nil }
    var rest = text.dropFirst()
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    let reversed = rest.first?.lowercased() == "r"
    if reversed { rest = rest.dropFirst() }
    let keep = Int(digits)
    guard digits.isEmpty || (keep ?? 0) > 0, rest.allSatisfy({ ".-+,/_=".contains($0) }) else { return nil }
    return .macro(letter, keep: keep, reversed: reversed, delimiters: rest.isEmpty ? "." : String(rest))
  }

  /// The longest name the DNS takes.
  private static let longestName = 253

  /// The name that the macros make, cut from the left to what the DNS takes.
  func name(_ values: Values, domain: String) -> String {
    var name = ""
    for part in parts {
      switch part {
      case .text(let text): name += text
      case .macro(let letter, let keep, let reversed, let delimiters):
        let value = Self.value(of: letter, values, domain)
        name += Self.transformed(value, keep: keep, reversed: reversed, delimiters: delimiters)
      }
    }
    if name.hasSuffix(".") { name.removeLast() }
    while name.utf8.count > Self.longestName, let dot = name.firstIndex(of: ".") {
      name = String(name[name.index(after: dot)...])
    }
    return name
  }

  private static func value(of letter: Character, _ values: Values, _ domain: String) -> String {
    switch letter.lowercased() {
    case "s": values.local + "@" + values.domain
    case "l": values.local
    case "o": values.domain
    case "d": domain
    case "i":
      values.address.count == 4
        ? AddressText.text(values.address) : AddressText.nibbles(values.address).joined(separator: ".")
    case "v": values.address.count == 4 ? "in-addr" : "ip6"
    case "h": values.hello
    // "p" asks for a name that hardly any receiver looks up; the others belong to explanations.
    default: "unknown"
    }
  }

  private static func transformed(_ value: String, keep: Int?, reversed: Bool, delimiters: String) -> String {
    var labels = value.split(omittingEmptySubsequences: false) { delimiters.contains($0) }
    if reversed { labels.reverse() }
    return labels.suffix(keep ?? labels.count).joined(separator: ".")
  }
}
