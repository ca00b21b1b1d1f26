/// The productions of RFC 5321 section 4.1.2 and 4.1.3 that make an address.
enum AddressGrammar {
  /// The local part in its shortest form on the wire. The text has no control characters.
  static func localPart(_ text: Substring) throws(AddressError.Problem) -> String {
    if let scalar = text.unicodeScalars.first(where: { !$0.isASCII }) { throw .localPartNotASCII(scalar) }
    let written = Array(text.utf8)
    guard written.first == quote else {
      try checkDotAtom(written)
      return String(text)
    }
    let value = try unquoted(written)
    if value.isEmpty { throw .noLocalPart }
    return isDotAtom(value) ? String(decoding: value, as: UTF8.self) : quoted(value)
  }

  /// The domain as it was written, once it is known to be a host name or an address literal.
  static func domain(_ text: Substring) throws(AddressError.Problem) -> String {
    if let scalar = text.unicodeScalars.first(where: { !$0.isASCII }) { throw .domainNotASCII(scalar) }
    if text.hasPrefix("[") { return try literal(text) }
    if isIPv4(text) || isIPv6(text) { throw .bareIPAddress(isIPv4(text) ? String(text) : "IPv6:" + text) }
    for label in text.utf8.split(separator: dot, omittingEmptySubsequences: false) where !isLabel(label) {
      throw .label(String(Substring(label)))
    }
    return String(text)
  }

  /// RFC 5322 section 3.2.3: what an atom is made of.
  static func isAtomText(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// A quoted string (RFC 5322 section 3.2.4) of printable ASCII, with only the escapes it needs.
  static func quoted(_ value: some Sequence<UInt8>) -> String {
    var text: [UInt8] = [quote]
    for byte in value {
      if byte == quote || byte == backslash { text.append(backslash) }
      text.append(byte)
    }
    return String(decoding: text + [quote], as: UTF8.self)
  }

  /// What a quoted string says; the text begins with its opening quotation mark.
  static func unquoted(_ written: [UInt8]) throws(AddressError.Problem) -> [UInt8] {
    var value: [UInt8] = []
    var rest = written.dropFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case quote:
        if let next = rest.first { throw .character(Unicode.Scalar(next)) }
        return value
      case backslash:
        guard let escaped = rest.popFirst() else { throw .openQuote }
        value.append(escaped)
      default: value.append(byte)
      }
    }
    throw .openQuote
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
  private static let dot = UInt8(ascii: ".")

  private static func isDotAtom(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: dot, omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy(isAtomText)
    }
  }

  private static func checkDotAtom(_ bytes: [UInt8]) throws(AddressError.Problem) {
    if let byte = bytes.first(where: { !isAtomText($0) && $0 != dot }) { throw .character(Unicode.Scalar(byte)) }
    if !isDotAtom(bytes) { throw .misplacedDot }
  }

  /// Letters, digits and inner hyphens (RFC 1123 section 2.1).
  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    guard 1...63 ~= label.count, label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return false }
    return label.allSatisfy { $0 == UInt8(ascii: "-") || isAlphanumeric($0) }
  }
}

/// Address literals.
extension AddressGrammar {
  /// `[192.0.2.1]` or `[IPv6:2001:db8::1]`; the tag is written as registered, whatever its case was.
  private static func literal(_ text: Substring) throws(AddressError.Problem) -> String {
    let inner = text.dropFirst().dropLast()
    guard text.hasSuffix("]") else { throw .literal(String(text)) }
    if isIPv4(inner) { return String(text) }
    let tag = "IPv6:"
    guard inner.prefix(tag.count).lowercased() == tag.lowercased(), isIPv6(inner.dropFirst(tag.count)) else {
      throw .literal(String(text))
    }
    return "[\(tag)\(inner.dropFirst(tag.count))]"
  }

  /// Four decimal numbers; leading zeros, which some read as octal, are refused.
  static func isIPv4(_ text: Substring) -> Bool {
    let numbers = text.utf8.split(separator: dot, omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { number in
        1...3 ~= number.count && number.allSatisfy { 0x30...0x39 ~= $0 }
          && UInt8(Substring(number)).map { String($0).utf8.elementsEqual(number) } == true
      }
  }

  /// RFC 4291 section 2.2, without a zone.
  static func isIPv6(_ text: Substring) -> Bool {
    // Almost none is one, and every domain that is read back from the spool is asked.
    guard text.utf8.contains(UInt8(ascii: ":")) else { return false }
    var groups = text.split(separator: ":", omittingEmptySubsequences: false)
    guard groups.count >= 3 else { return false }
    // "::" at an end leaves two empty groups there, of which one is the gap; a single colon at an end is a slip.
    if groups[0].isEmpty {
      guard groups.removeFirst() == groups[0] else { return false }
    }
    if let last = groups.last, last.isEmpty, groups.count > 1 {
      groups.removeLast()
      guard groups.last == last else { return false }
    }
    let gaps = groups.count { $0.isEmpty }
    let embedded = groups.last.map(isIPv4) == true ? groups.popLast() : nil
    let written = groups.count - gaps + (embedded == nil ? 0 : 2)
    guard gaps == 0 ? written == 8 : gaps == 1 && written <= 7 else { return false }
    return groups.allSatisfy { group in
      group.utf8.count <= 4 && group.unicodeScalars.allSatisfy { $0.properties.isASCIIHexDigit }
    }
  }
}
