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
    preset = keys.choice("preset", PresetNames.all, default: "smtp", "the method of submission")
    server = keys.text("server", .host, "name or address of the mail server; null: the preset's")
    port = keys.integer(
      "port", 1...65535, "null: the preset's; of smtp: 587 with starttls or a user name, 465 with implicit, else 25")
    username = keys.text("username", .line, "whom to sign in as; null: no sign-in")
    auth = keys.choice(
      "auth", ["auto", "none", "login", "plain", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"],
      default: "auto", "SASL mechanism; auto: the preset's, else the best that the server offers")
    tls = keys.group("tls", "what the connection must be like", TLS.init)
    insecureCredentials = keys.flag(
      "insecureCredentials", default: false, "sign in without verified TLS, in private networks only")
    reaches = keys.choice(
      "reaches", ["anyone", "internal"], "whom this route may carry to; null: as the preset has it")
    senders = keys.texts(
      "senders", each: .addressOrDomain,
      "addresses and domains that this route may send as, beside what its method allows")
    limits = keys.group(
      "limits", "what the method can take; null: as the preset has it, 0: no limit", LimitSettings.init)
    domain = keys.text(
      "domain", .hostname, "the domain whose mail exchanger takes the mail, or which the relay knows")
    tenant = keys.text("tenant", .line, "the Microsoft 365 tenant: a domain of it, or its id")
    clientID = keys.text("clientID", .line, "the application's id for OAuth")
    grant = keys.choice(
      "grant",
      [
        "client-secret", "client-certificate", "device-code", "authorization-code", "service-account", "password",
      ], "how tokens are had; null: the preset's first")
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
        "how TLS comes about; null: the preset's, of smtp: implicit on port 465, else starttls")
      floor = keys.choice(
        "floor", ["1.0", "1.1", "1.2", "1.3"],
        "the oldest TLS that is spoken; null: 1.2, with m365-legacy-tls 1.0")
      verify = keys.choice(
        "verify", ["full", "pin", "dane", "none"], default: "full",
        "how the server is verified: by authorities, by its own key, by its signed zone, or not at all")
      caFile = keys.text("caFile", .path, "PEM roots in place of network.caFile and the system's")
      serverName = keys.text(
        "serverName", .hostname, "the name the certificate must carry; null: the server's")
      pins = keys.texts(
        "pin", each: .line,
        "with verify \"pin\": SHA-256 of each public key that will do, \"sha256//BASE64\" or hexadecimal")
      certificate = keys.text("certificate", .path, "PEM file of our own certificate with its whole chain")
      key = keys.text(
        "key", .path, "PEM file of its key, which none but its owner may read; may be the same file")
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
    messagesPerMinute = keys.integer("messagesPerMinute", Self.greatest, "messages a minute")
    messagesPerHour = keys.integer("messagesPerHour", Self.greatest, "messages an hour")
    messagesPerDay = keys.integer("messagesPerDay", Self.greatest, "messages a day")
    recipientsPerMinute = keys.integer("recipientsPerMinute", Self.greatest, "recipients a minute")
    recipientsPerHour = keys.integer("recipientsPerHour", Self.greatest, "recipients an hour")
    recipientsPerDay = keys.integer("recipientsPerDay", Self.greatest, "recipients a day")
    recipientsPerMessage = keys.integer(
      "recipientsPerMessage", Self.greatest, "recipients a message; more go in several")
    bytesPerMessage = keys.integer(
      "bytesPerMessage", Self.greatest, "bytes a message, encoded; more go in several")
    connections = keys.integer("connections", Self.greatest, "connections at the same time")
    account = keys.text(
      "account", .line,
      "whose limits these are, where routes share an account; null: the user's, of azure-email the resource's or tenant's"
    )
  }
}
