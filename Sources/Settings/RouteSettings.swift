import JSON

/// One way out, as configured; what is nil follows from the preset (see the room of the routes).
package struct RouteSettings: Sendable, Equatable {
  package var name: String
  package var preset: String
  package var server: String?
  package var port: Int?
  package var username: String?
  package var auth: String
  package var tls: TLS
  package var insecureCredentials: Bool
  package var reaches: String?
  package var senders: [String]
  package var limits: LimitSettings
  package var domain: String?
  package var tenant: String?
  package var clientID: String?
  package var grant: String?
  package var authority: String?

  init(_ keys: inout Keys) {
    name = keys.text("name", .routeName, "lower-case letters, digits and _; secrets are named after it") ?? ""
    preset = keys.choice("preset", PresetNames.all, default: "smtp", "the submission method")
    server = keys.text("server", .host, "name or address of the mail server; null: the preset's")
    port = keys.integer(
      "port", 1...65535, "null: the preset's; for smtp: 587 with starttls or a user name, 465 with implicit, else 25")
    username = keys.text("username", .line, "the user name to sign in with; null: no sign-in")
    auth = keys.choice(
      "auth", ["auto", "none", "login", "plain", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"],
      default: "auto", "SASL mechanism; auto: the preset's, else the best the server offers")
    tls = keys.group("tls", "TLS requirements", TLS.init)
    insecureCredentials = keys.flag(
      "insecureCredentials", default: false, "sign in without verified TLS, on private networks only")
    reaches = keys.choice(
      "reaches", ["anyone", "internal"], "whom this route reaches; null: the preset's")
    senders = keys.texts(
      "senders", each: .addressOrDomain,
      "further addresses and domains that this route may send as")
    limits = keys.group(
      "limits", "sending limits; null: the preset's, 0: no limit", LimitSettings.init)
    domain = keys.text(
      "domain", .hostname, "the domain whose mail exchanger accepts the mail, or the relay's domain")
    tenant = keys.text("tenant", .line, "the Microsoft 365 tenant: one of its domains, or its ID")
    clientID = keys.text("clientID", .line, "the OAuth client ID of the application")
    grant = keys.choice(
      "grant",
      [
        "client-secret", "client-certificate", "device-code", "authorization-code", "service-account", "password",
      ], "the OAuth grant; null: the preset's first")
    authority = keys.text("authority", .webAddress, "the OAuth authority; null: the preset's")
  }

  /// A route of which only this is said.
  package init(name: String, preset: String? = nil, server: String? = nil, username: String? = nil) {
    self = Keys.values(of: .object([]), by: RouteSettings.init)
    self.name = name
    self.preset = preset ?? self.preset
    self.server = server
    self.username = username
  }
}

extension RouteSettings {
  package struct TLS: Sendable, Equatable {
    package var mode: String?
    package var floor: String?
    package var verify: String
    package var caFile: String?
    package var serverName: String?
    package var pins: [String]
    package var certificate: String?
    package var key: String?

    init(_ keys: inout Keys) {
      mode = keys.choice(
        "mode", ["starttls", "implicit", "opportunistic", "off"],
        "how TLS starts; null: the preset's, for smtp: implicit on port 465, else starttls")
      floor = keys.choice(
        "floor", ["1.0", "1.1", "1.2", "1.3"],
        "the minimum TLS version; null: 1.2, with m365-legacy-tls 1.0")
      verify = keys.choice(
        "verify", ["full", "pin", "dane", "none"], default: "full",
        "how the server is verified: by certificate authorities, pinned key, DNSSEC (DANE), or not at all")
      caFile = keys.text("caFile", .path, "root certificates (PEM), instead of network.caFile and the system's")
      serverName = keys.text(
        "serverName", .hostname, "the name that the certificate must have; null: the server's")
      pins = keys.texts(
        "pin", each: .line,
        "for verify \"pin\": SHA-256 of each accepted public key, \"sha256//BASE64\" or hexadecimal")
      certificate = keys.text("certificate", .path, "PEM file of the client certificate with its whole chain")
      key = keys.text(
        "key", .path, "PEM file of its key, readable only by its owner; may be the same file")
    }
  }
}

/// A route's `limits`; nil: as the preset has it, 0: no limit.
package struct LimitSettings: Sendable, Equatable {
  package var messagesPerMinute: Int?
  package var messagesPerHour: Int?
  package var messagesPerDay: Int?
  package var recipientsPerMinute: Int?
  package var recipientsPerHour: Int?
  package var recipientsPerDay: Int?
  package var recipientsPerMessage: Int?
  package var bytesPerMessage: Int?
  package var connections: Int?
  package var account: String?

  /// The most that a limit of number or size may say; no server has one beyond it.
  private static let greatest = 0...Int(Int32.max)

  init(_ keys: inout Keys) {
    messagesPerMinute = keys.integer("messagesPerMinute", Self.greatest, "messages per minute")
    messagesPerHour = keys.integer("messagesPerHour", Self.greatest, "messages per hour")
    messagesPerDay = keys.integer("messagesPerDay", Self.greatest, "messages per day")
    recipientsPerMinute = keys.integer("recipientsPerMinute", Self.greatest, "recipients per minute")
    recipientsPerHour = keys.integer("recipientsPerHour", Self.greatest, "recipients per hour")
    recipientsPerDay = keys.integer("recipientsPerDay", Self.greatest, "recipients per day")
    recipientsPerMessage = keys.integer(
      "recipientsPerMessage", Self.greatest, "recipients per message; more are split")
    bytesPerMessage = keys.integer(
      "bytesPerMessage", Self.greatest, "bytes per message, encoded; more are split")
    connections = keys.integer("connections", Self.greatest, "concurrent connections")
    account = keys.text(
      "account", .line,
      "the account with these limits, if routes share one; null: the user, for azure-email the resource or tenant"
    )
  }
}
