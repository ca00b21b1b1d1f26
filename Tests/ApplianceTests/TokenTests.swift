import Appliance
import Base
import Crypto
import Diagnosis
import Host
import Routes
import TestKit
import Testing

private let client = "11111111-2222-3333-4444-555555555555"
private let start = Moment(boot: "one", sinceBoot: .seconds(1000), wall: WallTime(seconds: 1_800_000_000))

/// One device with a route for Microsoft 365, and an endpoint that answers what it is told.
private final class Device {
  let folder: TemporaryFolder
  let store: SecretStore
  var given: [String: [UInt8]] = [:]
  var source: TokenSource
  var user = "scanner@contoso.com"
  let time: SimulatedTime
  var answers: [Result<TokenAnswer, HTTPSFault>] = []
  private(set) var requests: [TokenRequest] = []
  /// What others do while the endpoint is asked.
  var meanwhile: () throws -> Void = {}

  init(_ service: OAuthService = .exchange, _ grant: Grant = .deviceCode) throws {
    folder = try TemporaryFolder()
    time = try SimulatedTime(in: folder, at: start)
    store = SecretStore(folder: folder.file("secrets"), keyFile: folder.file("key"), clock: time.clock)
    source = TokenSource(service: service, grant: grant, tenant: "contoso.com", clientID: client)
  }

  /// As a program that starts anew finds them.
  var tokens: RouteTokens {
    RouteTokens(
      route: "office", source: source, user: user,
      secrets: RouteSecrets(route: "office", store: store, given: EnvironmentSecrets(values: given)),
      clock: time.clock, ask: { (request) throws(HTTPSFault) in try self.answer(request) })
  }

  private func answer(_ request: TokenRequest) throws(HTTPSFault) -> TokenAnswer {
    requests.append(request)
    try? meanwhile()
    return try (answers.isEmpty ? .failure(.lost(host: "x", detail: "no answer is left")) : answers.removeFirst()).get()
  }

  func set(_ kind: String, _ value: String) throws {
    try store.set(SecretName(kind, ofRoute: "office"), to: Array(value.utf8))
  }

  func value(_ kind: String) throws -> String? {
    try store.value(of: SecretName(kind, ofRoute: "office")).map { String(decoding: $0, as: UTF8.self) }
  }

  func gives(_ token: String, seconds: Int = 3600, refresh: String? = nil) {
    let more = refresh.map { ", \"refresh_token\": \"\($0)\"" } ?? ""
    answers(200, "{\"access_token\": \"\(token)\", \"expires_in\": \(seconds)\(more)}")
  }

  func answers(_ status: Int, _ body: String, retryAfter: Int? = nil) {
    answers.append(.success(TokenAnswer(status: status, body: Array(body.utf8), retryAfter: retryAfter)))
  }

  func failure() -> Failure? {
    do throws(Failure) {
      _ = try tokens.current()
      return nil
    } catch {
      return error
    }
  }

  var now: Moment {
    get { time.now }
    set { time.now = newValue }
  }

  func pass(_ seconds: Int) { time.advance(by: .seconds(seconds)) }
}

