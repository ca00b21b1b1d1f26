import Base
import Crypto
import FoundationEssentials
import TestKit
import Testing

/// Routes that sign in with tokens, whole: the program, a token endpoint over HTTPS, and a server that says and hears
/// what Exchange and Gmail do.
@Suite struct `Sign-in with tokens` {
  private let authority: CertificateAuthority
  private let certificate: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    certificate = try authority.issue(["IP:127.0.0.1"])
  }

  private typealias Step = ScriptedServer.Step

  private static let hello: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"), .startTLS(),
    .hear("EHLO"), .say("250-hi"), .say("250 AUTH LOGIN XOAUTH2 OAUTHBEARER"),
  ]
  private static let envelope: [Step] = [
    .hear("MAIL FROM:<scanner@contoso.com>"), .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hear("DATA"),
    .say("354 go"), .hearMessage, .say("250 queued"), .hold,
  ]

  private static func shows(_ token: String) -> Step {
    .hear("AUTH XOAUTH2 " + base64("user=scanner@contoso.com\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8))
  }

  private static func accepts(_ token: String) -> [Step] { hello + [shows(token), .say("235 2.7.0 ok")] + envelope }

  /// As Exchange does, at once.
  private static func refuses(_ token: String) -> [Step] {
    hello + [shows(token), .say("535 5.7.3 Authentication unsuccessful [AM0]"), .hear("QUIT"), .hold]
  }

  private func desk(
    _ endpoint: TokenEndpoint, port: Int, _ more: String = "grant: \"client-secret\"", preset: String = "m365-oauth",
    environment: [String: String] = [:]
  ) throws -> Desk {
    try Desk(
      """
      identity: { address: "scanner@contoso.com" }, network: { caFile: "\(authority.file)" },
      routes: [{ name: "office", preset: "\(preset)", server: "127.0.0.1", port: \(port), tenant: "contoso.com",
        clientID: "app", username: "scanner@contoso.com", authority: "\(endpoint.address)", \(more) }],
      """, environment: environment)
  }

  private func send(_ desk: Desk, json: Bool = false) throws -> RunResult {
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    return try desk.platen("send", file, "--to", "ann@contoso.com", json: json)
  }

  /// Nothing that a person or another program can see holds one of the secrets.
  private func expectSecret(_ secrets: [String], in results: RunResult..., desk: Desk) throws {
    for secret in secrets {
      for result in results { #expect(!result.text.contains(secret) && !result.errors.contains(secret)) }
      let files = try run(["grep", "-rlF", secret, desk.state])
      #expect(files.output.isEmpty, "\(files.text)")
    }
  }

  // MARK: Sending

  @Test func `a scan goes by m365-oauth, with one token for two jobs`() throws {
    let server = try ScriptedServer(Self.accepts("t0ken"), certificate: certificate)
    let endpoint = try TokenEndpoint([.token("t0ken")], certificate: certificate)
    var environment = try SaneWorld.testBackend().environment
    environment["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET"] = "hunter2!"
    let desk = try desk(endpoint, port: server.port, environment: environment)
    let scan = try desk.platen(
      "scan", "--device", "test:0", "--source", "flatbed", "--resolution", "75", "--to", "ann@contoso.com", "--wait")
    #expect(scan.exitCode == 0, "\(scan.errors)")
    let second = try send(desk)
    #expect(second.exitCode == 0, "\(second.errors)")
    let asked = try endpoint.requests()
    #expect(asked.count == 1 && asked[0].path == "/contoso.com/oauth2/v2.0/token")
    #expect(asked[0].form["client_secret"] == "hunter2!")
    #expect(asked[0].form["scope"] == "https://outlook.office365.com/.default")
    for connection in 0...1 {
      let record = try server.record(connection)
      #expect(record.fault == nil && record.messages.count == 1)
      #expect(!record.inClear.contains { $0.hasPrefix("AUTH") })
    }
    try expectSecret(["hunter2!", "t0ken"], in: scan, second, desk: desk)
  }

  // case: smtp-34
  @Test func `a refused token is renewed and shown once more, in a new session`() throws {
    let server = try ScriptedServer(
      connections: [Self.accepts("stale"), Self.refuses("stale"), Self.accepts("fresh")], certificate: certificate)
    let endpoint = try TokenEndpoint([.token("stale"), .token("fresh")], certificate: certificate)
    let desk = try desk(endpoint, port: server.port)
    #expect(try desk.platen("secret", "set", "routes.office.clientSecret", input: "hunter2!\n").exitCode == 0)
    #expect(try send(desk).exitCode == 0)
    let second = try send(desk)
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(try endpoint.requests().count == 2)
    #expect(try server.record(2).messages.count == 1)
    #expect(try desk.jobs().map(\.recipients[0].attempts) == [1, 1])
  }

  // case: smtp-34
  @Test func `a token that is refused twice holds the job, and nobody is asked a third time`() throws {
    let challenge: [Step] = [
      Self.shows("two"), .say("334 eyJzdGF0dXMiOiI0MDAifQ=="), .hear(""), .say("535-5.7.8 Username and Password not"),
      .say("535 5.7.8 accepted."), .hear("QUIT"), .hold,
    ]
    let server = try ScriptedServer(
      connections: [Self.refuses("one"), Self.hello + challenge], certificate: certificate)
    let endpoint = try TokenEndpoint([.token("one"), .token("two")], certificate: certificate)
    let desk = try desk(
      endpoint, port: server.port, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    let held = try send(desk)
    expectFailure(held, 77, naming: "127.0.0.1", "scanner@contoso.com", "token", "535")
    #expect(!held.errors.contains("password"))
    #expect(try desk.jobs().first?.state == "held")
    #expect(try server.record(0).fault == nil && server.record(1).fault == nil && endpoint.requests().count == 2)
    try expectSecret(["hunter2!"], in: held, desk: desk)
  }

  @Test func `an endpoint that is down keeps the job and is asked once an attempt`() throws {
    let server = try ScriptedServer(Self.accepts("t"), certificate: certificate)
    let endpoint = try TokenEndpoint(
      [.refusal("temporarily_unavailable", "AADSTS90033: A transient error.", status: 503)], certificate: certificate)
    let desk = try desk(
      endpoint, port: server.port, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    expectFailure(try send(desk), 75, naming: "127.0.0.1", "scanner@contoso.com")
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "queued")
    // At once again: the endpoint has not had its time.
    for _ in 1...3 { expectFailure(try desk.platen("jobs", "retry", job.id), 75, naming: "next request in") }
    #expect(try endpoint.requests().count == 1)
  }

  @Test(arguments: [
    ("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", "expired"),
    ("unauthorized_client", "AADSTS700016: Application was not found.", "not in this tenant"),
  ])
  func `credentials that the endpoint refuses hold the job`(error: String, words: String, cause: String) throws {
    let endpoint = try TokenEndpoint([.refusal(error, words, status: 401)], certificate: certificate)
    let desk = try desk(
      endpoint, port: 1, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    let held = try send(desk)
    expectFailure(held, 77, naming: cause, "AADSTS")
    #expect(try desk.jobs().first?.state == "held" && endpoint.requests().count == 1)
    try expectSecret(["hunter2!"], in: held, desk: desk)
  }

  @Test func `without a secret the job is held before anybody is asked`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
    let desk = try desk(endpoint, port: 1)
    expectFailure(try send(desk), 78, naming: "routes.office.clientSecret")
    let other = try self.desk(endpoint, port: 1, "")
    let failed = try send(other)
    expectFailure(failed, 78, naming: "office")
    #expect(failed.errors.contains("platen authorize office"))
    #expect(try endpoint.requests().isEmpty)
  }

  @Test func `an endpoint whose certificate nobody vouches for gets no secret`() throws {
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    let endpoint = try TokenEndpoint([.token("t")], certificate: own)
    let desk = try desk(
      endpoint, port: 1, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    expectFailure(try send(desk), 76, naming: "127.0.0.1", "certificate")
    #expect(try desk.jobs().first?.state == "held" && endpoint.requests().isEmpty)
  }

  @Test(arguments: ["m365-oauth", "m365-hve-oauth", "azure-email-oauth"])
  func `the presets by client secret`(preset: String) throws {
    let server = try ScriptedServer(Self.accepts("t"), certificate: certificate)
    let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
    let desk = try desk(
      endpoint, port: server.port, preset: preset,
      environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
  }

  @Test func `Gmail by a service account that acts for the mailbox`() throws {
    let server = try ScriptedServer(Self.accepts("t"), certificate: certificate)
    let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" }, network: { caFile: "\(authority.file)" },
      routes: [{ name: "office", preset: "gmail-oauth", server: "127.0.0.1", port: \(server.port),
        username: "scanner@contoso.com", authority: "\(endpoint.address)", grant: "service-account" }],
      """)
    let key = String(decoding: SigningKey.make(.rsa).pem, as: UTF8.self).replacing("\n", with: "\\n")
    let file = "{\"client_email\": \"scan@project.test\", \"private_key\": \"\(key)\", \"private_key_id\": \"1\"}"
    #expect(try desk.platen("secret", "set", "routes.office.serviceAccountKey", input: file).exitCode == 0)
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let asked = try #require(try endpoint.requests().first)
    #expect(asked.path == "/token" && asked.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
    let claims = try #require(asked.form["assertion"]?.split(separator: ".").dropFirst().first)
    let padded = claims.replacing("-", with: "+").replacing("_", with: "/") + ["", "===", "==", "="][claims.count % 4]
    let text = String(decoding: decodedBase64(padded) ?? [], as: UTF8.self)
    #expect(
      text.contains("scan@project.test") && text.contains("scanner@contoso.com") && text.contains("mail.google.com"))
  }

  // case: smtp-35
  @Test(arguments: ["OAUTHBEARER", "XOAUTH2"])
  func `a token of 5 kB goes in two steps`(mechanism: String) throws {
    let token = String(repeating: "t", count: 5000)
    let who = mechanism == "XOAUTH2" ? "user=scanner@contoso.com" : "n,a=scanner@contoso.com,"
    let response = base64("\(who)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
    let server = try ScriptedServer(
      Self.hello + [.hear("AUTH \(mechanism)"), .say("334 "), .hear(response), .say("235 ok")] + Self.envelope,
      certificate: certificate)
    let endpoint = try TokenEndpoint([.token(token)], certificate: certificate)
    let desk = try desk(
      endpoint, port: server.port, "grant: \"client-secret\", auth: \"\(mechanism.lowercased())\"",
      environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
  }

  // case: smtp-35
  @Test func `a token of 5 kB goes on the line to Microsoft's own servers, as their documents have it`() throws {
    let token = String(repeating: "t", count: 5000)
    let server = try ScriptedServer(
      Self.accepts(token), certificate: try authority.issue(["DNS:smtp.office365.com"]))
    let endpoint = try TokenEndpoint([.token(token)], certificate: certificate)
    let names = try NameServer(["--host-record=smtp.office365.com,127.0.0.1"])
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" },
      network: { caFile: "\(authority.file)", dns: ["\(names.address)"] },
      routes: [{ name: "office", preset: "m365-oauth", port: \(server.port), tenant: "contoso.com", clientID: "app",
        username: "scanner@contoso.com", grant: "client-secret", authority: "\(endpoint.address)" }],
      """, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
  }

  // MARK: Signing in

  @Test func `platen authorize by device code, then a message, then the age of the sign-in`() throws {
    let code = TokenEndpoint.Answer(
      """
      {"device_code": "d3vice", "user_code": "ABCD-EFGH", "verification_uri": "https://login.example.test/device",
       "expires_in": 900, "interval": 1}
      """)
    let endpoint = try TokenEndpoint(
      [code, .refusal("authorization_pending", "AADSTS70016: Pending."), .token("t0ken", refresh: "r3fresh")],
      certificate: certificate)
    let server = try ScriptedServer(Self.accepts("t0ken"), certificate: certificate)
    let desk = try desk(endpoint, port: server.port, "")
    let signIn = try desk.platen("authorize", "office")
    #expect(signIn.exitCode == 0, "\(signIn.errors)")
    #expect(signIn.text.contains("ABCD-EFGH") && signIn.text.contains("https://login.example.test/device"))
    #expect(try endpoint.requests().count == 3)
    #expect(try endpoint.requests()[0].form["scope"] == "https://outlook.office.com/SMTP.Send offline_access")
    #expect(try endpoint.requests()[2].form["device_code"] == "d3vice")
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let list = try desk.platen("secret", "list")
    #expect(list.text.contains("routes.office.refreshToken") && list.text.contains("last used"))
    #expect(try desk.platen("secret", "list", json: true).text.contains("\"state\":\"good\""))
    try expectSecret(["t0ken", "r3fresh", "d3vice"], in: signIn, sent, list, desk: desk)
  }

  @Test func `platen authorize in a browser elsewhere, with JSON`() throws {
    let endpoint = try TokenEndpoint([.token("t0ken", refresh: "r3fresh")], certificate: certificate)
    let desk = try desk(endpoint, port: 1, "")
    // The person: reads the address, signs in, and pastes where the browser ended.
    let person = #"""
      import json, subprocess, sys, urllib.parse
      platen = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
      asked = json.loads(platen.stdout.readline())
      query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(asked["address"]).query))
      answer = urllib.parse.urlencode({"code": "c0de", "state": query["state"]})
      rest, _ = platen.communicate(query["redirect_uri"] + "/?" + answer + "\n")
      print(json.dumps({"query": query, "event": asked["event"], "done": json.loads(rest.splitlines()[-1])}))
      sys.exit(platen.returncode)
      """#
    let command = desk.command(["authorize", "office", "--browser"], json: true)
    let signIn = try run(["/usr/bin/python3", "-c", person] + command)
    #expect(signIn.exitCode == 0, "\(signIn.errors)")
    let form = try #require(try endpoint.requests().first?.form)
    #expect(form["grant_type"] == "authorization_code" && form["code"] == "c0de" && form["client_secret"] == nil)
    let challenge = SHA256.hash(Array((form["code_verifier"] ?? "").utf8))
    let text = base64(challenge).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    #expect(signIn.text.contains("\"code_challenge\": \"\(text)\"") && signIn.text.contains("\"kept\": true"))
    try expectSecret(["t0ken", "r3fresh", "c0de"], in: try desk.platen("secret", "list"), desk: desk)
    #expect(!signIn.text.contains("r3fresh") && !signIn.text.contains("t0ken"))
  }

  @Test func `a pasted address of another sign-in is refused`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
    let desk = try desk(endpoint, port: 1, "grant: \"authorization-code\"")
    let result = try desk.platen("authorize", "office", input: "http://localhost/?code=c0de&state=other\n")
    expectFailure(result, 65, naming: "another sign-in")
    #expect(try endpoint.requests().isEmpty && !result.errors.contains("c0de"))
    #expect(try desk.platen("authorize", "office", input: "").exitCode == 64)
  }

  @Test func `platen authorize tries what signs in by itself, and warns of passwords`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
    let secret = try desk(
      endpoint, port: 1, environment: ["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"])
    #expect(try secret.platen("authorize", "office").exitCode == 0)
    expectFailure(try secret.platen("authorize", "office", "--browser"), 78, naming: "client-secret")
    expectFailure(try secret.platen("authorize", "elsewhere"), 78, naming: "elsewhere")
    let password = try desk(
      endpoint, port: 1, "grant: \"password\"", preset: "m365-hve-oauth",
      environment: ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD": "hunter2!"])
    let tried = try password.platen("authorize", "office")
    #expect(tried.exitCode == 0 && tried.errors.contains("weaker"))
    #expect(try endpoint.requests().last?.form["password"] == "hunter2!")
  }

  @Test func `an organization that blocks device codes is named, and nothing is kept`() throws {
    let code = TokenEndpoint.Answer(
      "{\"device_code\": \"d\", \"user_code\": \"u\", \"verification_uri\": \"https://x.test\", \"interval\": 1}")
    let endpoint = try TokenEndpoint(
      [code, .refusal("invalid_grant", "AADSTS53003: Access has been blocked by Conditional Access policies.")],
      certificate: certificate)
    let desk = try desk(endpoint, port: 1, "")
    expectFailure(try desk.platen("authorize", "office"), 77, naming: "Conditional Access", "AADSTS53003")
    #expect(try desk.platen("secret", "list").text == "no secrets\n")
  }

  @Test func `an interrupt ends the wait for a person`() throws {
    let code = TokenEndpoint.Answer(
      "{\"device_code\": \"d\", \"user_code\": \"u\", \"verification_uri\": \"https://x.test\", \"interval\": 600}")
    let endpoint = try TokenEndpoint([code], certificate: certificate)
    let desk = try desk(endpoint, port: 1, "")
    // Once the code is shown.
    let person = #"""
      import signal, subprocess, sys
      platen = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
      platen.stdout.readline()
      platen.send_signal(signal.SIGINT)
      sys.exit(platen.wait())
      """#
    #expect(try run(["/usr/bin/python3", "-c", person] + desk.command(["authorize", "office"])).exitCode == 130)
  }
}
