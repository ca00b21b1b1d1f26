import Crypto
import Mail
import Routes
import Settings
import Testing

/// A configured route with just what its method demands.
func settings(_ preset: String, _ change: (inout RouteSettings) -> Void = { _ in }) -> RouteSettings {
  var settings = RouteSettings(name: "office", preset: preset)
  for rule in Preset.named(preset)?.demands ?? [] {
    switch rule.key {
    case .server: settings.server = "mail.example.net"
    case .username: settings.username = "scanner@contoso.com"
    case .domain: settings.domain = "contoso.com"
    case .tenant: settings.tenant = "contoso.onmicrosoft.com"
    case .clientID: settings.clientID = "11111111-2222-3333-4444-555555555555"
    default: break
    }
  }
  if preset == "gmail-oauth" { settings.clientID = "1-a.apps.googleusercontent.com" }
  change(&settings)
  return settings
}

func refusal(_ settings: RouteSettings) -> RouteError? {
  do throws(RouteError) {
    _ = try Route.make(from: settings)
    return nil
  } catch {
    return error
  }
}

/// What a method comes to when nobody says more than it demands.
struct Expected: Sendable, CustomTestStringConvertible {
  let preset: String
  let server: String
  let port: Int
  let floor: TLSVersion
  let mechanism: String
  let sender: SenderRule
  let isInternal: Bool
  let finding: Route.Finding

  init(
    _ preset: String, _ server: String, _ port: Int, _ mechanism: String, _ sender: SenderRule,
    floor: TLSVersion = .tls12, isInternal: Bool = false, finding: Route.Finding = .host
  ) {
    self.preset = preset
    self.server = server
    self.port = port
    self.floor = floor
    self.mechanism = mechanism
    self.sender = sender
    self.isInternal = isInternal
    self.finding = finding
  }

  var testDescription: String { preset }

  static let all = [
    Expected("m365", "smtp.office365.com", 587, "login", .loginMailbox),
    Expected("m365-oauth", "smtp.office365.com", 587, "xoauth2", .loginMailbox),
    Expected("m365-legacy-tls", "smtp-legacy.office365.com", 587, "login", .loginMailbox, floor: .tls10),
    Expected("m365-hve", "smtp.hve.mx.microsoft", 587, "login", .accountOnly, isInternal: true),
    Expected("m365-hve-oauth", "smtp.hve.mx.microsoft", 587, "xoauth2", .accountOnly, isInternal: true),
    Expected("azure-email", "smtp.azurecomm.net", 587, "login", .registered),
    Expected("azure-email-oauth", "smtp.azurecomm.net", 587, "xoauth2", .registered),
    Expected("m365-direct-send", "contoso.com", 25, "none", .acceptedDomain, isInternal: true, finding: .mailExchanger),
    Expected("m365-relay", "contoso.com", 25, "none", .acceptedDomain, finding: .mailExchanger),
    Expected("gmail", "smtp.gmail.com", 587, "auto", .loginMailbox),
    Expected("gmail-oauth", "smtp.gmail.com", 587, "xoauth2", .loginMailbox),
    Expected("gmail-relay", "smtp-relay.gmail.com", 587, "auto", .acceptedDomain),
    Expected("smtp", "mail.example.net", 587, "auto", .anyone),
  ]
}

@Suite struct PresetTests {
  @Test func `every method of the contract is there, once`() {
    let names = Preset.all.map(\.name)
    let contract = Expected.all.map(\.preset)
    #expect(names.filter(contract.contains) == contract)
    #expect(Set(names).count == names.count && names == PresetNames.all)
  }

  @Test(arguments: Expected.all)
  func `a preset fills a route in`(expected: Expected) throws {
    let route = try Route.make(from: settings(expected.preset))
    #expect(route.server == expected.server && route.port == expected.port && route.finding == expected.finding)
    #expect(route.tlsMode == .starttls)
    #expect(route.tls == TLSPolicy(floor: expected.floor, verification: .full))
    #expect(route.tokens?.mechanism.rawValue ?? route.authentication.rawValue == expected.mechanism)
    #expect(route.senderRule == expected.sender)
    #expect((route.reach != .anyone) == expected.isInternal)
    #expect(route.prefersIPv4 == (expected.finding == .mailExchanger))
  }

