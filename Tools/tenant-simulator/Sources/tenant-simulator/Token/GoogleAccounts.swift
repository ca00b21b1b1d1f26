/// Google's accounts and token servers.
struct GoogleAccounts {
  let tenant: Tenant

  private static let mailScope = "https://mail.google.com/"
  private var tokens: TokenSettings { tenant.scenario.tokens }

  func token(_ request: Request) throws(TokenError) -> TokenAnswer {
    switch request.form["grant_type"] ?? "" {
    case "authorization_code": return try authorizationCode(request)
    case "refresh_token": return try refreshToken(request)
    case "urn:ietf:params:oauth:grant-type:jwt-bearer": return try serviceAccount(request)
    case let other: throw TokenError("unsupported_grant_type", "Invalid grant_type: \(other)")
    }
  }

  /// The consent page, answered at once.
  func authorize(_ request: Request) throws(TokenError) -> Response {
    guard let client = client(request.query["client_id"]) else {
      throw TokenError("invalid_client", "The OAuth client was not found.", status: 401)
    }
    let redirect = request.query["redirect_uri"] ?? ""
    guard client.redirects.contains(where: { isRedirect(redirect, for: $0) }) else {
      throw TokenError("redirect_uri_mismatch", "The redirect_uri does not match those of the client.")
    }
    let grant = try grant(
      client.id, user: request.query["login_hint"] ?? tokens.googleUser, scope: request.query["scope"])
    return redirected(
      tenant, request, redirect, grant, wantsRefresh: request.query["access_type"] == "offline")
  }

  private func client(_ id: String?) -> Google.Client? { tenant.scenario.google.clients.first { $0.id == id } }

  private func authenticated(_ request: Request) throws(TokenError) -> Google.Client {
    guard let client = client(request.form["client_id"]) else {
      throw TokenError("invalid_client", "The OAuth client was not found.", status: 401)
    }
    if client.secret != request.form["client_secret"] {
      throw TokenError("invalid_client", "Unauthorized", status: 401)
    }
    return client
  }

  private func grant(_ app: String, user: String, scope: String?) throws(TokenError) -> Grant {
    // A token for another scope is granted, and Gmail's server then refuses it.
    guard let scope, !scope.isEmpty else { throw TokenError("invalid_scope", "Missing required parameter: scope") }
    let isMail = scope.split(separator: " ").contains { $0 == Self.mailScope }
    return Grant(
      provider: .google, app: app, user: user, audience: isMail ? .gmail : .graph, permissions: [scope])
  }

  private func authorizationCode(_ request: Request) throws(TokenError) -> TokenAnswer {
    let client = try authenticated(request)
    guard let pending = tenant.withState({ $0.tokens.takeCode(request.form["code"] ?? "") }),
      pending.grant.app == client.id, pending.expires > tenant.now
    else { throw TokenError("invalid_grant", "Malformed auth code.") }
    if pending.redirect != request.form["redirect_uri"] { throw TokenError("redirect_uri_mismatch", "Bad Request") }
    if !pending.isProven(by: request.form["code_verifier"]) {
      throw TokenError("invalid_grant", "Invalid code verifier.")
    }
    return answer(pending.grant, refresh: pending.wantsRefresh ? tenant.mintRefresh(pending.grant) : nil)
  }

  /// Google's refresh tokens stay as they are.
  private func refreshToken(_ request: Request) throws(TokenError) -> TokenAnswer {
    let client = try authenticated(request)
    guard let grant = tenant.withState({ $0.tokens.refreshGrant(request.form["refresh_token"] ?? "", rotates: false) }),
      grant.app == client.id, grant.expires > tenant.now
    else { throw TokenError("invalid_grant", "Token has been expired or revoked.") }
    return answer(grant, refresh: nil)
  }

  private func serviceAccount(_ request: Request) throws(TokenError) -> TokenAnswer {
    guard let assertion = Assertion(request.form["assertion"] ?? "") else {
      throw TokenError(
        "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.")
    }
    let claims = assertion.claims
    guard let account = tenant.scenario.google.serviceAccounts.first(where: { $0.email == claims.iss }) else {
      throw TokenError("invalid_grant", "Invalid grant: account not found")
    }
    guard let key = pem(account.key).flatMap(PublicKey.read), assertion.isSigned(by: key) else {
      throw TokenError("invalid_grant", "Invalid JWT Signature.")
    }
    let now = tenant.now
    guard claims.exp > now, let issued = claims.iat, issued < now + 300, claims.exp - issued <= 3600,
      claims.aud.hasSuffix("/token")
    else {
      throw TokenError(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
      )
    }
    guard let user = claims.sub, account.domains.contains(domain(of: user)) else {
      throw TokenError(
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        status: 401)
    }
    return answer(try grant(account.email, user: user, scope: claims.scope), refresh: nil)
  }

  private func answer(_ grant: Grant, refresh: String?) -> TokenAnswer {
    TokenAnswer(
      scope: grant.permissions.first, expiresIn: tokens.lifetime, accessToken: tenant.mint(grant),
      refreshToken: refresh)
  }
}
