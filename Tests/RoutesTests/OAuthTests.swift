import Base
import Crypto
import Diagnosis
import Routes
import TestKit
import Testing

private let client = "11111111-2222-3333-4444-555555555555"

private func source(
  _ service: OAuthService, _ grant: Grant, authority: String? = nil
) -> TokenSource {
  TokenSource(
    service: service, grant: grant, tenant: service == .google ? nil : "contoso.com", clientID: client,
    authority: authority)
}

private func answer(_ text: String, status: Int = 400, retryAfter: Int? = nil) -> TokenAnswer {
  TokenAnswer(status: status, body: Array(text.utf8), retryAfter: retryAfter)
}

private func fault(_ text: String, status: Int = 400, retryAfter: Int? = nil) -> TokenFault? {
  do throws(TokenFault) {
    _ = try TokenGrant(answer(text, status: status, retryAfter: retryAfter))
    return nil
  } catch {
    return error
  }
}

@Suite struct TokenRequestTests {
  @Test(arguments: [
    (OAuthService.exchange, Grant.deviceCode, "https://outlook.office.com/SMTP.Send offline_access"),
    (.exchange, .authorizationCode, "https://outlook.office.com/SMTP.Send offline_access"),
    (.exchange, .clientSecret, "https://outlook.office365.com/.default"),
    (.exchange, .clientCertificate, "https://outlook.office365.com/.default"),
    (.highVolume, .clientSecret, "https://outlook.office.com/.default"),
    (.highVolume, .password, "https://outlook.office.com/Mail.Send offline_access"),
    (.azureCommunication, .clientSecret, "https://communication.azure.com/.default"),
    (.google, .authorizationCode, "https://mail.google.com/"), (.google, .serviceAccount, "https://mail.google.com/"),
  ])
  func `scopes`(service: OAuthService, grant: Grant, scope: String) { #expect(source(service, grant).scope == scope) }

  @Test func `endpoints`() {
    let microsoft = source(.exchange, .deviceCode)
    #expect(microsoft.tokenEndpoint == "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token")
    #expect(microsoft.deviceEndpoint == "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/devicecode")
    #expect(microsoft.authorizationEndpoint == "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize")
    #expect(
      microsoft.adminConsentAddress == "https://login.microsoftonline.com/contoso.com/adminconsent?client_id=\(client)")
    let other = source(.exchange, .deviceCode, authority: "https://login.microsoftonline.us/")
    #expect(other.tokenEndpoint == "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token")
    let google = source(.google, .authorizationCode)
    #expect(google.tokenEndpoint == "https://oauth2.googleapis.com/token")
    #expect(google.authorizationEndpoint == "https://accounts.google.com/o/oauth2/v2/auth")
    #expect(google.deviceEndpoint == nil && google.deviceCode() == nil && google.adminConsentAddress == nil)
    #expect(
      source(.google, .serviceAccount, authority: "https://127.0.0.1:9").tokenEndpoint == "https://127.0.0.1:9/token")
    let odd = TokenSource(service: .exchange, grant: .clientSecret, tenant: "a/../b?", clientID: client)
    #expect(odd.tokenEndpoint == "https://login.microsoftonline.com/a%2F..%2Fb%3F/oauth2/v2.0/token")
  }

  /// Reads bodies with a parser that is not ours.
  private func fields(_ request: TokenRequest) throws -> String {
    let script = """
      import sys,urllib.parse
      for n,v in urllib.parse.parse_qsl(sys.stdin.read(), keep_blank_values=True, strict_parsing=True): print(n+'='+v)
      """
    return try run(["/usr/bin/python3", "-c", script], input: Array(request.body.text.utf8)).text
  }

  @Test func `each grant says what its documents ask for`() throws {
    let scope = "scope=https://outlook.office365.com/.default\n"
    let secret = try fields(source(.exchange, .clientSecret).clientCredentials(secret: "a+b&c=%d é"))
    #expect(secret == "grant_type=client_credentials\nclient_id=\(client)\nclient_secret=a+b&c=%d é\n" + scope)
    let signed = try fields(source(.exchange, .clientCertificate).clientCredentials(assertion: "x.y.z"))
    #expect(
      signed == "grant_type=client_credentials\nclient_id=\(client)\n"
        + "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer\nclient_assertion=x.y.z\n"
        + scope)
    let delegated = "scope=https://outlook.office.com/SMTP.Send offline_access\n"
    let device = source(.exchange, .deviceCode)
    #expect(try fields(try #require(device.deviceCode())) == "client_id=\(client)\n" + delegated)
    #expect(
      try fields(device.poll(deviceCode: "D"))
        == "grant_type=urn:ietf:params:oauth:grant-type:device_code\nclient_id=\(client)\ndevice_code=D\n")
    #expect(
      try fields(device.refresh("R"))
        == "grant_type=refresh_token\nclient_id=\(client)\nrefresh_token=R\n" + delegated)
    #expect(
      try fields(device.authorizationCode("C", verifier: "V", redirect: "http://localhost"))
        == "grant_type=authorization_code\nclient_id=\(client)\ncode=C\nredirect_uri=http://localhost\ncode_verifier=V\n"
        + delegated)
    let google = source(.google, .authorizationCode)
    #expect(
      try fields(google.refresh("R", secret: "S"))
        == "grant_type=refresh_token\nclient_id=\(client)\nclient_secret=S\nrefresh_token=R\n")
    #expect(
      try fields(google.serviceAccount(assertion: "x.y.z"))
        == "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer\nassertion=x.y.z\n")
    #expect(
      try fields(source(.highVolume, .password).password("p", of: "hve@contoso.com"))
        == "grant_type=password\nclient_id=\(client)\nusername=hve@contoso.com\npassword=p\n"
        + "scope=https://outlook.office.com/Mail.Send offline_access\n")
  }

  @Test func `no description shows a secret`() throws {
    let request = source(.exchange, .clientSecret).clientCredentials(secret: "hunter2")
    var text = ""
    dump(request, to: &text)
    let grant = try TokenGrant(answer(#"{"access_token":"hunter2","refresh_token":"hunter2"}"#, status: 200))
    dump(grant, to: &text)
    dump(StoredToken(grant, at: Moment(boot: "b", sinceBoot: .zero), for: "k"), to: &text)
    #expect(!(text + "\(request) \(grant)").contains("hunter2"))
    #expect(Grant.allCases.filter { $0.warning != nil } == [.password])
  }
}

@Suite struct BrowserSignInTests {
  private let signIn = BrowserSignIn(verifier: Array(0..<32), state: Array(32..<64))

  @Test func `the challenge is that of RFC 7636, appendix B`() throws {
    let bytes: [UInt8] = [
      116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240,
      91, 88, 5, 88, 83, 132, 141, 121,
    ]
    let sample = BrowserSignIn(verifier: bytes, state: [])
    #expect(sample.verifier == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    #expect(sample.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test func `the address has all that the page needs`() {
    let address = signIn.address(by: source(.google, .authorizationCode), for: "a@b.example")
    #expect(address.hasPrefix("https://accounts.google.com/o/oauth2/v2/auth?client_id=\(client)&response_type=code"))
    #expect(address.contains("&scope=https%3A%2F%2Fmail.google.com%2F&"))
    #expect(address.contains("&code_challenge=\(signIn.challenge)&code_challenge_method=S256&"))
    #expect(address.hasSuffix("&login_hint=a%40b.example&access_type=offline&prompt=consent"))
    #expect(!address.contains(signIn.verifier))
    #expect(!signIn.address(by: source(.exchange, .authorizationCode), for: nil).contains("prompt"))
  }

  @Test func `the code is taken from what is pasted, line breaks and all`() throws {
    let pasted = " http://localhost/?code=M.C1_BAY%2F2%21x&state=\(signIn.state)&session_state=1#\n"
    #expect(try signIn.code(in: pasted) == "M.C1_BAY/2!x")
    #expect(try signIn.code(in: "http://localhost/?state=\(signIn.state)&co\nde=x") == "x")
  }

  @Test func `what is no answer to this sign-in is refused`() {
    func refused(_ text: String) -> TokenFault? {
      do throws(TokenFault) {
        _ = try signIn.code(in: text)
        return nil
      } catch {
        return error
      }
    }
    for text in [
      "", "code", "http://localhost/?code=x", "http://localhost/?code=x&state=other",
      "http://localhost/?state=\(signIn.state)", "http://localhost/?code=&state=\(signIn.state)",
      "http://localhost/?code=%zz&state=\(signIn.state)",
    ] {
      #expect(refused(text)?.error == "redirect", "\(text)")
    }
    let declined = refused(
      "http://localhost/?error=access_denied&error_description=AADSTS65004%3A+User+declined.&state=\(signIn.state)")
    #expect(declined?.code == "AADSTS65004" && declined?.verdict == .signInAgain)
  }
}

@Suite struct TokenAnswerTests {
  @Test func `a token is taken with its life`() throws {
    let text =
      #"{"token_type":"Bearer","expires_in":"3599","access_token":"eyJ0.x-y_z","refresh_token":"0.AX","x":[1]}"#
    let grant = try TokenGrant(answer(text, status: 200))
    #expect(grant.accessToken == "eyJ0.x-y_z" && grant.life == .seconds(3599) && grant.refreshToken == "0.AX")
    #expect(try TokenGrant(answer(#"{"access_token":"a"}"#, status: 200)).life == .seconds(1800))
    #expect(try TokenGrant(answer(#"{"access_token":"a","expires_in":-5}"#, status: 200)).life == .zero)
  }

  @Test(arguments: [
    "", "<html>", "[]", "{}", "{\"access_token\":5}", "{\"access_token\":\"\"}", "{\"access_token\":\"a\\r\\nb\"}",
    String(repeating: "[", count: 5000), "{\"access_token\":\"\u{0}",
  ])
  func `what is no token is an error`(text: String) {
    #expect(fault(text, status: 200) != nil)
    #expect(fault(text, status: 503)?.verdict == .transient(retryAfter: nil))
  }

  /// The rows of a token endpoint's errors: word, Microsoft's number, what becomes of it.
  static let rows: [(error: String, code: Int, verdict: TokenFault.Consequence)] = [
    ("unauthorized_client", 700016, .configuration), ("invalid_client", 7_000_215, .configuration),
    ("invalid_client", 7_000_222, .configuration), ("invalid_client", 700027, .configuration),
    ("invalid_client", 7_000_218, .configuration), ("invalid_client", 700025, .configuration),
    ("invalid_request", 90002, .configuration), ("invalid_request", 900144, .configuration),
    ("invalid_scope", 70011, .configuration), ("invalid_request", 28000, .configuration),
    ("invalid_scope", 700022, .configuration), ("invalid_resource", 500011, .configuration),
    ("invalid_grant", 50126, .configuration), ("invalid_grant", 50034, .configuration),
    ("invalid_grant", 50053, .configuration), ("invalid_grant", 50055, .configuration),
    ("invalid_grant", 50144, .configuration), ("invalid_grant", 50057, .configuration),
    ("interaction_required", 50076, .signInAgain), ("invalid_grant", 50079, .signInAgain),
    ("invalid_grant", 50074, .signInAgain), ("invalid_grant", 53003, .configuration),
    ("invalid_grant", 530035, .configuration), ("invalid_grant", 530032, .configuration),
    ("invalid_grant", 65001, .configuration), ("consent_required", 65001, .configuration),
    ("access_denied", 90094, .configuration), ("access_denied", 65004, .signInAgain),
    ("access_denied", 50105, .configuration), ("invalid_grant", 700082, .signInAgain),
    ("invalid_grant", 50173, .signInAgain), ("invalid_grant", 50132, .signInAgain),
    ("invalid_grant", 50133, .signInAgain), ("invalid_grant", 70043, .signInAgain),
    ("invalid_grant", 70008, .signInAgain), ("authorization_pending", 70016, .pending),
    ("expired_token", 70019, .signInAgain), ("expired_token", 70020, .signInAgain),
    ("bad_verification_code", 70018, .signInAgain), ("invalid_request", 50059, .configuration),
    ("invalid_request", 50194, .configuration), ("invalid_request", 9_001_023, .configuration),
    ("invalid_grant", 50020, .signInAgain), ("temporarily_unavailable", 90033, .transient(retryAfter: nil)),
    ("invalid_grant", 90006, .transient(retryAfter: nil)), ("server_error", 90012, .transient(retryAfter: nil)),
    ("invalid_request", 90024, .transient(retryAfter: nil)), ("invalid_request", 50033, .transient(retryAfter: nil)),
    ("invalid_request", 50087, .transient(retryAfter: nil)), ("invalid_request", 90055, .transient(retryAfter: nil)),
    ("invalid_request", 50196, .transient(retryAfter: nil)),
  ]

  @Test func `each of Microsoft's errors has its verdict, its cause and a step`() throws {
    for row in Self.rows {
      let text =
        #"{"error":"\#(row.error)","error_description":"AADSTS\#(row.code): Words of it. Trace ID: 1 Correlation ID: 2","error_codes":[\#(row.code)]}"#
      let found = fault(text)
      #expect(found?.verdict == row.verdict, "\(row)")
      #expect(found?.code == "AADSTS\(row.code)" && found?.detail == "AADSTS\(row.code): Words of it.")
      // By the number, not by the word beside it.
      let known = try #require(FailureID.token(code: found?.code, error: ""), "\(row)")
      // What a sign-in mends is what the entry says first.
      let first = Explanation(Failure(known, values: ["route": "office"])).steps.first ?? ""
      #expect(first.contains("platen authorize") == (row.verdict == .signInAgain), "\(row): \(first)")
    }
  }

  @Test func `words without numbers, and waits`() {
    #expect(fault(#"{"error":"slow_down"}"#)?.verdict == .slowDown)
    #expect(fault(#"{"error":"authorization_declined"}"#)?.verdict == .signInAgain)
    #expect(fault(#"{"error":"invalid_grant","error_description":"Bad Request"}"#)?.verdict == .signInAgain)
    #expect(fault(#"{"error":"x"}"#, status: 429, retryAfter: 17)?.verdict == .transient(retryAfter: 17))
    #expect(fault("gateway", status: 502)?.reason == .noJSON && fault("{}", status: 200)?.reason == .noToken)
    #expect(
      fault(#"{"error":"unheard_of","error_description":"a\u001b[2Jb"}"#)?.description == #"unheard_of: a\x1b[2Jb"#)
  }

  @Test func `a device code is polled at its pace, slower when told so`() throws {
    let text =
      #"{"user_code":"FJC3","device_code":"D","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5}"#
    var code = try DeviceCode(answer(text, status: 200))
    #expect(code.userCode == "FJC3" && code.interval == .seconds(5) && code.life == .seconds(900))
    let (pending, slow, ended) = (
      try #require(fault(#"{"error":"authorization_pending"}"#)), try #require(fault(#"{"error":"slow_down"}"#)),
      try #require(fault(#"{"error":"expired_token"}"#))
    )
    var goesOn = code.goesOn(after: pending)
    #expect(goesOn)
    #expect(code.interval == .seconds(5))
    goesOn = code.goesOn(after: slow)
    #expect(goesOn)
    #expect(code.interval == .seconds(10))
    goesOn = code.goesOn(after: ended)
    #expect(!goesOn)
    #expect(throws: TokenFault.self) { try DeviceCode(answer(#"{"user_code":"X"}"#, status: 200)) }
  }
}

@Suite struct TokenLifeTests {
  private let start = Moment(boot: "one", sinceBoot: .seconds(100), wall: WallTime(seconds: 1_800_000_000))

  private func token(_ source: TokenSource, seconds: Int) throws -> StoredToken {
    let grant = try TokenGrant(answer(#"{"access_token":"a","expires_in":\#(seconds)}"#, status: 200))
    return StoredToken(grant, at: start, for: source.cacheKey("a@b.c"))
  }

  @Test(arguments: [
    (OAuthService.highVolume, 3600, 2399, true), (.highVolume, 3600, 2401, false), (.exchange, 3600, 3299, true),
    (.exchange, 3600, 3301, false), (.google, 3599, 3298, true), (.azureCommunication, 3600, 3301, false),
    // Shorter than its lead: half of it.
    (.highVolume, 600, 299, true), (.highVolume, 600, 301, false), (.exchange, 30, 0, false),
  ])
  func `a token is replaced early enough for its service`(
    service: OAuthService, life: Int, age: Int, isFresh: Bool
  ) throws {
    let from = source(service, .clientSecret)
    let now = start.advanced(by: .seconds(age))
    #expect(try token(from, seconds: life).isFresh(at: now, for: from, user: "A@b.c") == isFresh)
  }

  @Test func `a clock that is wrong by a day changes nothing within one run`() throws {
    let from = source(.exchange, .clientSecret)
    let kept = try token(from, seconds: 3600)
    for shift in [-86_400, 86_400] as [Int64] {
      var now = start.advanced(by: .seconds(60))
      now.wall = WallTime(seconds: 1_800_000_000 + shift)
      #expect(kept.isFresh(at: now, for: from, user: "a@b.c"))
    }
    // After a restart only dates tell; without them, or with one that went back, the token is not used.
    let after = { (wall: Int64?) in
      Moment(boot: "two", sinceBoot: .seconds(9), wall: wall.map { WallTime(seconds: $0) })
    }
    #expect(kept.isFresh(at: after(1_800_000_060), for: from, user: "a@b.c"))
    #expect(!kept.isFresh(at: after(nil), for: from, user: "a@b.c"))
    #expect(!kept.isFresh(at: after(1_799_990_000), for: from, user: "a@b.c"))
  }

  @Test func `a token serves only what it was bought for`() throws {
    let from = source(.exchange, .clientSecret)
    let kept = try token(from, seconds: 3600)
    for other in [
      source(.highVolume, .clientSecret), source(.exchange, .deviceCode),
      source(.exchange, .clientSecret, authority: "https://127.0.0.1"),
    ] {
      #expect(!kept.isFresh(at: start, for: other, user: "a@b.c"))
    }
    #expect(!kept.isFresh(at: start, for: from, user: "x@b.c"))
  }

  @Test func `one fresh token, one more try, then an end`() {
    var tries = TokenTries()
    #expect([tries.refused(), tries.refused(), tries.refused()] == [.freshToken, .stop, .stop])
  }

  @Test func `what ends is told before it does`() {
    let now = WallTime(seconds: 1_800_000_000)
    func end(_ days: Int64) -> WallTime { WallTime(seconds: now.seconds + days * 86_400) }
    #expect(CredentialAge.state(ending: end(40), at: now) == .good)
    #expect(CredentialAge.state(ending: end(29), at: now) == .endsSoon(days: 29))
    #expect(CredentialAge.state(ending: end(0), at: now) == .ended)
    #expect(CredentialAge.state(ending: end(5), at: nil) == .unknown)
    #expect(CredentialAge.state(lastUsed: end(-70), of: .exchange, at: now) == .endsSoon(days: 20))
    #expect(CredentialAge.state(lastUsed: end(-90), of: .exchange, at: now) == .ended)
    #expect(CredentialAge.state(lastUsed: end(-90), of: .azureCommunication, at: now) == .unknown)
  }
}

@Suite struct AssertionTests {
  /// What is in an assertion, as python reads it.
  private func claims(_ token: String) throws -> String {
    let script = """
      import sys,json,base64
      h,c,s = sys.stdin.read().split('.')
      d = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))
      print(json.dumps(json.loads(d(h)), sort_keys=True)); print(json.dumps(json.loads(d(c)), sort_keys=True))
      print(len(d(s)))
      """
    return try run(["/usr/bin/python3", "-c", script], input: Array(token.utf8)).text
  }

  @Test func `an application's assertion says what Entra asks for`() throws {
    let assertion = Assertion.application(
      client, endpoint: "https://login/token", thumbprint: [0xFB, 0xFF], identifier: [1, 2],
      at: WallTime(seconds: 1_800_000_000))
    #expect(
      try claims(assertion.signed([1, 2, 3])) == """
        {"alg": "RS256", "typ": "JWT", "x5t#S256": "-_8"}
        {"aud": "https://login/token", "exp": 1800000600, "iss": "\(client)", "jti": "0102", "nbf": 1800000000, \
        "sub": "\(client)"}
        3

        """)
  }

  @Test func `a service account's assertion says what Google asks for`() throws {
    let json =
      #"{"type":"service_account","client_email":"s@p.iam.gserviceaccount.com","private_key":"PEM","private_key_id":"k1","token_uri":"https://oauth2.googleapis.com/token"}"#
    let account = try ServiceAccount(json: Array(json.utf8))
    #expect(!"\(account)".contains("PEM"))
    let assertion = Assertion.serviceAccount(
      account, actingFor: "scanner@contoso.com", scope: "https://mail.google.com/",
      at: WallTime(seconds: 1_800_000_000))
    #expect(
      try claims(assertion.signed([])) == """
        {"alg": "RS256", "kid": "k1", "typ": "JWT"}
        {"aud": "https://oauth2.googleapis.com/token", "exp": 1800003600, "iat": 1800000000, \
        "iss": "s@p.iam.gserviceaccount.com", "scope": "https://mail.google.com/", "sub": "scanner@contoso.com"}
        0

        """)
    for text in ["", "[]", "{}", #"{"client_email":"a"}"#] {
      #expect(throws: TokenFault.self) { try ServiceAccount(json: Array(text.utf8)) }
    }
  }
}
