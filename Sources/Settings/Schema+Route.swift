import JSON

// The keys of a route.
extension SchemaShape {
  private static let grants = [
    "client-secret", "client-certificate", "device-code", "authorization-code", "service-account", "password",
  ]

  static let route: [SchemaKey] = [
    .value("name", .text(.routeName), .null, "lower-case letters, digits and _; secrets are named after it"),
    .value("preset", .choice(PresetNames.all, later: []), .string("smtp"), "the method of submission"),
    .value("server", .text(.host), .null, "name or address of the mail server; null: the preset's"),
    .value(
      "port", .integer(1...65535), .null,
      "null: the preset's; of smtp: 587 with starttls or a user name, 465 with implicit, else 25"),
    .value("username", .text(.line), .null, "whom to sign in as; null: no sign-in"),
    .value(
      "auth",
      .choice(
        ["auto", "none", "login", "plain", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"], later: []),
      .string("auto"), "SASL mechanism; auto: the preset's, else the best that the server offers"),
    .group("tls", "what the connection must be like", tls),
    .value("insecureCredentials", .boolean, .boolean(false), "sign in without verified TLS, in private networks only"),
    .value(
      "reaches", .choice(["anyone", "internal"], later: []), .null,
      "whom this route may carry to; null: as the preset has it"),
    .value(
      "senders", .list(of: .text(.addressOrDomain)), .array([]),
      "addresses and domains that this route may send as, beside what its method allows"),
    .group("limits", "what the method can take; null: as the preset has it, 0: no limit", limits),
    .value(
      "domain", .text(.hostname), .null, "the domain whose mail exchanger takes the mail, or which the relay knows"),
    .value("tenant", .text(.line), .null, "the Microsoft 365 tenant: a domain of it, or its id"),
    .value("clientID", .text(.line), .null, "the application's id for OAuth"),
    .value("grant", .choice(grants, later: []), .null, "how tokens are had; null: the preset's first"),
    .value("authority", .text(.webAddress), .null, "the OAuth authority; null: the preset's"),
  ]

  private static let tls: [SchemaKey] = [
    .value(
      "mode", .choice(["starttls", "implicit", "opportunistic", "off"], later: []), .null,
      "how TLS comes about; null: the preset's, of smtp: implicit on port 465, else starttls"),
    .value(
      "floor", .choice(["1.0", "1.1", "1.2", "1.3"], later: []), .null,
      "the oldest TLS that is spoken; null: 1.2, with m365-legacy-tls 1.0"),
    .value(
      "verify", .choice(["full", "pin", "dane", "none"], later: []), .string("full"),
      "how the server is verified: by authorities, by its own key, by its signed zone, or not at all"),
    .value("caFile", .text(.path), .null, "PEM roots in place of network.caFile and the system's"),
    .value("serverName", .text(.hostname), .null, "the name the certificate must carry; null: the server's"),
    .value(
      "pin", .list(of: .text(.line)), .array([]),
      "with verify \"pin\": SHA-256 of each public key that will do, \"sha256//BASE64\" or hexadecimal"),
    .value("certificate", .text(.path), .null, "PEM file of our own certificate with its whole chain"),
    .value("key", .text(.path), .null, "PEM file of its key, which none but its owner may read; may be the same file"),
  ]

  /// The most that a limit of number or size may say; no server has one beyond it.
  private static let greatestLimit = 0...Int(Int32.max)

  private static let limits: [SchemaKey] = [
    .value("messagesPerMinute", .integer(greatestLimit), .null, "messages a minute"),
    .value("messagesPerHour", .integer(greatestLimit), .null, "messages an hour"),
    .value("messagesPerDay", .integer(greatestLimit), .null, "messages a day"),
    .value("recipientsPerMinute", .integer(greatestLimit), .null, "recipients a minute"),
    .value("recipientsPerHour", .integer(greatestLimit), .null, "recipients an hour"),
    .value("recipientsPerDay", .integer(greatestLimit), .null, "recipients a day"),
    .value("recipientsPerMessage", .integer(greatestLimit), .null, "recipients a message; more go in several"),
    .value("bytesPerMessage", .integer(greatestLimit), .null, "bytes a message, encoded; more go in several"),
    .value("connections", .integer(greatestLimit), .null, "connections at the same time"),
    .value(
      "account", .text(.line), .null,
      "whose limits these are, where routes share an account; null: the user's, of azure-email the resource's or tenant's"
    ),
  ]

  /// Names under which people look for secrets in the configuration; each is a `platen secret`.
  package static let secretNames: Set<String> = [
    "password", "clientSecret", "refreshToken", "privateKey", "secondPrivateKey", "serviceAccountKey",
  ]
}
