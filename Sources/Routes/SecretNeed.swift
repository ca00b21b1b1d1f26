import Mail

/// A secret that a route cannot do without.
package struct SecretNeed: Sendable, Equatable {
  /// "routes.office.clientSecret".
  package let name: String
  /// "to sign in as a@example.com by route office".
  package let purpose: String
  /// How it is put there.
  package let step: String
}

extension Route {
  /// The secrets that have to be set before the route can be used.
  package var neededSecrets: [SecretNeed] {
    if let tokens { return [need(of: tokens.grant)] }
    guard let username, authentication != .none else { return [] }
    return [
      SecretNeed(
        name: passwordSecret, purpose: "to sign in as \(username) by route \(name)",
        step: "Set it: platen secret set \(passwordSecret)")
    ]
  }

  /// What to say where one of them is not set; nil where all are.
  ///
  /// - Parameter isSet: whether there is a secret of a name.
  package func missingSecret(_ isSet: (String) -> Bool) -> RouteError? {
    neededSecrets.first { !isSet($0.name) }.map { need in
      RouteError(
        key: need.name, message: "the secret \(need.name) is not set; it is needed \(need.purpose)", step: need.step)
    }
  }

  private func need(of grant: Grant) -> SecretNeed {
    let secret = "routes.\(name).\(grant.secret)"
    return SecretNeed(
      name: secret, purpose: "to get tokens for \(username ?? "") by route \(name)",
      step: grant.leavesRefreshToken
        ? "Sign in once: platen authorize \(name)" : "Set it: platen secret set \(secret)")
  }
}
