import Base
import Glibc
import TestKit
import Testing

/// Something that an installer gets wrong about a route, what is said of it and what to do.
struct RouteMistake: Sendable, CustomTestStringConvertible {
  let name: String
  /// The inside of the configuration; FOLDER stands for that of the certificates.
  let configuration: String
  /// In the line that says what is wrong.
  let cause: [String]
  /// In what to do.
  let step: String
  /// Where the state folder says it, which `config validate` does not look into.
  let isOfState: Bool

  var testDescription: String { name }

  private init(
    _ name: String, route: String, identity: String = "address: \"scanner@contoso.com\"", more: String = "",
    cause: [String], step: String, isOfState: Bool = false
  ) {
    self.name = name
    configuration = "identity: { \(identity) }, routes: [\(route)], \(more)"
    self.cause = cause
    self.step = step
    self.isOfState = isOfState
  }

  private static func smtp(_ more: String) -> String { "{ name: \"office\", server: \"127.0.0.1\", port: 1, \(more) }" }
  private static func server(_ name: String) -> String { "{ name: \"office\", server: \"\(name)\" }" }
  private static func preset(_ preset: String, _ more: String) -> String {
    "{ name: \"office\", preset: \"\(preset)\", \(more) }"
  }
  private static func oauth(_ more: String) -> String {
    preset("m365-oauth", "username: \"scanner@contoso.com\", clientID: \"app\", \(more)")
  }
  private static func own(_ certificate: String, _ key: String) -> String {
    smtp("tls: { certificate: \"FOLDER/\(certificate)\", key: \"FOLDER/\(key)\" }")
  }

  static let all = methods + tenants + servers + senders + keys + files + secrets

  private static let methods = [
    RouteMistake(
      "a preset with a slip", route: preset("m365-oath", ""),
      cause: ["routes.office.preset", "m365-oath", "m365-oauth\""],
      step: "\"m365-oauth\""),
    RouteMistake(
      "a preset of no kind", route: preset("zebra", ""), cause: ["routes.office.preset", "zebra"], step: "m365-oauth"),
    RouteMistake(
      "a preset given twice", route: preset("m365", "preset: \"gmail\", username: \"a@contoso.com\""),
      cause: ["duplicate key 'preset'"], step: "Correct"),
    RouteMistake(
      "two routes of one name", route: smtp("") + "," + smtp(""), cause: ["routes.office"], step: "unique name"),
    RouteMistake(
      "settings of OAuth for a password", route: preset("m365", "username: \"a@contoso.com\", clientID: \"x\""),
      cause: ["routes.office.clientID", "m365", "password"], step: "platen config unset routes.office.clientID"),
    RouteMistake(
      "a tenant for a password", route: preset("m365-hve", "username: \"a@contoso.com\", tenant: \"contoso.com\""),
      cause: ["routes.office.tenant", "m365-hve"], step: "platen config unset routes.office.tenant"),
    RouteMistake(
      "a token's mechanism for a password", route: preset("m365", "username: \"a@contoso.com\", auth: \"xoauth2\""),
      cause: ["routes.office.auth", "xoauth2"], step: "routes.office.preset m365-oauth"),
    RouteMistake(
      "a password in the configuration", route: smtp("username: \"u\", password: \"x\""),
      cause: ["routes.office.password", "secret"], step: "platen secret set routes.office.password"),
    RouteMistake(
      "a mailbox without its domain", route: preset("m365", "username: \"scanner\""),
      cause: ["routes.office.username", "scanner", "full address"], step: "routes.office.username scanner@DOMAIN"),
    RouteMistake(
      "Azure's older user name, in part", route: preset("azure-email", "username: \"resource|app|tenant\""),
      cause: ["routes.office.username", "resource|app|tenant"], step: "portal"),
    RouteMistake(
      "Direct Send without a domain", route: preset("m365-direct-send", ""), cause: ["routes.office", "domain"],
      step: "platen config set routes.office.domain"),
  ]

