import Base
import TestKit
import Testing

/// Each method of submission, the whole way to a tenant: what the server was shown, and what it took.
@Suite struct `The tenant takes the scan` {
  /// A preset as an installer configures it, with the simulated service's port in place of the real one.
  struct Method: Sendable, CustomTestStringConvertible {
    let preset: String
    let endpoint: String
    /// Keys of the route besides name, preset and port.
    let keys: String
    let sender: String
    var password: String?
    let mechanism: String?
    let identity: String?
    var recipients = ["ann@contoso.com", "someone@example.com"]
    var tls = ["TLSv1.3"]
    var scenario = ""

    var testDescription: String { keys.contains("CERTIFICATE") ? preset + " by certificate" : preset }

    /// With the tenant's own client certificate where the keys ask for one.
    func keys(of tenant: Tenant) -> String {
      keys.replacing("CERTIFICATE", with: tenant.ready.client.certificate).replacing(
        "KEY", with: tenant.ready.client.key)
    }
  }

  private static let methods = [
    Method(
      preset: "m365", endpoint: "submission", keys: "username: \"scanner@contoso.com\"",
      sender: "scanner@contoso.com", password: "Scan-2026", mechanism: "LOGIN", identity: "scanner@contoso.com"),
    Method(
      preset: "m365-legacy-tls", endpoint: "legacy", keys: "username: \"scanner@contoso.com\"",
      sender: "scanner@contoso.com", password: "Scan-2026", mechanism: "LOGIN", identity: "scanner@contoso.com",
      tls: ["TLSv1"], scenario: "endpoints: { legacy: { tls: { lowest: \"1.0\", highest: \"1.0\" } } }"),
    Method(
      preset: "m365-hve", endpoint: "hve", keys: "username: \"hve@contoso.com\"", sender: "hve@contoso.com",
      password: "Hve-2026", mechanism: "LOGIN", identity: "hve@contoso.com", recipients: ["ann@contoso.com"]),
    Method(
      preset: "azure-email", endpoint: "azure", keys: "username: \"scanner-azure\"", sender: "DoNotReply@contoso.com",
      password: "contoso~secret~5", mechanism: "LOGIN", identity: "scanner-azure"),
    Method(
      preset: "m365-direct-send", endpoint: "mx", keys: "domain: \"contoso.com\"", sender: "mfp7@contoso.com",
      mechanism: nil, identity: nil, recipients: ["anna@contoso.com"]),
    Method(
      preset: "m365-relay", endpoint: "mx", keys: "domain: \"contoso.com\"", sender: "mfp7@contoso.com", mechanism: nil,
      identity: nil, recipients: ["anna@contoso.com", "someone@example.com"],
      scenario: "tenant: { connectors: [{ name: \"by address\", addresses: [\"127.0.0.1\"] }] }"),
    Method(
      preset: "m365-relay", endpoint: "mx",
      keys: "domain: \"contoso.com\", tls: { certificate: \"CERTIFICATE\", key: \"KEY\" }", sender: "mfp7@contoso.com",
      mechanism: nil, identity: nil, recipients: ["anna@contoso.com", "someone@example.com"]),
    Method(
      preset: "gmail", endpoint: "gmail", keys: "username: \"scanner@contoso.example\"",
      sender: "scanner@contoso.example", password: "abcd efgh ijkl mnop", mechanism: "PLAIN",
      identity: "scanner@contoso.example"),
    Method(
      preset: "gmail-relay", endpoint: "gmailRelay", keys: "domain: \"contoso.example\"",
      sender: "scanner@contoso.example", mechanism: nil, identity: nil),
    Method(
      preset: "smtp", endpoint: "smtpTLS",
      keys: "server: \"smtp.example.net\", username: \"scanner\", tls: { mode: \"implicit\" }",
      sender: "scanner@contoso.com", password: "Smtp-2026", mechanism: "PLAIN", identity: "scanner"),
  ]

  @Test(arguments: methods)
  func `by the right host, port, TLS, mechanism and identity`(method: Method) throws {
    let tenant = try Tenant(method.scenario)
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(10))
    var environment = world.environment
    environment["PLATEN_SECRET_ROUTES_WAY_PASSWORD"] = method.password
    let port = try tenant.port(method.endpoint)
    let desk = try Desk(
      """
      identity: { name: "Front desk scanner", address: "\(method.sender)", internalDomains: ["contoso.com"] },
      \(tenant.network)
      routes: [{ name: "way", preset: "\(method.preset)", port: \(port), \(method.keys(of: tenant)) }],
      """, environment: environment)
    let to = method.recipients.flatMap { ["--to", $0] }
    let arguments = ["scan", "--device", "replay:front", "--source", "adf", "--resolution", "75", "--wait"] + to
    let scan = try run(desk.command(arguments), environment: environment)
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let kept = try #require(try tenant.kept().first)
    #expect(kept.endpoint == method.endpoint && kept.from == method.sender && kept.recipients == method.recipients)
    #expect(kept.mechanism == method.mechanism && kept.identity == method.identity)
    #expect(method.tls.contains(kept.tls ?? "none"))
    let pages = try run(["grep", "-c", "--text", "application/pdf"], input: try #require(try tenant.mail().first))
    #expect(pages.text == "1\n")
  }

  @Test func `the DNS of a tenant as it should be, for each way`() throws {
    let tenant = try Tenant()
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com", internalDomains: ["contoso.com"] },
      \(tenant.network)
      routes: [{ name: "office", preset: "m365", username: "scanner@contoso.com" },
        { name: "direct", preset: "m365-direct-send", domain: "contoso.com" },
        { name: "gone", preset: "m365-direct-send", domain: "nomail.example" }],
      """)
    let office = try desk.platen("dns", "office")
    #expect(office.exitCode == 0, "\(office.text)")
    #expect(office.text.split(separator: "\n").dropFirst().allSatisfy { $0.contains(" pass ") }, "\(office.text)")
    let direct = try desk.platen("dns", "direct", "--address", "203.0.113.9")
    #expect(direct.exitCode == 78)
    #expect(direct.text.contains("v=spf1 include:spf.protection.outlook.com ip4:203.0.113.9 ~all"), "\(direct.text)")
    expectFailure(try desk.platen("dns", "gone"), 68, naming: "nomail.example")
  }
}
