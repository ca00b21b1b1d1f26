import Base
package import Diagnosis

/// The name of a secret: where it is used.
package struct SecretName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  /// The forms a name can have, for people.
  package static let forms = [
    "routes.<route>.password", "routes.<route>.clientSecret", "routes.<route>.refreshToken",
    "routes.<route>.privateKey", "routes.<route>.serviceAccountKey", "dkim.privateKey", "dkim.secondPrivateKey",
    "console.password",
  ]

  package init(_ text: String) throws(Failure) {
    guard SecretName.isKnown(text) else { throw .unknownSecret(text.onOneLine(limit: 80)) }
    self.text = text
  }

  package var description: String { text }

  package static func < (left: SecretName, right: SecretName) -> Bool { left.text < right.text }

  private static let routeSecrets: Set<Substring> = [
    "password", "clientSecret", "refreshToken", "privateKey", "serviceAccountKey",
  ]

  /// Kept by the program itself, beside what it was bought with.
  private static let accessToken: Substring = "accessToken"

  /// A secret of a route: "refreshToken" of "office".
  package init(_ kind: String, ofRoute route: String) throws(Failure) { try self.init("routes.\(route).\(kind)") }

  /// The route and what it is there, of a route's secret.
  package var use: (route: String, kind: String)? {
    let parts = text.split(separator: ".").map(String.init)
    return parts.count == 3 ? (parts[1], parts[2]) : nil
  }

  /// The access token that the secret buys: another secret makes it stale; nil where it is one itself, or buys none.
  package var accessToken: SecretName? {
    guard let use, use.kind != Self.accessToken else { return nil }
    return try? SecretName(String(Self.accessToken), ofRoute: use.route)
  }

  /// The variable that may hold it: the dots, which a variable's name cannot have, are underscores.
  package var variable: String {
    EnvironmentSecrets.prefix + String(text.uppercased().map { $0 == "." ? "_" : $0 })
  }

  private static func isKnown(_ text: String) -> Bool {
    if ["dkim.privateKey", "dkim.secondPrivateKey", "console.password"].contains(text) { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "routes", isRouteName(parts[1]) else { return false }
    return parts[2] == accessToken || routeSecrets.contains(parts[2])
  }

  private static func isRouteName(_ name: Substring) -> Bool {
    let isAllowed = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) || byte == 95 }
    // Names become file names, which have 255 bytes.
    return !name.isEmpty && name.utf8.count <= 200 && name.utf8.allSatisfy(isAllowed)
  }
}
