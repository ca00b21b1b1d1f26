import FoundationEssentials
import Testing

/// The token endpoint and what the servers make of its tokens.
@Suite struct TokenTests {
  @Test func `curl buys a token with the secret and signs in with it`() throws {
    let world = try World()
    let bought = try run([
      "curl", "-sS", "--cacert", world.announced.ca, world.tokenURL + "/contoso.com/oauth2/v2.0/token",
      "-d", "grant_type=client_credentials", "-d", "client_id=aaaaaaaa-0000-0000-0000-000000000001",
      "--data-urlencode", "client_secret=contoso~secret~1", "-d", "scope=https://outlook.office365.com/.default",
    ])
    struct Answer: Decodable { let accessToken: String }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let token = try decoder.decode(Answer.self, from: Data(bought.output.utf8)).accessToken
    #expect(token.count == 2400)
    let message = Scratch.shared.file("curl.eml")
    try "From: scanner@contoso.com\r\nTo: x\r\n\r\nhello\r\n".write(toFile: message, atomically: false, encoding: .utf8)
    let sent = try run([
      "curl", "-sS", "--ssl-reqd", "--cacert", world.announced.ca, "smtp://localhost:" + world.port("submission"),
      "--user", "scanner@contoso.com", "--oauth2-bearer", token, "--mail-from", "scanner@contoso.com",
      "--mail-rcpt", "anna@contoso.com", "-T", message,
    ])
    #expect(sent.code == 0, "\(sent.output)")
    let kept = try #require(try world.kept().first)
    #expect(kept.mechanism == "XOAUTH2")
    #expect(kept.app == "aaaaaaaa-0000-0000-0000-000000000001")
  }

