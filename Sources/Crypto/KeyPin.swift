import Base

/// A public key, known by the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 section 2.4). It stays the same when a
/// certificate is renewed with its key.
package struct KeyPin: Sendable, Hashable, CustomStringConvertible {
  package let digest: [UInt8]
  private static let digestBytes = 32
  private static let mark = "sha256//"

  init(publicKey: [UInt8]) { digest = SHA256.hash(publicKey) }

  /// - Parameter text: 64 hexadecimal digits, with colons or without, or Base64; "sha256//" may stand before it, as
  ///   curl writes it. Nil for anything else.
  package init?(_ text: String) {
    let bare = text.hasPrefix(Self.mark) ? text.dropFirst(Self.mark.count) : text[...]
    guard let bytes = Self.bytes(hexadecimal: bare) ?? decodedBase64(bare), bytes.count == Self.digestBytes else {
      return nil
    }
    digest = bytes
  }

  private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
    let digits = text.filter { $0 != ":" }.compactMap(\.hexDigitValue)
    guard digits.count == 2 * digestBytes, text.allSatisfy({ $0 == ":" || $0.isHexDigit }) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// As curl and ``init(_:)`` read it.
  package var description: String { Self.mark + base64(digest) }
}
