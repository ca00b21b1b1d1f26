/// Which SASL mechanism a route asks for.
package enum Authentication: String, Sendable, CaseIterable {
  /// The best of what the server lists and we serve; none where no user name is set.
  case auto
  case none
  case login
  case plain
  case cramMD5 = "cram-md5"
  case scramSHA256 = "scram-sha-256"
  /// With an access token in place of a password, as Google and Microsoft have it.
  case xoauth2
  /// The same as the standard has it (RFC 7628).
  case oauthBearer = "oauthbearer"
}

/// A user name with what proves it. No description of it shows the secret.
package struct SMTPCredentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  enum Proof: Sendable, Equatable {
    case password(String)
    /// An OAuth 2 access token.
    case token(String)
  }

  package let username: String
  let proof: Proof

  package init(username: String, password: String) {
    self.username = username
    proof = .password(password)
  }

  package init(username: String, token: String) {
    self.username = username
    proof = .token(token)
  }

  /// The secret itself.
  var secret: String {
    switch proof {
    case .password(let secret), .token(let secret): secret
    }
  }

  package var description: String { "credentials of \(username)" }
  package var customMirror: Mirror { Mirror(self, children: ["username": username]) }
}
