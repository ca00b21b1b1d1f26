/// The SASL mechanisms that are served, by the names that servers list them under.
enum SASLMechanism: String, Sendable, CaseIterable {
  case plain = "PLAIN"
  case login = "LOGIN"
  case cramMD5 = "CRAM-MD5"
  case scramSHA256 = "SCRAM-SHA-256"
  case xoauth2 = "XOAUTH2"
  case oauthBearer = "OAUTHBEARER"

  /// The mechanisms that `wanted` allows, best first.
  ///
  /// - Parameter overTLS: the password would not be readable on the way; else what does not send it goes first.
  static func choices(_ wanted: Authentication, for credentials: SMTPCredentials, overTLS: Bool) -> [SASLMechanism] {
    switch (wanted, credentials.proof) {
    case (.none, _): []
    case (.auto, .token): [.xoauth2, .oauthBearer]
    case (.auto, .password) where overTLS: [.scramSHA256, .plain, .login, .cramMD5]
    case (.auto, .password): [.scramSHA256, .cramMD5, .plain, .login]
    case (.plain, _): [.plain]
    case (.login, _): [.login]
    case (.cramMD5, _): [.cramMD5]
    case (.scramSHA256, _): [.scramSHA256]
    case (.xoauth2, _): [.xoauth2]
    case (.oauthBearer, _): [.oauthBearer]
    }
  }
}
