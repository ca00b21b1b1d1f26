import Base

/// Makes Message-IDs (RFC 5322 section 3.6.4).
package enum MessageID {
  /// 128 bits: clones of a device whose clocks start in the same second still never make the same.
  package static let randomBytes = 16

  /// "<32 hexadecimal digits@domain>".
  ///
  /// - Parameter domain: that of the sender's address.
  package static func make(random: [UInt8], domain: String) -> String {
    precondition(random.count == randomBytes, "a Message-ID takes \(randomBytes) random bytes")
    return "<\(hexadecimal(random))@\(domain)>"
  }

  static func check(_ text: String) throws(MessageError) {
    let inner = text.utf8.dropFirst().dropLast()
    let isOne =
      text.hasPrefix("<") && text.hasSuffix(">") && inner.count <= 254
      && inner.allSatisfy { 33..<127 ~= $0 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
      && inner.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).map(\.isEmpty) == [false, false]
    if !isOne { throw .messageID(text) }
  }
}

/// Makes the boundaries between the parts of a message (RFC 2046 section 5.1.1).
package enum Boundary {
  package static let randomBytes = 16
  /// Neither base64 nor quoted-printable can have these two next to each other (RFC 2045 section 6.7); a binary file can, and
  /// then it is the 128 random bits, made after the file was, that keep them apart.
  private static let mark = "=_"

  package static func make(random: [UInt8]) -> String {
    precondition(random.count == randomBytes, "a boundary takes \(randomBytes) random bytes")
    return mark + hexadecimal(random)
  }

  static func check(_ text: String) throws(MessageError) {
    let rest = text.utf8.dropFirst(mark.utf8.count)
    guard text.hasPrefix(mark), 1...68 ~= rest.count, rest.allSatisfy(AddressGrammar.isAlphanumeric) else {
      throw .boundary(text)
    }
  }
}
