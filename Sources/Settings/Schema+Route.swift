import JSON

// The keys of a route.
extension SchemaShape {
  /// Methods of submission by name; the room of the routes knows what is behind each.
  private static let presets = [
    "m365", "m365-oauth", "m365-legacy-tls", "m365-hve", "m365-hve-oauth", "azure-email", "azure-email-oauth",
    "m365-direct-send", "m365-relay", "gmail", "gmail-oauth", "gmail-relay", "smtp",
  ]

  private static let grants = [
    "client-secret", "client-certificate", "device-code", "authorization-code", "service-account", "password",
  ]

  static let route: [SchemaKey] = [
    .value("name", .text(.routeName), .null, "lower-case letters, digits and _; secrets are named after it"),
    .value("preset", .choice(presets, later: []), .string("smtp"), "the submission method"),
    .value("server", .text(.host), .null, "name or address of the mail server; null: the preset's"),
    .value(
      "port", .integer(1...65535), .null,
      "null: the preset's; for smtp: 587 with starttls or a user name, 465 with implicit, else 25"),
    .value("username", .text(.line), .null, "the user name to sign in with; null: no sign-in"),
    .value(
      "auth",
      .choice(
        ["auto", "none", "login", "plain", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"], later: []),
      .string("auto"), "SASL mechanism; auto: the preset's, else the best the server offers"),
    .group("tls", "TLS requirements", tls),
    .value("insecureCredentials", .boolean, .boolean(false), "sign in without verified TLS, on private networks only"),
    .value(
      "reaches", .choice(["anyone", "internal"], later: []), .null,
      "whom this route reaches; null: the preset's"),
    .value(
      "senders", .list(of: .text(.addressOrDomain)), .array([]),
      "further addresses and domains that this route may send as"),
    .group("limits", "sending limits; null: the preset's, 0: no limit", limits),
    .value(
      "domain", .text(.hostname), .null, "the domain whose mail exchanger accepts the mail, or the relay's domain"),
    .value("tenant", .text(.line), .null, "the Microsoft 365 tenant: one of its domains, or its ID"),
    .value("clientID", .text(.line), .null, "the OAuth client ID of the application"),
    .value("grant", .choice(grants, later: []), .null, "the OAuth grant; null: the preset's first"),
    .value("authority", .text(.webAddress), .null, "the OAuth authority; null: the preset's"),
  ]

  private static let tls: [SchemaKey] = [
    .value(
      "mode", .choice(["starttls", "implicit", "opportunistic", "off"], later: []), .null,
      "how TLS starts; null: the preset's, for smtp: implicit on port 465, else starttls"),
    .value(
      "floor", .choice(["1.0", "1.1", "1.2", "1.3"], later: []), .null,
      "the minimum TLS version; null: 1.2, with m365-legacy-tls 1.0"),
    .value(
      "verify", .choice(["full", "pin", "dane", "none"], later: []), .string("full"),
      "how the server is verified: by certificate authorities, pinned key, DNSSEC (DANE), or not at all"),
    .value("caFile", .text(.path), .null, "root certificates (PEM), instead of network.caFile and the system's"),
    .value("serverName", .text(.hostname), .null, "the name that the certificate must have; null: the server's"),
    .value(
      "pin", .list(of: .text(.line)), .array([]),
      "for verify \"pin\": SHA-256 of each accepted public key, \"sha256//BASE64\" or hexadecimal"),
    .value("certificate", .text(.path), .null, "PEM file of the client certificate with its whole chain"),
    .value("key", .text(.path), .null, "PEM file of its key, readable only by its owner; may be the same file"),
  ]

  /// The most that a limit of number or size may say; no server has one beyond it.
  private static let greatestLimit = 0...Int(Int32.max)

  private static let limits: [SchemaKey] = [
    .value("messagesPerMinute", .integer(greatestLimit), .null, "messages per minute"),
    .value("messagesPerHour", .integer(greatestLimit), .null, "messages per hour"),
    .value("messagesPerDay", .integer(greatestLimit), .null, "messages per day"),
    .value("recipientsPerMinute", .integer(greatestLimit), .null, "recipients per minute"),
    .value("recipientsPerHour", .integer(greatestLimit), .null, "recipients per hour"),
    .value("recipientsPerDay", .integer(greatestLimit), .null, "recipients per day"),
    .value("recipientsPerMessage", .integer(greatestLimit), .null, "recipients per message; more are split"),
    .value("bytesPerMessage", .integer(greatestLimit), .null, "bytes per message, encoded; more are split"),
    .value("connections", .integer(greatestLimit), .null, "concurrent connections"),
    .value(
      "account", .text(.line), .null,
      "the account with these limits, if routes share one; null: the user, for azure-email the resource or tenant"
    ),
  ]

  /// Names under which people look for secrets in the configuration; each is a `platen secret`.
  package static let secretNames: Set<String> = [
    "password", "clientSecret", "refreshToken", "privateKey", "secondPrivateKey", "serviceAccountKey",
  ]
}