  @Test func `a device code waits for its person and its refresh token is spent by use`() throws {
    let said = try World("{ tokens: { pollInterval: 0, pendingPolls: 2 } }").python(
      """
      scope = "https://outlook.office.com/SMTP.Send offline_access"
      d = post("/contoso.com/oauth2/v2.0/devicecode", client_id=APP + "2", scope=scope)
      print(d["verification_uri"], d["interval"])
      for _ in range(3):
          t = post(TOKEN, grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id=APP + "2", device_code=d["device_code"])
          print(t.get("error", t.get("token_type")))
      n = post(TOKEN, grant_type="refresh_token", client_id=APP + "2", refresh_token=t["refresh_token"], scope=scope)
      print(n["refresh_token"] != t["refresh_token"])
      again = post(TOKEN, grant_type="refresh_token", client_id=APP + "2", refresh_token=t["refresh_token"], scope=scope)
      print(again["error"], again["error_codes"])
      s = connect("submission"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner@contoso.com", n["access_token"])))
      s = connect("submission"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("anna@contoso.com", n["access_token"])))
      """)
    #expect(
      said == """
        https://microsoft.com/devicelogin 0
        authorization_pending
        authorization_pending
        Bearer
        True
        invalid_grant [50173]
        235 2.7.0 Authentication successful
        535 5.7.3 Authentication unsuccessful [smtp.office365.com]

        """)
  }

  @Test func `too fast a poll is told to slow down, and a person at the browser may decline`() throws {
    let said = try World("{ tokens: { person: 'never', pollInterval: 60 } }").python(
      """
      d = post("/contoso.com/oauth2/v2.0/devicecode", client_id=APP + "2", scope="https://outlook.office.com/SMTP.Send")
      poll = lambda: post(TOKEN, grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id=APP + "2", device_code=d["device_code"])["error"]
      print(poll(), poll())
      """)
    #expect(said == "authorization_pending slow_down\n")
    let declined = try World("{ tokens: { person: 'never', pollInterval: 0 } }").python(
      """
      d = post("/contoso.com/oauth2/v2.0/devicecode", client_id=APP + "2", scope="https://outlook.office.com/SMTP.Send")
      post("/devicelogin", code=d["user_code"], decline="1")
      print(post(TOKEN, grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id=APP + "2", device_code=d["device_code"])["error"])
      """)
    #expect(declined == "authorization_declined\n")
  }

  @Test func `an authorization code needs its verifier`() throws {
    let said = try World().python(
      """
      import hashlib
      verifier = "v" * 43
      challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
      def code():
          url = get("/contoso.com/oauth2/v2.0/authorize", client_id=APP + "2", response_type="code", redirect_uri="http://localhost:8400",
              scope="https://outlook.office.com/SMTP.Send offline_access", state="s", code_challenge=challenge, code_challenge_method="S256")
          return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["code"]
      def redeem(v): return post(TOKEN, grant_type="authorization_code", client_id=APP + "2", code=code(), redirect_uri="http://localhost:8400", code_verifier=v)
      print(redeem("wrong")["error_codes"], sorted(redeem(verifier)))
      """)
    #expect(said == "[501481] ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type']\n")
  }

  @Test func `an assertion counts when the registered certificate signed it`() throws {
    let key = Scratch.shared.file("assertion.key")
    let certificate = Scratch.shared.file("assertion.pem")
    let made = try run([
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
      "-subj", "/CN=app", "-days", "2",
    ])
    #expect(made.code == 0)
    let world = try World(
      """
      { apps: [{ id: "app", certificate: "\(certificate)", application: ["SMTP.SendAsApp"] }],
        google: { serviceAccounts: [{ email: "sa@x.iam", key: "\(certificate)", domains: ["contoso.example"] }] } }
      """)
    let said = try world.python(
      """
      import hashlib, subprocess, time
      def b64(b): return base64.urlsafe_b64encode(b).decode().rstrip("=")
      der = ssl.PEM_cert_to_DER_cert(open("\(certificate)").read())
      def assertion(**claims):
          head = {"alg": "RS256", "x5t": b64(hashlib.sha1(der).digest())}
          text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims).encode())
          sig = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "\(key)"], input=text.encode(), capture_output=True).stdout
          return text + "." + b64(sig)
      now = int(time.time()); url = W["endpoints"]["token"]["url"]
      def ask(a): return post(TOKEN, grant_type="client_credentials", client_id="app", scope="https://outlook.office365.com/.default",
          client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion=a)
      good = dict(iss="app", sub="app", aud=url + TOKEN, exp=now + 600, nbf=now)
      print(ask(assertion(**good))["token_type"])
      print(ask(assertion(**good)[:-8] + "AAAAAAAA")["error_codes"], ask(assertion(**dict(good, exp=now - 3600)))["error_codes"])
      def google(**c): return post("/token", grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=assertion(**c))
      sa = dict(iss="sa@x.iam", sub="scanner@contoso.example", scope="https://mail.google.com/", aud=url + "/token", iat=now, exp=now + 3600)
      t = google(**sa)["access_token"]
      print(google(**dict(sa, sub="a@elsewhere.example"))["error"])
      s = connect("gmail"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner@contoso.example", t)))
      """)
    #expect(
      said == """
        Bearer
        [700027] [700024]
        unauthorized_client
        235 2.7.0 Accepted

        """)
  }

  @Test func `wrong requests get Microsoft's codes`() throws {
    let said = try World().python(
      """
      ok = dict(grant_type="client_credentials", client_id=APP + "1", client_secret="contoso~secret~1", scope="https://outlook.office365.com/.default")
      def code(path=TOKEN, **change): return post(path, **{k: v for k, v in {**ok, **change}.items() if v})["error_description"].split(":")[0]
      print(code(client_id="nobody"), code(client_secret="id"), code(client_secret=None), code(scope=None))
      print(code("/contosso.com/oauth2/v2.0/token"), code("/common/oauth2/v2.0/token"), code(scope="https://outlook.office.com/SMTP.Send"))
      print(code(scope="https://nowhere.example/.default"), code(scope="https://outlook.office.com/SMTP.Send https://graph.microsoft.com/Mail.Send"))
      ropc = dict(grant_type="password", client_id=APP + "4", client_secret=None, scope="https://outlook.office.com/Mail.Send", username="hve@contoso.com")
      print(code(**ropc, password="x"), post(TOKEN, **{k: v for k, v in {**ropc, "password": "Hve-2026"}.items() if v})["token_type"])
      """)
    #expect(
      said == """
        AADSTS700016 AADSTS7000215 AADSTS7000218 AADSTS900144
        AADSTS90002 AADSTS50059 AADSTS1002012
        AADSTS500011 AADSTS28000
        AADSTS50126 Bearer

        """)
  }
}
