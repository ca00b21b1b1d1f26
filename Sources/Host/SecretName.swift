import Base

/// The name of a secret: where it is used.
package struct SecretName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  /// The forms a name can have, for people.
  package static let forms = [
    "routes.<route>.password", "routes.<route>.clientSecret", "routes.<route>.refreshToken", "dkim.privateKey",
    "dkim.secondPrivateKey", "console.password",
  ]

  package init(_ text: String) throws(SecretFault) {
    guard SecretName.isKnown(text) else { throw .unknownName(text.onOneLine(limit: 80)) }
    self.text = text
  }

  package var description: String { text }

  package static func < (left: SecretName, right: SecretName) -> Bool { left.text < right.text }

  /// The variable that may hold it: the dots, which a variable's name cannot have, are underscores.
  package var variable: String {
    EnvironmentSecrets.prefix + String(text.uppercased().map { $0 == "." ? "_" : $0 })
  }

  private static func isKnown(_ text: String) -> Bool {
    if ["dkim.privateKey", "dkim.secondPrivateKey", "console.password"].contains(text) { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "routes", isRouteName(parts[1]) else { return false }
    return ["password", "clientSecret", "refreshToken"].contains(parts[2])
  }

  private static func isRouteName(_ name: Substring) -> Bool {
    let isAllowed = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) || byte == 95 }
    // Names become file names, which have 255 bytes.
    return !name.isEmpty && name.utf8.count <= 200 && name.utf8.allSatisfy(isAllowed)
  }
}
