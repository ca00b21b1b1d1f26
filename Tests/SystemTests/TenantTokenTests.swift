import Base
import TestKit
import Testing

/// The methods that sign in with tokens, the whole way to a tenant: its token endpoint, and what its servers took.
@Suite struct `The tenant takes the token` {
  /// A way to a token, as an installer configures it.
  struct Method: Sendable, CustomTestStringConvertible {
    let preset: String
    let grant: String
    let endpoint: String
    /// The last part of the application's id.
    let app: String
    let user: String
    var sender: String?
    /// The variable's last part, and its value.
    var secret: (name: String, value: String)?

    var testDescription: String { "\(preset) by \(grant)" }
  }

  private static let methods = [
    Method(
      preset: "m365-oauth", grant: "client-secret", endpoint: "submission", app: "1", user: "scanner@contoso.com",
      secret: ("CLIENTSECRET", "contoso~secret~1")),
    Method(
      preset: "m365-hve-oauth", grant: "client-secret", endpoint: "hve", app: "3", user: "hve@contoso.com",
      secret: ("CLIENTSECRET", "contoso~secret~3")),
    Method(
      preset: "m365-hve-oauth", grant: "password", endpoint: "hve", app: "4", user: "hve@contoso.com",
      secret: ("PASSWORD", "Hve-2026")),
    Method(
      preset: "azure-email-oauth", grant: "client-secret", endpoint: "azure", app: "5", user: "scanner-azure",
      sender: "DoNotReply@contoso.com", secret: ("CLIENTSECRET", "contoso~secret~5")),
    Method(
      preset: "m365-oauth", grant: "device-code", endpoint: "submission", app: "2", user: "scanner@contoso.com"),
    Method(
      preset: "m365-oauth", grant: "authorization-code", endpoint: "submission", app: "2", user: "scanner@contoso.com"),
  ]

  /// Opens the address that the program shows, and pastes where the browser ended.
  private static let person = #"""
    import json, ssl, subprocess, sys, urllib.error, urllib.request
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *words):
            return None
    platen = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    asked = json.loads(platen.stdout.readline())
    answer = ""
    if asked["event"] == "open":
        trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
        try:
            urllib.request.build_opener(Stay, trusting).open(asked["address"])
        except urllib.error.HTTPError as error:
            answer = error.headers["Location"] + "\n"
    platen.communicate(answer)
    sys.exit(platen.returncode)
    """#

  @Test(arguments: methods)
  func `by the right grant, mechanism and identity`(method: Method) throws {
    let tenant = try Tenant("tokens: { pollInterval: 1, pendingPolls: 1 }")
    let variable = method.secret.map { "PLATEN_SECRET_ROUTES_WAY_\($0.name)" } ?? ""
    let environment = method.secret.map { [variable: $0.value] } ?? [:]
    let sender = method.sender ?? method.user
    let desk = try Desk(
      """
      identity: { name: "Front desk scanner", address: "\(sender)", internalDomains: ["contoso.com"] },
      \(tenant.network)
      routes: [{ name: "way", preset: "\(method.preset)", port: \(try tenant.port(method.endpoint)),
        username: "\(method.user)", tenant: "contoso.com", grant: "\(method.grant)",
        clientID: "aaaaaaaa-0000-0000-0000-00000000000\(method.app)",
        authority: "https://login.microsoftonline.com:\(try tenant.port("token"))" }],
      """, environment: environment)
    if method.secret == nil {
      // The person's browser asks no name server of ours.
      let signIn = try run(
        ["/usr/bin/python3", "-c", Self.person.replacing("asked[\"address\"])", with: Self.local)]
          + desk.command(["authorize", "way"], json: true))
      try #require(signIn.exitCode == 0, "\(signIn.errors)")
    }
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let sent = try desk.platen("send", file, "--to", "ann@contoso.com", "--wait")
    try #require(sent.exitCode == 0, "\(sent.errors)")
    let kept = try #require(try tenant.kept().first)
    #expect(kept.endpoint == method.endpoint && kept.from == sender && kept.mechanism == "XOAUTH2")
    #expect(kept.identity == method.user)
    // Another message, and no other token.
    #expect(try desk.platen("send", file, "--to", "ann@contoso.com").exitCode == 0)
    #expect(try tenant.kept().count == 2)
  }

  private static let local = "asked[\"address\"].replace(\"login.microsoftonline.com\", \"127.0.0.1\"))"

  @Test func `a wrong secret is named, and holds the job`() throws {
    let tenant = try Tenant()
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" },
      \(tenant.network)
      routes: [{ name: "way", preset: "m365-oauth", port: \(try tenant.port("submission")), tenant: "contoso.com",
        username: "scanner@contoso.com", grant: "client-secret", clientID: "aaaaaaaa-0000-0000-0000-000000000001",
        authority: "https://login.microsoftonline.com:\(try tenant.port("token"))" }],
      """, environment: ["PLATEN_SECRET_ROUTES_WAY_CLIENTSECRET": "wr0ng-secret"])
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let held = try desk.platen("send", file, "--to", "ann@contoso.com")
    expectFailure(held, 77, naming: "login.microsoftonline.com", "AADSTS7000215")
    #expect(try desk.jobs().first?.state == "held" && !held.errors.contains("wr0ng-secret"))
  }
}
