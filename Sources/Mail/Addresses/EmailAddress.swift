import Base

/// An address as SMTP carries it (RFC 5321 section 4.1.2): `local-part@domain`, ASCII only, no display name.
///
/// Safe to send unchanged: no control characters, no angle brackets outside quotes.
/// Addresses are equal when their domains are, letter case aside, and their local parts are exactly.
package struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
  /// As on the wire: a dot-atom, or a quoted string where it has to be one (the minimum of quoting, as RFC 5321 asks).
  package let localPart: String
  /// A host name, `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
  package let domain: String

  package var text: String { localPart + "@" + domain }
  package var description: String { text }

  /// RFC 5321 section 4.5.3.1: 64 octets for the local part; a path has 256, of which two are its angle brackets.
  private static let localPartLimit = 64
  private static let lengthLimit = 254

  package init(_ text: String) throws(AddressError) {
    func refuse(_ problem: AddressError.Problem) -> AddressError { AddressError(text, problem) }

    if text.isEmpty { throw refuse(.empty) }
    let isQuoted = text.utf8.first == UInt8(ascii: "\"")
    if !isQuoted, text.utf8.contains(where: ",;".utf8.contains) { throw refuse(.several) }
    if let control = text.firstControl { throw refuse(.controlCharacter(control)) }
    let (local, domain): (Substring, Substring)
    do throws(AddressError.Problem) {
      (local, domain) = try Self.split(text)
      self.localPart = try AddressGrammar.localPart(local)
      self.domain = try AddressGrammar.domain(domain)
    } catch {
      throw refuse(error)
    }
    if localPart.utf8.count > Self.localPartLimit { throw refuse(.localPartTooLong(localPart.utf8.count)) }
    let length = localPart.utf8.count + 1 + self.domain.utf8.count
    if length > Self.lengthLimit { throw refuse(.tooLong(length)) }
  }

  /// At the last "@": one inside a quoted local part is not the separator.
  private static func split(_ text: String) throws(AddressError.Problem) -> (Substring, Substring) {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { throw .noAt }
    let (local, domain) = (text[..<at], text[text.utf8.index(after: at)...])
    if local.isEmpty { throw .noLocalPart }
    if domain.isEmpty { throw .noDomain }
    return (local, domain)
  }

  /// Whether mail to both ends in one mailbox, as every server in use has it: letter case aside on both sides.
  package func isSameMailbox(as other: EmailAddress) -> Bool { text.lowercased() == other.text.lowercased() }

  package static func == (left: EmailAddress, right: EmailAddress) -> Bool {
    left.localPart == right.localPart && left.domain.lowercased() == right.domain.lowercased()
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(localPart)
    hasher.combine(domain.lowercased())
  }
}

extension String {
  /// The first character that ends or hides a line: C0, DEL, C1, and Unicode's line and paragraph separators.
  var firstControl: Unicode.Scalar? { unicodeScalars.first { $0.isControl } }
}

extension Unicode.Scalar {
  var isControl: Bool {
    switch value {
    case 0..<32, 127..<160, 0x2028, 0x2029: true
    default: false
    }
  }

  /// "U+000A".
  package var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
