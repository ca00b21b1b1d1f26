package import Crypto
package import Mail

/// One way out: a server, how to reach it, as whom, and within which bounds.
package struct Route: Sendable, Equatable {
  /// How TLS comes about.
  package enum TLSMode: String, Sendable, Codable, CaseIterable {
    /// EHLO, STARTTLS, and nothing before it but that; without it no message goes.
    case starttls
    /// TLS from the first byte (RFC 8314).
    case implicit
    /// STARTTLS where offered. Never with credentials (unless `insecureCredentials` allows it).
    case opportunistic
    case off
  }

  package var name: String
  package var preset: String
  package var server: String
  package var port: Int
  package var username: String?
  package var authentication: Authentication
  package var tlsMode: TLSMode
  package var tls: TLSPolicy
  /// Lets AUTH run without verified TLS, towards a private address only.
  package var insecureCredentials: Bool

  /// The name of the secret that holds the password.
  package var passwordSecret: String { "routes.\(name).password" }

  package init(
    name: String, preset: String = "smtp", server: String, port: Int, username: String? = nil,
    authentication: Authentication = .auto, tlsMode: TLSMode = .starttls, tls: TLSPolicy = TLSPolicy(),
    insecureCredentials: Bool = false
  ) {
    self.name = name
    self.preset = preset
    self.server = server
    self.port = port
    self.username = username
    self.authentication = authentication
    self.tlsMode = tlsMode
    self.tls = tls
    self.insecureCredentials = insecureCredentials
  }
}
