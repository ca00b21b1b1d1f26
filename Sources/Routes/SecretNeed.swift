import Mail

/// A secret that a route cannot do without.
package struct SecretNeed: Sendable, Equatable {
  /// "routes.office.clientSecret".
  package let name: String
  /// The entry of the catalogue of failures for where it is not set: what it is for, and how it is put there.
  package let id: String
  /// By the words in braces of that entry; never the secret's own.
  package let values: [String: String]
}

extension Route {
  /// The secrets that have to be set before the route can be used.
  package var neededSecrets: [SecretNeed] {
    if let tokens { return [need("routes.\(name).\(tokens.grant.secret)", id(of: tokens.grant))] }
    if username == nil || authentication == .none { return [] }
    return [need(passwordSecret, "route.password-unset")]
  }

  private func need(_ secret: String, _ id: String) -> SecretNeed {
    SecretNeed(name: secret, id: id, values: ["secret": secret, "route": name, "user": username ?? ""])
  }

  /// A refresh token is nothing that a person could type: it comes of signing in.
  private func id(of grant: Grant) -> String {
    grant.leavesRefreshToken ? "route.sign-in-missing" : "route.token-secret-unset"
  }
}