@Suite struct `Tokens of a route` {
  @Test func `a token is bought once and shown until shortly before its end`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    device.pass(3600 - 301)
    #expect(try device.tokens.current() == "one" && device.requests.count == 1)
    device.pass(1)
    device.gives("two")
    #expect(try device.tokens.current() == "two" && device.requests.count == 2)
  }

  @Test func `High Volume Email gets a new one 20 minutes before`() throws {
    let device = try Device(.highVolume, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    device.pass(3600 - 1199)
    device.gives("two")
    #expect(try device.tokens.current() == "two")
  }

  @Test(arguments: [-86_400, 86_400])
  func `a clock that is set wrong by a day changes nothing until the next start`(shift: Int64) throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    device.pass(600)
    device.now.wall = WallTime(seconds: 1_800_000_600 + shift)
    #expect(try device.tokens.current() == "one" && device.requests.count == 1)
    // After a restart nobody can tell the token's age, and a request is cheaper than an attempt.
    device.now = Moment(boot: "two", sinceBoot: .seconds(30), wall: WallTime(seconds: 1_800_000_700 + shift))
    device.gives("two")
    #expect(try device.tokens.current() == "two" && device.requests.count == 2)
  }

  @Test func `a token outlives a restart with a good clock, and none outlives one without`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    device.now = Moment(boot: "two", sinceBoot: .seconds(30), wall: WallTime(seconds: 1_800_000_700))
    #expect(try device.tokens.current() == "one" && device.requests.count == 1)
    device.now = Moment(boot: "three", sinceBoot: .seconds(30))
    device.gives("two")
    #expect(try device.tokens.current() == "two")
  }

  @Test func `another user, application or tenant never gets the kept token`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    device.user = "other@contoso.com"
    device.gives("two")
    #expect(try device.tokens.current() == "two")
    device.source.tenant = "fabrikam.com"
    device.gives("three")
    #expect(try device.tokens.current() == "three")
  }

  // MARK: Rotation

  @Test func `a refresh token that rotates replaces the old one`() throws {
    let device = try Device()
    try device.set("refreshToken", "first")
    device.gives("one", refresh: "second")
    #expect(try device.tokens.current() == "one")
    #expect(device.requests.last?.body["refresh_token"] == "first")
    #expect(try device.value("refreshToken") == "second")
    device.gives("two")
    #expect(try device.tokens.replaced() == "two")
    #expect(device.requests.last?.body["refresh_token"] == "second")
    #expect(try device.value("refreshToken") == "second")
  }

  @Test func `a power cut between rotation and use loses no refresh token`() throws {
    let device = try Device()
    try device.set("refreshToken", "first")
    // What ends the run where the access token was to be kept: its place is taken.
    let obstacle = device.folder.file("secrets/routes.office.accessToken.secret.new")
    try Folder.make(obstacle)
    device.gives("one", refresh: "second")
    #expect(throws: Failure.self) { try device.tokens.current() }
    #expect(try device.value("refreshToken") == "second" && device.value("accessToken") == nil)
    try Folder.removeTree(obstacle)
    device.gives("two", refresh: "third")
    #expect(try device.tokens.current() == "two")
    #expect(device.requests.last?.body["refresh_token"] == "second")
  }

  @Test func `where the refresh token cannot be kept, the old one stays and no token is used`() throws {
    let device = try Device()
    try device.set("refreshToken", "first")
    try Folder.make(device.folder.file("secrets/routes.office.refreshToken.secret.new"))
    device.gives("one", refresh: "second")
    #expect(throws: Failure.self) { try device.tokens.current() }
    #expect(try device.value("refreshToken") == "first" && device.value("accessToken") == nil)
  }

  @Test func `one from the environment rotates too, until the environment has another`() throws {
    let device = try Device()
    let variable = "PLATEN_SECRET_ROUTES_OFFICE_REFRESHTOKEN"
    device.given[variable] = Array("given".utf8)
    device.gives("one", refresh: "second")
    device.gives("two", refresh: "third")
    #expect(try device.tokens.current() == "one" && device.tokens.replaced() == "two")
    #expect(device.requests.map { $0.body["refresh_token"] } == ["given", "second"])
    device.given[variable] = Array("newer".utf8)
    device.gives("three")
    #expect(try device.tokens.replaced() == "three")
    #expect(device.requests.last?.body["refresh_token"] == "newer")
  }

  // MARK: Failures

  @Test func `a refusal is for people, names the cause, and keeps the refresh token`() throws {
    let device = try Device()
    try device.set("refreshToken", "r3fresh")
    device.answers(
      400,
      """
      {"error": "invalid_grant", "error_description": "AADSTS700082: The refresh token r3fresh has expired."}
      """)
    let failure = try #require(device.failure())
    #expect(failure.class == .configuration && failure.exitCode == .refused && !failure.retry)
    #expect(failure.cause.contains("login.microsoftonline.com") && failure.cause.contains("AADSTS700082"))
    #expect(failure.steps.first == "Sign in again: platen authorize office")
    #expect(try device.value("refreshToken") == "r3fresh")
  }

  @Test func `no failure repeats a secret that the endpoint repeats`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "hunter2!")
    device.answers(400, "{\"error\": \"odd\", \"error_description\": \"what is hunter2! supposed to be\"}")
    let failure = try #require(device.failure())
    #expect(!"\(failure)".contains("hunter2!") && failure.cause.contains("supposed to be"))
  }

  @Test func `nothing to buy with is told before anybody is asked`() throws {
    for (grant, step) in [
      (Grant.deviceCode, "platen authorize office"), (.clientSecret, "platen secret set routes.office.clientSecret"),
      (.clientCertificate, "platen secret set routes.office.privateKey"),
    ] {
      let device = try Device(.exchange, grant)
      let failure = try #require(device.failure())
      #expect(failure.exitCode == .configuration && failure.steps.contains { $0.contains(step) }, "\(failure)")
      #expect(device.requests.isEmpty)
    }
  }

  @Test func `an endpoint that cannot be reached is asked once an attempt`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    for attempt in 1...3 {
      device.answers.append(.failure(.connect(host: "login.example.test", port: 443, detail: "connection refused")))
      let failure = try #require(device.failure())
      #expect(failure.class == .transient && failure.exitCode == .notAcceptedYet)
      #expect(failure.cause.contains("login.example.test") && failure.cause.contains("connection refused"))
      #expect(device.requests.count == attempt)
    }
    device.gives("one")
    #expect(try device.tokens.current() == "one")
  }

  @Test func `an endpoint that asks for patience gets it, over restarts`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.answers(429, "{\"error\": \"temporarily_unavailable\"}", retryAfter: 120)
    #expect(device.failure()?.class == .transient)
    for _ in 1...50 {
      device.pass(2)
      #expect(device.failure()?.class == .transient)
    }
    #expect(device.requests.count == 1)
    device.pass(20)
    device.gives("one")
    #expect(try device.tokens.current() == "one" && device.requests.count == 2)
  }

  @Test func `an endpoint out of order is asked less and less`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    // An attempt every second for an hour.
    for _ in 1...3600 {
      if device.answers.isEmpty { device.answers(503, "down") }
      #expect(device.failure()?.class == .transient)
      device.pass(1)
    }
    #expect((6...8).contains(device.requests.count))
  }

  @Test func `who waits for the endpoint hears so, and of nothing where a token is kept`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "s3cret")
    device.gives("one")
    device.gives("two")
    var asked: [String] = []
    _ = try device.tokens.current { asked.append($0) }
    _ = try device.tokens.current { asked.append($0) }
    #expect(asked == ["login.microsoftonline.com"])
    _ = try device.tokens.replaced { asked.append($0) }
    #expect(asked.count == 2)
  }

  // MARK: Others meanwhile

  @Test func `a sign-in is not overwritten by what an older one bought meanwhile`() throws {
    let device = try Device()
    try device.set("refreshToken", "old")
    device.gives("one", refresh: "rotated")
    device.meanwhile = { try device.set("refreshToken", "signed in anew") }
    #expect(try device.tokens.current() == "one")
    #expect(try device.value("refreshToken") == "signed in anew" && device.value("accessToken") == nil)
    device.meanwhile = {}
    device.gives("two", refresh: "next")
    #expect(try device.tokens.current() == "two" && device.requests.last?.body["refresh_token"] == "signed in anew")
    #expect(try device.value("refreshToken") == "next")
  }

  @Test func `a secret that was removed or set anew meanwhile stays so, and its token is not kept`() throws {
    let device = try Device(.exchange, .clientSecret)
    try device.set("clientSecret", "old")
    device.gives("one")
    device.meanwhile = {
      try device.store.replace(SecretName("clientSecret", ofRoute: "office"), with: Array("new".utf8))
    }
    #expect(try device.tokens.current() == "one" && device.value("accessToken") == nil)
    device.answers(503, "down", retryAfter: 600)
    device.meanwhile = { try device.store.remove(SecretName("clientSecret", ofRoute: "office")) }
    #expect(device.failure()?.class == .transient)
    #expect(try device.value("clientSecret") == nil && device.value("accessToken") == nil)
  }

  // MARK: Keys

  @Test func `a certificate's key signs for the application`() throws {
    let device = try Device(.exchange, .clientCertificate)
    let key = device.folder.file("app.key")
    let made = try run(
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=scanner", "-days", "60", "-keyout",
        key,
        "-out", device.folder.file("app.pem"),
      ])
    #expect(made.exitCode == 0)
    let pem = try Folder.contents(of: key) + Folder.contents(of: device.folder.file("app.pem"))
    try device.store.set(SecretName("privateKey", ofRoute: "office"), to: pem)
    device.gives("one")
    #expect(try device.tokens.current() == "one")
    let body = try #require(device.requests.first?.body)
    #expect(body["client_assertion"]?.split(separator: ".").count == 3 && body["client_secret"] == nil)

    var route = Route(name: "office", preset: "m365-oauth", server: "x", port: 587)
    route.tokens = device.source
    let age = try #require(
      try device.store.ages(for: [route], at: Moment(boot: "b", sinceBoot: .zero, wall: .now)).last)
    #expect(age.name.text == "routes.office.privateKey" && age.state == .good)
    let later = Moment(boot: "b", sinceBoot: .zero, wall: WallTime(seconds: WallTime.now.seconds + 40 * 86_400 + 3600))
    #expect(try device.store.ages(for: [route], at: later).last?.state == .endsSoon(days: 19))
  }

  @Test func `a key that is none is named`() throws {
    let device = try Device(.exchange, .clientCertificate)
    try device.set("privateKey", "not a key s3cret")
    let failure = try #require(device.failure())
    #expect(failure.exitCode == .configuration && failure.cause.contains("routes.office.privateKey"))
    #expect(!"\(failure)".contains("s3cret"))
  }

  // MARK: Ages

  @Test func `a refresh token's age counts from its last use`() throws {
    let device = try Device()
    var route = Route(name: "office", preset: "m365-oauth", server: "x", port: 587)
    route.tokens = device.source
    try device.set("refreshToken", "first")
    device.now = Moment(boot: "b", sinceBoot: .zero, wall: .now)
    let today = try #require(device.now.wall)
    device.gives("one")
    _ = try device.tokens.current()
    func state(days: Int64) throws -> CredentialAge.State? {
      let then = Moment(boot: "b", sinceBoot: .zero, wall: WallTime(seconds: today.seconds + days * 86_400 + 60))
      return try device.store.ages(for: [route], at: then).first { $0.name.use?.kind == "refreshToken" }?.state
    }
    #expect(try state(days: 0) == .good && state(days: 70) == .endsSoon(days: 19) && state(days: 91) == .ended)
  }
}