  private static let tenants = [
    RouteMistake(
      "no tenant", route: oauth(""), cause: ["routes.office", "tenant", "m365-oauth"],
      step: "platen config set routes.office.tenant"),
    RouteMistake(
      "a tenant that is a whole URL", route: oauth("tenant: \"https://login.microsoftonline.com/contoso.com\""),
      cause: ["routes.office.tenant", "https://"], step: "platen config set routes.office.tenant DOMAIN"),
    RouteMistake(
      "a tenant that is a mail address", route: oauth("tenant: \"admin@contoso.com\""),
      cause: ["routes.office.tenant", "mail address"], step: "platen config set routes.office.tenant contoso.com"),
    RouteMistake(
      "a tenant by the firm's name", route: oauth("tenant: \"Contoso Ltd\""),
      cause: ["routes.office.tenant", "neither a domain nor a tenant ID"], step: "Tenant ID"),
    RouteMistake(
      "any tenant, for an application", route: oauth("tenant: \"common\", grant: \"client-secret\""),
      cause: ["routes.office.tenant", "common", "client-secret"], step: "Tenant ID"),
  ]

  private static let servers = [
    RouteMistake(
      "a host with its port", route: server("smtp.example.com:587"), cause: ["routes.office.server"],
      step: "set the port separately"),
    RouteMistake(
      "a host with a scheme", route: server("smtp://smtp.example.com"), cause: ["routes.office.server"],
      step: "without scheme"),
    RouteMistake(
      "a host that is a mail address", route: server("me@example.com"), cause: ["routes.office.server"],
      step: "mail address"),
    RouteMistake(
      "a host with a blank", route: server("smtp.example.com "), cause: ["routes.office.server"],
      step: "remove the space"),
    RouteMistake(
      "no server", route: "{ name: \"office\" }", cause: ["routes.office", "server"],
      step: "platen config set routes.office.server"),
    RouteMistake(
      "port 25 with TLS from the first byte",
      route: "{ name: \"office\", server: \"mx.example.com\", port: 25, tls: { mode: \"implicit\" } }",
      cause: ["routes.office.tls.mode", "25"], step: "routes.office.tls.mode starttls"),
    RouteMistake(
      "a port that the service does not have", route: preset("m365", "username: \"a@contoso.com\", port: 465"),
      cause: ["routes.office.port", "smtp.office365.com", "587 or 25"], step: "platen config unset routes.office.port"),
    RouteMistake(
      "a port in quotes", route: "{ name: \"office\", server: \"mx.example.com\", port: \"587\" }",
      cause: ["routes.office.port", "a string"], step: "integer"),
    RouteMistake(
      "a floor without TLS", route: smtp("tls: { mode: \"off\", floor: \"1.2\" }"),
      cause: ["routes.office.tls.floor", "off"], step: "routes.office.tls.mode starttls"),
    RouteMistake(
      "a password in clear", route: smtp("username: \"u\", tls: { mode: \"off\" }"),
      cause: ["password for u", "tls.mode"], step: "insecureCredentials"),
  ]

  private static let senders = [
    RouteMistake(
      "a sender without a domain", route: smtp(""), identity: "address: \"scanner\"",
      cause: ["identity.address", "\"scanner\""], step: "add the domain"),
    RouteMistake(
      "a sender with its name", route: smtp(""), identity: "address: \"Scanner <scanner@contoso.com>\"",
      cause: ["identity.address", "Scanner <"], step: "identity.name"),
    RouteMistake(
      "no sender", route: smtp(""), identity: "", cause: ["identity.address is not set"],
      step: "platen config set identity.address", isOfState: true),
    RouteMistake(
      "no route", route: "", cause: ["no routes are configured"], step: "platen config set routes.", isOfState: true),
  ]

