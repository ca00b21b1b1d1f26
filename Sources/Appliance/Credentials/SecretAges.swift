package import Base
import Crypto
package import Diagnosis
package import Host
package import Routes
import Settings

/// A secret that is kept, without its value, and what is known of its age.
package struct SecretAge: Sendable, Equatable {
  package let name: SecretName
  package let modified: WallTime
  /// Of a refresh token: when it last bought a token.
  package var lastUsed: WallTime?
  /// When it ends, where that is known.
  package var ends: WallTime?
  package var state = CredentialAge.State.unknown
  /// What else there is to say of it.
  package var note: String?
}

extension SecretStore {
  /// The secrets that are kept, with their ages by the routes that use them.
  package func ages(for routes: [Route], at now: Moment) throws(Failure) -> [SecretAge] {
    let entries = try list()
    return entries.map { entry in
      var age = SecretAge(name: entry.name, modified: entry.modified)
      if let use = entry.name.use, let route = routes.first(where: { $0.name == use.route }), let source = route.tokens
      {
        tell(&age, use.kind, source, now)
      }
      return age
    }
  }

  /// A secret that cannot be opened is listed all the same, with nothing known.
  private func tell(_ age: inout SecretAge, _ kind: String, _ source: TokenSource, _ now: Moment) {
    switch kind {
    case "refreshToken" where source.grant.leavesRefreshToken: tellOfRefreshToken(&age, source.service, now)
    case "clientSecret" where source.service != .google:
      // An application's secret is at least as old as its copy here.
      end(&age, WallTime(seconds: age.modified.seconds + Self.longestSecretLife), now)
      age.note = "at the latest; see the application registration for the exact date"
    case "privateKey" where source.grant == .clientCertificate:
      let pem = (try? value(of: age.name)) ?? nil
      if let pem, let end = try? CertificateIdentity.end(pem: pem) { self.end(&age, end, now) }
    case "password" where source.grant == .password: age.note = source.grant.warning
    case "accessToken": age.note = "requested and renewed automatically"
    default: break
    }
  }

  /// Entra's registrations allow 24 months at most.
  private static let longestSecretLife: Int64 = 730 * 86_400

  private func tellOfRefreshToken(_ age: inout SecretAge, _ service: OAuthService, _ now: Moment) {
    let cache = age.name.accessToken.flatMap { name in (try? value(of: name)) ?? nil }
    let bought = KeptToken(cache).token?.received.wall
    let used = max(age.modified, bought ?? age.modified)
    age.lastUsed = used
    age.ends = service.refreshTokenIdleLife.map { WallTime(seconds: used.seconds + $0.components.seconds) }
    age.state = CredentialAge.state(lastUsed: used, of: service, at: now.wall)
    age.note = "unless used before"
  }

  private func end(_ age: inout SecretAge, _ end: WallTime, _ now: Moment) {
    age.ends = end
    age.state = CredentialAge.state(ending: end, at: now.wall)
  }

  /// Keeps a secret that a person gives; a token that another one bought is dropped.
  package func replace(_ name: SecretName, with value: [UInt8]) throws(Failure) {
    try edit { (edit) throws(Failure) in
      try edit.set(name, to: value)
      if let stale = name.accessToken { try edit.unset(stale) }
    }
  }

  /// Removes a secret, and the token that it bought; false where there was none.
  @discardableResult
  package func remove(_ name: SecretName) throws(Failure) -> Bool {
    try edit { (edit) throws(Failure) in
      let wasThere = try edit.unset(name)
      if let stale = name.accessToken { try edit.unset(stale) }
      return wasThere
    }
  }
}

extension Site {
  /// What may be wrong with a secret that has just been set: routes may come later, and names have slips.
  package func doubt(about secret: SecretName) -> String? {
    guard let use = secret.use, !routes.isEmpty, !routes.contains(where: { $0.name == use.route }) else { return nil }
    let near = nearestName(to: use.route, among: routes.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
    return "no route named \"\(use.route)\" yet" + near
  }
}
