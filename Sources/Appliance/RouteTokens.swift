package import Base
import Crypto
package import Diagnosis
package import Routes

/// The access tokens of one route: bought with its grant, kept sealed, replaced before they end.
///
/// Only whoever holds the sender lock uses it, so one process at a time asks. A call asks the endpoint at most once,
/// and not at all while it has asked for patience.
package struct RouteTokens {
  let route: String
  let source: TokenSource
  let user: String
  let secrets: RouteSecrets
  let now: () -> Moment
  let ask: (TokenRequest) throws(HTTPSFault) -> TokenAnswer

  package init(
    route: String, source: TokenSource, user: String, secrets: RouteSecrets, now: @escaping () -> Moment,
    ask: @escaping (TokenRequest) throws(HTTPSFault) -> TokenAnswer
  ) {
    self.route = route
    self.source = source
    self.user = user
    self.secrets = secrets
    self.now = now
    self.ask = ask
  }

  private static let cache = "accessToken"
  private static let refresh = "refreshToken"
  /// RFC 7519 section 4.1.7: enough that no two assertions have the same name.
  private static let identifierBytes = 16

  /// A token that the server will take for some minutes yet.
  package func current() throws(Failure) -> String {
    let kept = try kept()
    if let token = kept.token, token.isFresh(at: now(), for: source, user: user) { return token.accessToken }
    return try bought(kept)
  }

  /// Another one, whatever is kept: the server refused that.
  package func replaced() throws(Failure) -> String {
    var kept = try kept()
    kept.token = nil
    return try bought(kept)
  }

  /// What a sign-in brought, or a first purchase; ends a pause. A refresh token is on disk before anything else is done.
  package func keep(_ grant: TokenGrant) throws(Failure) {
    if let refreshToken = grant.refreshToken {
      let given = try secrets.given(Self.refresh)
      try secrets.keep(Self.refresh, RefreshToken(refreshToken, replacing: given).bytes)
    }
    var kept = KeptToken()
    kept.token = StoredToken(grant, at: now(), for: source.cacheKey(user))
    try secrets.keep(Self.cache, kept.bytes)
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

  private func bought(_ kept: KeptToken) throws(Failure) -> String {
    if let seconds = kept.pause?.left(at: now()) { throw .tokenPause(seconds: seconds, by: self) }
    let request = try request()
    let answer = try answer(to: request)
    let grant: TokenGrant
    do throws(TokenFault) {
      grant = try TokenGrant(answer)
    } catch {
      try note(error, kept)
      throw Failure(error, after: request, by: self)
    }
    try keep(grant)
    return grant.accessToken
  }

  private func note(_ fault: TokenFault, _ kept: KeptToken) throws(Failure) {
    guard case .transient(let retryAfter) = fault.verdict else { return }
    var kept = kept
    kept.pause = TokenPause(after: kept.pause, retryAfter: retryAfter, at: now())
    try secrets.keep(Self.cache, kept.bytes)
  }

  /// What the grant sends, with the secrets that it needs.
  func request() throws(Failure) -> TokenRequest {
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
  /// (AADSTS700025); Google's installed applications have one that is none.
  func clientSecret() throws(Failure) -> String? {
    if source.grant == .deviceCode { return nil }
    return try secrets.value("clientSecret").map { String(decoding: $0, as: UTF8.self) }
  }

  private func secret(_ kind: String) throws(Failure) -> String {
    try secrets.text(kind, purpose: "to get tokens for \(user) by route \(route)")
  }

  private func applicationAssertion() throws(Failure) -> String {
    let pem = Array(try secret("privateKey").utf8)
    do throws(SigningFault) {
      let key = try SigningKey(pem: pem)
      let assertion = Assertion.application(
        source.clientID ?? "", endpoint: source.tokenEndpoint, thumbprint: try CertificateIdentity.thumbprint(pem: pem),
        algorithm: key.kind == .p256 ? .es256 : .rs256, identifier: randomBytes(Self.identifierBytes), at: .now)
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
      throw Failure(error, after: nil, by: self)
    }
    let assertion = Assertion.serviceAccount(account, actingFor: user, scope: source.scope, at: .now)
    do throws(SigningFault) {
      return assertion.signed(try SigningKey(pem: Array(account.privateKey.utf8)).sign(assertion.signingInput))
    } catch {
      throw .unfitKey(error, secret: "serviceAccountKey", by: self)
    }
  }
}
