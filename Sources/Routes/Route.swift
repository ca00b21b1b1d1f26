package import Crypto
package import Mail

/// One configured way to send: a server, how to reach it, the credentials, and its limits.
package struct Route: Sendable, Equatable {
  /// How TLS comes about.
  package enum TLSMode: String, Sendable, CaseIterable {
    /// EHLO, STARTTLS, and nothing before it but that; without it no message goes.
    case starttls
    /// TLS from the first byte (RFC 8314).
    case implicit
    /// STARTTLS where offered. Never with credentials (unless `insecureCredentials` allows it).
    case opportunistic
    case off
  }

  /// What ``server`` names.
  package enum Finding: String, Sendable {
    /// The host to connect to.
    case host
    /// A domain whose mail exchangers are to be looked up; the host's name is never derived from it.
    case mailExchanger
  }

  /// Our own certificate, as files.
  package struct ClientCertificate: Sendable, Hashable {
    /// PEM: the certificate, then its intermediates; without them the peer cannot verify it.
    package var chainFile: String
    package var keyFile: String

    package init(chainFile: String, keyFile: String) {
      self.chainFile = chainFile
      self.keyFile = keyFile
    }
  }

  package var name: String
  package var preset: String
  package var server: String
  package var finding = Finding.host
  /// The tenant's mail exchanger requires reverse DNS and SPF of IPv6 senders, which few sites have.
  package var prefersIPv4 = false
  package var port: Int
  package var username: String?
  package var authentication: Authentication
  /// Where the route signs in with a token in place of a password.
  package var tokens: TokenSource?
  package var tlsMode: TLSMode
  package var tls: TLSPolicy
  package var certificate: ClientCertificate?
  /// Lets AUTH run without verified TLS, towards a private address only.
  package var insecureCredentials: Bool
  package var senderRule = SenderRule.anyone
  /// Addresses and domains that may be the sender, whatever the rule says.
  package var senders: [String] = []
  /// The domains that the service holds for the customer, in small letters.
  package var acceptedDomains: [String] = []
  package var reach = Reach.anyone
  package var limits = Limits.none
  /// The account of the limits: routes with the same account share them.
  package var account: String

  /// Whether AUTH may be as long as RFC 4954 section 4 lets a line of an exchange be, so that a token goes on it. The
  /// documents of Microsoft show it so, for Microsoft's own servers. Google's refuse what is longer than a command may
  /// be (555 5.5.2), Dovecot's too, and Postfix cuts it off and takes the rest for commands.
  package var takesTokensOnTheLine: Bool {
    guard let tokens, tokens.service != .google else { return false }
    return Preset.named(preset)?.host.value == .named(server)
  }

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
    account = "smtp:\(server):\(username ?? "")".lowercased()
  }
}