  @Test(arguments: Preset.all)
  func `each value has a source`(preset: Preset) {
    let sources =
      [
        preset.host.source, preset.ports.source, preset.floor.source, preset.proof.source, preset.mechanism.source,
        preset.sender.source, preset.isInternal.source,
      ] + preset.limits.map(\.source)
    #expect(sources.allSatisfy { $0.contains(".com/") || $0.hasPrefix("RFC ") })
    #expect(!preset.summary.isEmpty)
  }

  @Test(arguments: Preset.all)
  func `what a preset demands is missed, what it forbids is refused, each by its name`(preset: Preset) {
    for rule in preset.demands {
      let error = refusal(settings(preset.name) { $0.set(rule.key, to: nil) })
      #expect(error?.key == "routes.office." + rule.key.rawValue)
      #expect(error?.message.contains(preset.name) == true)
      #expect(error?.step.hasPrefix("Set it: platen config set routes.office.\(rule.key.rawValue) ") == true)
    }
    for rule in preset.forbids {
      let error = refusal(settings(preset.name) { $0.set(rule.key, to: "x") })
      #expect(error?.key == "routes.office." + rule.key.rawValue)
      #expect(error?.message.contains("cannot be used with \(preset.name)") == true)
      #expect(error?.step == "Remove it: platen config unset routes.office.\(rule.key.rawValue)")
    }
  }

  @Test(arguments: Preset.all)
  func `every field can be overridden`(preset: Preset) throws {
    let route = try Route.make(
      from: settings(preset.name) {
        $0.server = "other.example.net"
        $0.port = 2525
        $0.tls.mode = "implicit"
        $0.tls.floor = "1.3"
        $0.senders = ["fax@contoso.com"]
        $0.reaches = preset.isInternal.value ? "anyone" : "internal"
        $0.limits.messagesPerMinute = 7
        $0.limits.recipientsPerDay = 2000
        $0.limits.recipientsPerMessage = 0
        $0.limits.bytesPerMessage = 30_000_000
        $0.limits.connections = 1
        $0.limits.account = "shared"
      })
    #expect(route.server == "other.example.net" && route.port == 2525 && route.finding == .host)
    #expect(route.tlsMode == .implicit && route.tls.floor == .tls13)
    #expect(route.senders == ["fax@contoso.com"])
    #expect((route.reach == .anyone) == preset.isInternal.value)
    #expect(route.limits.rates.contains(Rate(7, .messages, a: .minute)))
    #expect(route.limits.rates.contains(Rate(2000, .recipients, a: .day)))
    #expect(!route.limits.rates.contains(Rate(30, .messages, a: .minute)))
    #expect(route.limits.recipientsPerMessage == nil && route.limits.bytesPerMessage == 30_000_000)
    #expect(route.limits.connections == 1 && route.account == "shared")
  }

  @Test func `limits are those of the documents`() throws {
    func limits(_ preset: String) throws -> Limits { try Route.make(from: settings(preset)).limits }
    for name in ["m365", "m365-oauth", "m365-legacy-tls"] {
      #expect(try limits(name).rates == [Rate(30, .messages, a: .minute), Rate(10_000, .recipients, a: .day)])
      #expect(try limits(name).connections == 3 && limits(name).bytesPerMessage == 35_000_000)
    }
    for name in ["m365-hve", "m365-hve-oauth"] {
      #expect(try limits(name).rates.isEmpty)
      #expect(try limits(name).recipientsPerMessage == 50 && limits(name).bytesPerMessage == 10_000_000)
    }
    for name in ["azure-email", "azure-email-oauth"] {
      #expect(try limits(name).rates == [Rate(30, .messages, a: .minute), Rate(100, .messages, a: .hour)])
      #expect(try limits(name).recipientsPerMessage == 50 && limits(name).connections == 250)
    }
    #expect(try limits("gmail").rates == [Rate(500, .messages, a: .day)])
    #expect(try limits("gmail-relay").rates == [Rate(10_000, .recipients, a: .day)])
    #expect(try limits("smtp") == .none)
  }