  private static let keys = [
    RouteMistake(
      "a pin of the wrong length", route: smtp("tls: { verify: \"pin\", pin: [\"sha256//AAAA\"] }"),
      cause: ["routes.office.tls.pin", "sha256//AAAA"], step: "44 characters"),
    RouteMistake(
      "a pin that would not count", route: smtp("tls: { pin: [\"\(String(repeating: "0", count: 64))\"] }"),
      cause: ["routes.office.tls.pin", "ignored because"], step: "routes.office.tls.verify pin"),
    RouteMistake(
      "a certificate without its key", route: smtp("tls: { certificate: \"FOLDER/own.pem\" }"),
      cause: ["routes.office.tls.certificate", "tls.key is not"], step: "platen config set routes.office.tls.key"),
    RouteMistake(
      "a key with wrong rights", route: own("own.pem", "open.key"),
      cause: ["FOLDER/open.key", "other users", "chmod 600"],
      step: "routes.office.tls.key"),
    RouteMistake(
      "a key of another certificate", route: own("own.pem", "other.key"),
      cause: ["FOLDER/other.key", "does not belong to CN=own"], step: "routes.office.tls.key"),
    RouteMistake(
      "a key that is not there", route: own("own.pem", "none.key"), cause: ["FOLDER/none.key", "No such file"],
      step: "routes.office.tls.key"),
    RouteMistake(
      "a certificate that is none", route: own("junk.pem", "own.key"),
      cause: ["FOLDER/junk.pem", "no PEM certificate"],
      step: "routes.office.tls.certificate"),
    RouteMistake(
      "a certificate that has ended", route: own("ended.pem", "ended.key"),
      cause: ["FOLDER/ended.pem", "expired on 2021-01-01", "clock"], step: "routes.office.tls.certificate"),
  ]

  private static let files = [
    RouteMistake(
      "roots that are not there", route: smtp("tls: { caFile: \"FOLDER/none.pem\" }"),
      cause: ["FOLDER/none.pem", "No such file"], step: "routes.office.tls.caFile"),
    RouteMistake(
      "roots that are none", route: smtp("tls: { caFile: \"FOLDER/junk.pem\" }"), cause: ["FOLDER/junk.pem"],
      step: "routes.office.tls.caFile"),
    RouteMistake(
      "roots for all routes that are a folder", route: smtp(""), more: "network: { caFile: \"FOLDER\" }",
      cause: ["FOLDER is a folder"], step: "network.caFile"),
    RouteMistake(
      "roots by half a path", route: smtp("tls: { caFile: \"roots.pem\" }"),
      cause: ["routes.office.tls.caFile", "absolute path"], step: "/etc/platen/roots.pem"),
  ]

  private static let secrets = [
    RouteMistake(
      "a password that is not set", route: smtp("username: \"u\""), cause: ["routes.office.password", "not set"],
      step: "platen secret set routes.office.password", isOfState: true),
    RouteMistake(
      "a client secret that is not set", route: oauth("tenant: \"contoso.com\", grant: \"client-secret\""),
      cause: ["routes.office.clientSecret", "not set"], step: "platen secret set routes.office.clientSecret",
      isOfState: true),
    RouteMistake(
      "nobody has signed in", route: oauth("tenant: \"contoso.com\""),
      cause: ["routes.office.refreshToken", "not set"],
      step: "platen authorize office", isOfState: true),
    RouteMistake(
      "a key that signs is not set", route: smtp(""), more: "dkim: { selector: \"s1\" }",
      cause: ["dkim.privateKey", "s1"], step: "platen dns dkim --new s1", isOfState: true),
  ]
}

@Suite struct `A route set up wrong` {
  private let folder: TemporaryFolder

  init() throws {
    let authority = try CertificateAuthority()
    folder = try TemporaryFolder()
    try keep(try authority.issue([], named: "own"), as: "own")
    try keep(try authority.issue([], named: "other"), as: "other")
    try keep(try authority.issue([], named: "ended", to: "20210101000000Z"), as: "ended")
    try Descriptor(opening: copy(folder.file("own.key"), to: "open.key"), 0).setPermissions(0o644)
    try folder.write("no certificate\n", to: "junk.pem")
  }

  private func keep(_ certificate: ServerCertificate, as name: String) throws {
    _ = try copy(certificate.file, to: name + ".pem")
    try Descriptor(opening: copy(certificate.key, to: name + ".key"), 0).setPermissions(0o600)
  }

  private func copy(_ file: String, to name: String) throws -> String {
    try folder.write(try Folder.contents(of: file), to: name)
  }

