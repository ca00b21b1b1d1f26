package import Base
import Crypto
package import Diagnosis
package import Routes

/// The access tokens of one route: bought with its grant, kept sealed, replaced before they end.
///
/// Only the holder of the sender lock renews them, so one process at a time asks. A call asks the endpoint at most once,
/// and not at all while it has asked for patience. A person may sign in or set a secret meanwhile: what was bought with
/// the one before is shown once, and not kept.
package struct RouteTokens {
  let route: String
  let source: TokenSource
  let user: String
  let secrets: RouteSecrets
  let clock: Clock
  let ask: (TokenRequest) throws(HTTPSFault) -> TokenAnswer

  package init(
    route: String, source: TokenSource, user: String, secrets: RouteSecrets, clock: Clock,
    ask: @escaping (TokenRequest) throws(HTTPSFault) -> TokenAnswer
  ) {
    self.route = route
    self.source = source
    self.user = user
    self.secrets = secrets
    self.clock = clock
    self.ask = ask
  }

  private static let cache = "accessToken"
  private static let refresh = "refreshToken"
  /// RFC 7519 section 4.1.7: enough that no two assertions have the same name.
  private static let identifierBytes = 16

  /// A token that the server will take for some minutes yet.
  ///
  /// - Parameter asking: called before the endpoint is asked, with its host.
  package func current(_ asking: (String) -> Void = { _ in }) throws(Failure) -> String {
    let kept = try kept()
    if let token = kept.token, token.isFresh(at: clock.moment, for: source, user: user) { return token.accessToken }
    return try bought(kept, asking)
  }

  /// The kept one, where the server will take that for some minutes yet. None is requested: the sender does that.
  func fresh() throws(Failure) -> String? {
    guard let token = try kept().token, token.isFresh(at: clock.moment, for: source, user: user) else { return nil }
    return token.accessToken
  }

  /// Another one, whatever is kept: the server refused that.
  package func replaced(_ asking: (String) -> Void = { _ in }) throws(Failure) -> String {
    var kept = try kept()
    kept.token = nil
    return try bought(kept, asking)
  }

  /// What a sign-in brought; ends a pause. A refresh token is on disk before anything else is done.
  package func keep(_ grant: TokenGrant) throws(Failure) { try keep(grant, where: nil) }

  private func keep(_ grant: TokenGrant, where standing: StandingSecrets?) throws(Failure) {
    var values: [(kind: String, bytes: [UInt8])] = []
    if let refreshToken = grant.refreshToken {
      let given = try secrets.given(Self.refresh)
      values.append((Self.refresh, RefreshToken(refreshToken, replacing: given).bytes))
    }
    var kept = KeptToken()
    kept.token = StoredToken(grant, at: clock.moment, for: source.cacheKey(user))
    try secrets.keep(values + [(Self.cache, kept.bytes)], where: standing)
  }

  /// Gets a token with what is kept, whether or not there is one, and keeps it.
  func purchase(_ asking: (String) -> Void) throws(Failure) -> TokenGrant {
    let (request, standing) = try standingRequest()
    asking(source.endpointHost)
    let grant = try grant(by: request)
    try keep(grant, where: standing)
    return grant
  }

  /// Asks once and reads the answer.
  func grant(by request: TokenRequest) throws(Failure) -> TokenGrant {
    let answer = try answer(to: request)
    do throws(TokenFault) { return try TokenGrant(answer) } catch { throw Failure(error, after: request, by: self) }
  }

  func answer(to request: TokenRequest) throws(Failure) -> TokenAnswer {
    do throws(HTTPSFault) { return try ask(request) } catch { throw Failure(error, route: route) }
  }

  // MARK: Buying

  private func kept() throws(Failure) -> KeptToken {
    // A cache that does not open is no cache.
    KeptToken((try? secrets.kept(Self.cache)) ?? nil)
  }

  private func bought(_ kept: KeptToken, _ asking: (String) -> Void) throws(Failure) -> String {
    if let seconds = kept.pause?.left(at: clock.moment) { throw .tokenPause(seconds: seconds, by: self) }
    let (request, standing) = try standingRequest()
    asking(source.endpointHost)
    let answer = try answer(to: request)
    let grant: TokenGrant
    do throws(TokenFault) {
      grant = try TokenGrant(answer)
    } catch {
      try note(error, kept, where: standing)
      throw Failure(error, after: request, by: self)
    }
    try keep(grant, where: standing)
    return grant.accessToken
  }

  /// A request, and the secrets that it was made of.
  private func standingRequest() throws(Failure) -> (TokenRequest, StandingSecrets) {
    while true {
      let standing = secrets.standing([source.grant.secret, "clientSecret"])
      let request = try request()
      // Else a person set one of them in between.
      if secrets.standing([source.grant.secret, "clientSecret"]) == standing { return (request, standing) }
    }
  }

  private func note(_ fault: TokenFault, _ kept: KeptToken, where standing: StandingSecrets) throws(Failure) {
    guard case .transient(let retryAfter) = fault.verdict else { return }
    var kept = kept
    kept.pause = TokenPause(after: kept.pause, retryAfter: retryAfter, at: clock.moment)
    try secrets.keep([(Self.cache, kept.bytes)], where: standing)
  }

  /// Whether a token could be requested: the secrets exist and are usable. Sends nothing.
  func checkSecrets() throws(Failure) { _ = try request() }

  /// What the grant sends, with the secrets that it needs.
  private func request() throws(Failure) -> TokenRequest {
    switch source.grant {
    case .clientSecret: source.clientCredentials(secret: try secret("clientSecret"))
    case .clientCertificate: source.clientCredentials(assertion: try applicationAssertion())
    case .serviceAccount: source.serviceAccount(assertion: try accountAssertion())
    case .password: source.password(try secret("password"), of: user, secret: try clientSecret())
    case .deviceCode, .authorizationCode: source.refresh(try refreshToken(), secret: try clientSecret())
    }
  }

  private func refreshToken() throws(Failure) -> String {
    let (given, kept) = (try secrets.given(Self.refresh), try secrets.kept(Self.refresh))
    guard let token = RefreshToken.newest(given: given, kept: kept) else { throw .notSignedIn(self) }
    return token
  }

  /// Shown where there is one. Who signs in by device code is a public client, which is refused when it shows one
  /// (AADSTS700025); Google's installed applications have one that is not confidential.
  func clientSecret() throws(Failure) -> String? {
    if source.grant == .deviceCode { return nil }
    return try secrets.value("clientSecret").map { String(decoding: $0, as: UTF8.self) }
  }

  private func secret(_ kind: String) throws(Failure) -> String { try secrets.text(kind, of: user) }

  private func applicationAssertion() throws(Failure) -> String {
    let pem = Array(try secret("privateKey").utf8)
    do throws(SigningFault) {
      let key = try SigningKey(pem: pem)
      let assertion = Assertion.application(
        source.clientID ?? "", endpoint: source.tokenEndpoint, thumbprint: try CertificateIdentity.thumbprint(pem: pem),
        algorithm: key.kind == .p256 ? .es256 : .rs256, identifier: randomBytes(Self.identifierBytes),
        at: clock.date)
      return assertion.signed(key.sign(assertion.signingInput))
    } catch {
      throw .unfitKey(error, secret: "privateKey", by: self)
    }
  }

  private func accountAssertion() throws(Failure) -> String {
    let json = Array(try secret("serviceAccountKey").utf8)
    let account: ServiceAccount
    do throws(TokenFault) {
      account = try ServiceAccount(json: json, tokenEndpoint: source.tokenEndpoint)
    } catch {
      throw .unfitAccount(error, by: self)
    }
    let assertion = Assertion.serviceAccount(account, actingFor: user, scope: source.scope, at: clock.date)
    do throws(SigningFault) {
      return assertion.signed(try SigningKey(pem: Array(account.privateKey.utf8)).sign(assertion.signingInput))
    } catch {
      throw .unfitKey(error, secret: "serviceAccountKey", by: self)
    }
  }
}