  // case: smtp-35
  @Test(arguments: Preset.all.map(\.name))
  func `a long token goes on the line to Microsoft's own servers, to no other`(preset: String) throws {
    let isMicrosofts = ["m365-oauth", "m365-hve-oauth", "azure-email-oauth"].contains(preset)
    #expect(try Route.make(from: settings(preset)).takesTokensOnTheLine == isMicrosofts)
    guard preset.hasSuffix("-oauth") else { return }
    let relay = settings(preset) { $0.server = "relay.example.net" }
    #expect(try !Route.make(from: relay).takesTokensOnTheLine)
  }

  @Test func `an account is shared by the routes that sign in to it, not by others`() throws {
    func account(_ preset: String, _ change: (inout RouteSettings) -> Void = { _ in }) throws -> String {
      try Route.make(from: settings(preset, change)).account
    }
    let mailbox = try account("m365")
    #expect(try account("m365-oauth") == mailbox && account("m365-legacy-tls") == mailbox)
    #expect(try account("m365") { $0.username = "SCANNER@Contoso.com" } == mailbox)
    #expect(try account("m365") { $0.username = "other@contoso.com" } != mailbox)
    #expect(try account("m365-hve") != mailbox && account("gmail") != mailbox)
    #expect(try account("m365-direct-send") == account("m365-relay"))
  }

  @Test func `Azure's rates are a resource's, or all that is known to stand for it`() throws {
    func account(_ preset: String, _ change: (inout RouteSettings) -> Void = { _ in }) throws -> String {
      try Route.make(from: settings(preset, change)).account
    }
    let (application, tenant) = ("11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    let resource = try account("azure-email") { $0.username = "Contoso-Mail|\(application)|\(tenant)" }
    #expect(resource == "azure-email:contoso-mail")
    #expect(try account("azure-email") { $0.username = "contoso-mail.\(tenant).\(application)" } == resource)
    #expect(try account("azure-email-oauth") { $0.username = "contoso-mail|\(application)|\(tenant)" } == resource)
    #expect(try account("azure-email") { $0.username = "other|\(application)|\(tenant)" } != resource)
    // Names of today's kind: of one tenant, or of the service.
    let first = try account("azure-email-oauth") { ($0.username, $0.tenant) = ("scanner1", "contoso.com") }
    #expect(try account("azure-email-oauth") { ($0.username, $0.tenant) = ("scanner2", "Contoso.com") } == first)
    #expect(try account("azure-email-oauth") { ($0.username, $0.tenant) = ("scanner1", "fabrikam.com") } != first)
    let plain = try account("azure-email") { $0.username = "scanner1" }
    #expect(try account("azure-email") { $0.username = "scanner2@mail.contoso.com" } == plain && plain != first)
    #expect(try account("azure-email") { $0.limits.account = "subscription 7" } == "subscription 7")
  }

  @Test(arguments: [
    ("m365-oath", "m365-oauth"), ("M365", "m365"), ("azure-mail", "azure-email"), ("direct-send", "m365-direct-send"),
    ("gmial", "gmail"), ("smpt", "smtp"),
  ])
  func `an unknown preset is met with the nearest`(typed: String, nearest: String) throws {
    let error = try #require(refusal(RouteSettings(name: "office", preset: typed)))
    #expect(error.message == "unknown routes.office.preset \"\(typed)\"; did you mean \"\(nearest)\"?")
    #expect(error.step == "Correct it: platen config set routes.office.preset \(nearest)")
  }

  @Test func `one that is near none is met with all`() throws {
    let error = try #require(refusal(RouteSettings(name: "office", preset: "carrier pigeon")))
    #expect(Preset.all.allSatisfy { error.step.contains($0.name) })
  }
}

extension RouteSettings {
  fileprivate mutating func set(_ key: RouteKey, to value: String?) {
    switch key {
    case .server: server = value
    case .username: username = value
    case .domain: domain = value
    case .tenant: tenant = value
    case .clientID: clientID = value
    case .grant: grant = value
    case .authority: authority = value
    case .certificate: tls.certificate = value
    case .key: tls.key = value
    }
  }
}

@Suite struct ContradictionTests {
  @Test func `a certificate needs its key, a key its certificate, and both need TLS`() throws {
    let lone = refusal(settings("m365-relay") { $0.tls.certificate = "/c.pem" })
    #expect(lone?.key == "routes.office.tls.key")
    #expect(lone?.message == "routes.office.tls.certificate is set, but routes.office.tls.key is not")
    #expect(refusal(settings("m365-relay") { $0.tls.key = "/k.pem" })?.key == "routes.office.tls.certificate")
    for mode in ["off", "opportunistic"] {
      let open = refusal(
        settings("m365-relay") {
          $0.tls.certificate = "/c.pem"
          $0.tls.key = "/k.pem"
          $0.tls.mode = mode
        })
      #expect(open?.key == "routes.office.tls.mode")
    }
    let both = try Route.make(
      from: settings("m365-relay") {
        $0.tls.certificate = "/c.pem"
        $0.tls.key = "/k.pem"
      })
    #expect(both.certificate == Route.ClientCertificate(chainFile: "/c.pem", keyFile: "/k.pem"))
  }