  // case: input routes
  @Test func `is told of in one line with a next step and 78, by validate and before a page moves`() throws {
    for mistake in RouteMistake.all {
      let desk = try Desk(mistake.configuration.replacing("FOLDER", with: folder.path))
      let validated = try desk.platen("config", "validate")
      let scan = try desk.platen("scan", "--device", "nowhere:0", "--to", "ann@contoso.com")
      if mistake.isOfState {
        #expect(validated.exitCode == 0, "\(mistake.name): \(validated.errors)")
      } else {
        #expect(validated.errors == scan.errors, "\(mistake.name): \(validated.errors)\(scan.errors)")
      }
      expect(scan, mistake)
    }
  }

  private func expect(_ result: RunResult, _ mistake: RouteMistake) {
    let lines = result.errors.split(separator: "\n")
    #expect(result.exitCode == 78 && lines.count >= 2, "\(mistake.name): \(result.errors)")
    #expect(lines.first?.hasPrefix("platen: ") == true, "\(mistake.name): \(result.errors)")
    for words in mistake.cause.map({ $0.replacing("FOLDER", with: folder.path) }) {
      #expect(lines.first?.contains(words) == true, "\(mistake.name): \(words): \(result.errors)")
    }
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  → ") }, "\(mistake.name): \(result.errors)")
    #expect(lines.dropFirst().contains { $0.contains(mistake.step) }, "\(mistake.name): \(result.errors)")
  }

  // case: input secrets
  @Test(arguments: [
    ("client-certificate", "m365-oauth", "privateKey", "own.pem", "no PEM private key"),
    ("client-certificate", "m365-oauth", "privateKey", "own.key", "no certificate"),
    ("service-account", "gmail-oauth", "serviceAccountKey", "junk.pem", "service account"),
  ])
  func `a secret that is of no use is told of before a page moves`(
    grant: String, preset: String, secret: String, file: String, cause: String
  ) throws {
    let tenant = preset == "m365-oauth" ? "tenant: \"contoso.com\", clientID: \"app\"," : ""
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" },
      routes: [{ name: "office", preset: "\(preset)", username: "scanner@contoso.com", grant: "\(grant)", \(tenant) }],
      """)
    let value = String(decoding: try Folder.contents(of: folder.file(file)), as: UTF8.self)
    #expect(try desk.platen("secret", "set", "routes.office.\(secret)", input: value).exitCode == 0)
    let scan = try desk.platen("scan", "--device", "nowhere:0", "--to", "ann@contoso.com")
    expectFailure(scan, 78, naming: cause)
    #expect(scan.errors.contains("routes.office.\(secret)") && !scan.errors.contains("BEGIN"))
    #expect(try desk.jobs().isEmpty)
  }

  // case: input words
  @Test func `a recipient that is nobody and a secret that is none are told of, too`() throws {
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" },
      routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }],
      """)
    for recipient in ["", " ", "ann", "ann@", "ann@contoso..com", "ann@contoso.com bob@contoso.com"] {
      let refused = try desk.platen("scan", "--device", "nowhere:0", "--to", recipient)
      #expect(refused.exitCode == 65, "\(recipient): \(refused.errors)")
      #expect(refused.errors.hasPrefix("platen: ") && refused.errors.contains("\n  → "), "\(refused.errors)")
    }
    #expect(try desk.platen("scan", "--device", "nowhere:0").exitCode == 64)
    for verb in ["set", "unset"] {
      expectFailure(
        try desk.platen("secret", verb, "routes.office.pasword", input: "x"), 64, naming: "routes.office.pasword")
    }
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `a secret of a route that is not there is kept, and doubted`() throws {
    let desk = try Desk("routes: [{ name: \"office\", server: \"127.0.0.1\", port: 1, tls: { mode: \"off\" } }],")
    let slip = try desk.platen("secret", "set", "routes.ofice.password", input: "x")
    #expect(slip.exitCode == 0 && slip.errors == "no route named \"ofice\" yet; did you mean \"office\"?\n")
    #expect(try desk.platen("secret", "set", "routes.office.password", input: "x").errors.isEmpty)
    #expect(try desk.platen("secret", "unset", "routes.ofice.password").text.contains("is removed"))
    #expect(try desk.platen("secret", "unset", "routes.ofice.password").text.contains("was not set"))
  }
}