  private static let digest = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

  private func verifying(
    _ verify: String, pins: [String] = [], _ change: (inout RouteSettings) -> Void = { _ in }
  ) -> RouteSettings {
    settings("smtp") {
      $0.tls.verify = verify
      $0.tls.pins = pins
      change(&$0)
    }
  }

  @Test func `pins count with verify pin, and only there`() throws {
    let route = try Route.make(from: verifying("pin", pins: [Self.digest, String(repeating: "0f", count: 32)]))
    #expect(route.tls.verification == .pin && route.tls.pins.map(\.digest.count) == [32, 32])
    #expect(refusal(verifying("pin"))?.key == "routes.office.tls.pin")
    for verify in ["full", "dane", "none"] {
      #expect(refusal(verifying(verify, pins: [Self.digest]))?.key == "routes.office.tls.verify")
    }
    let bad = refusal(verifying("pin", pins: ["sha256//x"]))
    #expect(bad?.key == "routes.office.tls.pin")
    #expect(bad?.message == "routes.office.tls.pin \"sha256//x\" is not the SHA-256 of a key")
  }

  @Test func `DANE wants TLS and the server's own name`() throws {
    #expect(try Route.make(from: verifying("dane")).tls.verification == .dane)
    for mode in ["off", "opportunistic"] {
      #expect(refusal(verifying("dane") { $0.tls.mode = mode })?.key == "routes.office.tls.mode")
    }
    #expect(refusal(verifying("dane") { $0.tls.serverName = "mx.test" })?.key == "routes.office.tls.serverName")
    #expect(refusal(verifying("dane") { $0.server = "192.0.2.1" })?.key == "routes.office.server")
    #expect(refusal(verifying("dane") { $0.server = "[2001:db8::1]" })?.key == "routes.office.server")
  }

  @Test(arguments: ["pin", "dane"]) func `a password goes to servers that are verified otherwise`(verify: String) throws
  {
    let route = try Route.make(
      from: verifying(verify, pins: verify == "pin" ? [Self.digest] : []) { $0.username = "u" })
    #expect(route.username == "u")
    #expect(refusal(verifying("none") { $0.username = "u" })?.key == "routes.office.tls.verify")
  }

  @Test func `a floor without TLS is refused`() {
    let error = refusal(
      settings("m365-direct-send") {
        $0.tls.mode = "off"
        $0.tls.floor = "1.2"
      })
    #expect(error?.key == "routes.office.tls.floor")
    #expect(refusal(settings("m365-direct-send") { $0.tls.mode = "off" }) == nil)
  }

  @Test(arguments: ["m365-oauth", "m365-hve-oauth", "azure-email-oauth", "gmail-oauth"])
  func `a token goes over verified TLS only`(preset: String) {
    #expect(
      refusal(settings(preset) { $0.tls.mode = "opportunistic" })?.message.contains("would expose the access token")
        == true)
    #expect(refusal(settings(preset) { $0.tls.verify = "none" })?.key == "routes.office.tls.verify")
  }

  @Test func `passwords and tokens are not mixed up`() {
    let token = refusal(settings("m365") { $0.auth = "xoauth2" })
    #expect(token?.step == "Sign in with a token: platen config set routes.office.preset m365-oauth")
    let password = refusal(settings("gmail-oauth") { $0.auth = "login" })
    #expect(password?.step.contains("routes.office.preset gmail") == true)
    let grant = refusal(settings("gmail-oauth") { $0.grant = "device-code" })
    #expect(grant?.key == "routes.office.grant")
    #expect(grant?.step == "Use one of: authorization-code, service-account")
    #expect(refusal(settings("gmail-oauth") { $0.clientID = nil })?.key == "routes.office.clientID")
    #expect(
      refusal(
        settings("gmail-oauth") {
          $0.clientID = nil
          $0.grant = "service-account"
        }) == nil)
  }

  @Test func `a secret that is not set is named, with what sets it`() throws {
    let wanted: [(String, String?, String, String)] = [
      ("m365", nil, "routes.office.password", "platen secret set routes.office.password"),
      ("m365-oauth", nil, "routes.office.refreshToken", "platen authorize office"),
      ("m365-oauth", "client-secret", "routes.office.clientSecret", "platen secret set routes.office.clientSecret"),
      ("m365-oauth", "client-certificate", "routes.office.privateKey", "platen secret set routes.office.privateKey"),
      ("m365-hve-oauth", "password", "routes.office.password", "platen secret set routes.office.password"),
      (
        "gmail-oauth", "service-account", "routes.office.serviceAccountKey",
        "platen secret set routes.office.serviceAccountKey"
      ),
    ]
    for (preset, grant, secret, step) in wanted {
      let route = try Route.make(from: settings(preset) { $0.grant = grant })
      #expect(route.neededSecrets.map(\.name) == [secret])
      let need = try #require(route.neededSecrets.first)
      #expect(need.step.hasSuffix(step))
    }
    #expect(try Route.make(from: settings("m365-direct-send")).neededSecrets.isEmpty)
    #expect(try Route.make(from: settings("gmail-relay")).neededSecrets.isEmpty)
  }

  @Test func `an older Azure user name tells application and tenant`() throws {
    let (application, tenant) = ("11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    for separator in ["|", "."] {
      let name = ["mail-acs", application, tenant].joined(separator: separator)
      let parts = try AzureUserName.parts(of: name, route: "r")
      #expect(parts?.resource == "mail-acs" && parts?.application == application && parts?.tenant == tenant)
      var older = RouteSettings(name: "office", preset: "azure-email-oauth", username: name)
      #expect(try Route.make(from: older).tokens?.tenant == tenant)
      older.preset = "azure-email"
      #expect(try Route.make(from: older).username == name)
    }
    for name in ["scanner@contoso.com", "scanner", "a.b.c"] {
      #expect(try AzureUserName.parts(of: name, route: "r") == nil)
    }
    for name in ["acs|app|tenant", "acs|\(application)", "|\(application)|\(tenant)"] {
      #expect(refusal(settings("azure-email") { $0.username = name })?.key == "routes.office.username")
    }
  }
}
