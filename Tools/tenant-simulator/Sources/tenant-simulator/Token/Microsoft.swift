/// The identity platform of Microsoft, as one tenant sees it.
struct Microsoft {
  let tenant: Tenant

  private var tokens: TokenSettings { tenant.scenario.tokens }

  // MARK: Token

  func token(_ request: Request) throws(TokenError) -> TokenAnswer {
    let grantType = request.form["grant_type"] ?? ""
    try checkTenant(request.path, isAppOnly: grantType == "client_credentials")
    let app = try app(request)
    switch grantType {
    case "client_credentials": return try clientCredentials(request, app)
    case "urn:ietf:params:oauth:grant-type:device_code", "device_code": return try deviceCode(request, app)
    case "authorization_code": return try authorizationCode(request, app)
    case "refresh_token": return try refreshToken(request, app)
    case "password": return try password(request, app)
    case "":
      throw TokenError(
        "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'grant_type'.")
    default:
      throw TokenError(
        "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type '\(grantType)'.")
    }
  }

  private func checkTenant(_ path: String, isAppOnly: Bool) throws(TokenError) {
    let name = path.split(separator: "/").first.map(String.init) ?? ""
    let isShared = ["common", "organizations", "consumers"].contains(name.lowercased())
    if isShared && isAppOnly {
      throw TokenError(
        "invalid_request",
        "AADSTS50059: No tenant-identifying information found in either the request or implied by any provided credentials."
      )
    }
    let known = [tenant.scenario.tenant.id] + tenant.scenario.tenant.names
    if !isShared && !known.contains(where: { isSame($0, name) }) {
      throw TokenError(
        "invalid_request",
        "AADSTS90002: Tenant '\(name)' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
      )
    }
  }

  private func app(_ request: Request) throws(TokenError) -> App {
    let id = request.form["client_id"] ?? Self.basicName(request) ?? ""
    if id.isEmpty {
      throw TokenError(
        "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'client_id'.")
    }
    guard let app = tenant.app(id) else {
      throw TokenError(
        "unauthorized_client",
        "AADSTS700016: Application with identifier '\(id)' was not found in the directory '\(tenant.scenario.tenant.names.first ?? "")'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
      )
    }
    return app
  }

  private static func basicName(_ request: Request) -> String? { basic(request)?.name }

  private static func basic(_ request: Request) -> (name: String, secret: String)? {
    guard let header = request.authorization, header.lowercased().hasPrefix("basic "),
      let bytes = Base64.decode(String(header.dropFirst(6)))
    else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  // MARK: Client authentication

  /// - Parameter isRequired: whether a public client will not do.
  private func authenticate(_ request: Request, _ app: App, isRequired: Bool) throws(TokenError) {
    let secret = request.form["client_secret"] ?? Self.basic(request)?.secret
    let assertion = request.form["client_assertion"]
    if secret == nil && assertion == nil {
      if !isRequired && app.isPublic { return }
      throw TokenError(
        "invalid_client",
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        status: 401)
    }
    if app.isPublic && app.secret == nil && app.certificate == nil {
      throw TokenError(
        "invalid_client",
        "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        status: 401)
    }
    if let assertion { return try check(assertion, request, app) }
    guard let secret, secret == app.secret else {
      throw TokenError(
        "invalid_client",
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '\(app.id)'.",
        status: 401)
    }
    if app.secretExpired {
      throw TokenError(
        "invalid_client", "AADSTS7000222: The provided client secret keys for app '\(app.id)' are expired.",
        status: 401)
    }
  }

  private func check(_ text: String, _ request: Request, _ app: App) throws(TokenError) {
    let type = request.form["client_assertion_type"]
    guard type == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", let assertion = Assertion(text) else {
      throw TokenError("invalid_client", "AADSTS50027: JWT token is invalid or malformed.", status: 401)
    }
    guard let certificate = app.certificate.flatMap(pem).flatMap(PEMCertificate.init), assertion.names(certificate),
      let key = certificate.publicKey, assertion.isSigned(by: key)
    else {
      throw TokenError(
        "invalid_client",
        "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. Client assertion failed signature validation.",
        status: 401)
    }
    try checkClaims(assertion.claims, request, app)
  }

  private func checkClaims(_ claims: Assertion.Claims, _ request: Request, _ app: App) throws(TokenError) {
    let now = tenant.now
    // Entra allows five minutes of difference between clocks.
    guard claims.exp > now - 300, (claims.nbf ?? now) < now + 300 else {
      throw TokenError(
        "invalid_client",
        "AADSTS700024: Client assertion is not within its valid time range. Current time: \(rfc3339()), assertion valid from \(formatted("%Y-%m-%dT%H:%M:%SZ", claims.nbf ?? 0)), expiry time of assertion \(formatted("%Y-%m-%dT%H:%M:%SZ", claims.exp)).",
        status: 401)
    }
    guard isSame(claims.iss, app.id), isSame(claims.sub ?? "", app.id) else {
      throw TokenError(
        "invalid_client", "AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter.",
        status: 401)
    }
    guard claims.aud.hasSuffix(request.path) || claims.aud.hasSuffix(tenant.scenario.tenant.id + "/v2.0") else {
      throw TokenError(
        "invalid_client",
        "AADSTS700023: Client assertion audience claim does not match Realm issuer. The audience was '\(claims.aud)'.",
        status: 401)
    }
  }

  // MARK: Grants

  private func clientCredentials(_ request: Request, _ app: App) throws(TokenError) -> TokenAnswer {
    try authenticate(request, app, isRequired: true)
    let scope = try Scope(request.form["scope"])
    guard scope.isDefault else {
      throw TokenError(
        "invalid_scope",
        "AADSTS1002012: The provided value for scope \(request.form["scope"] ?? "") is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
      )
    }
    return answer(
      Grant(
        provider: .microsoft, app: app.id, user: nil, audience: scope.audience, permissions: app.application),
      scope: nil, wantsRefresh: false)
  }

  private func deviceCode(_ request: Request, _ app: App) throws(TokenError) -> TokenAnswer {
    try authenticate(request, app, isRequired: !app.isPublic)
    let code = request.form["device_code"] ?? ""
    let polled = tenant.withState { $0.tokens.poll(code, interval: tokens.pollInterval, at: steadyMilliseconds()) }
    guard let (device, isTooFast) = polled, isSame(device.app, app.id) else {
      throw TokenError(
        "bad_verification_code", "AADSTS70018: Bad verification code. Please try again with the correct device code.")
    }
    if isTooFast { throw TokenError("slow_down", "The device polls faster than its interval allows.") }
    if device.expires <= tenant.now {
      throw TokenError("expired_token", "AADSTS70019: Verification code expired. Have the user retry the sign-in.")
    }
    return try answer(device, code)
  }

  private func answer(_ device: PendingDevice, _ code: String) throws(TokenError) -> TokenAnswer {
    let isAnswered = device.polls > tokens.pendingPolls && tokens.person != .never
    guard let isGranted = device.answer ?? (isAnswered ? tokens.person == .granted : nil) else {
      throw TokenError(
        "authorization_pending",
        "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
    }
    tenant.withState { $0.tokens.endDevice(code) }
    if !isGranted { throw TokenError("authorization_declined", "The end user denied the authorization request.") }
    let grant = Grant(
      provider: .microsoft, app: device.app, user: device.user, audience: device.audience,
      permissions: device.permissions)
    return answer(grant, scope: device.permissions, wantsRefresh: device.wantsRefresh)
  }

  private func authorizationCode(_ request: Request, _ app: App) throws(TokenError) -> TokenAnswer {
    try authenticate(request, app, isRequired: !app.isPublic)
    guard let pending = tenant.withState({ $0.tokens.takeCode(request.form["code"] ?? "") }),
      pending.expires > tenant.now, isSame(pending.grant.app, app.id)
    else {
      throw TokenError(
        "invalid_grant",
        "AADSTS70008: The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."
      )
    }
    if pending.redirect != request.form["redirect_uri"] {
      throw TokenError(
        "invalid_grant",
        "AADSTS500112: The reply address '\(request.form["redirect_uri"] ?? "")' does not match the reply address '\(pending.redirect)' provided when requesting Authorization code."
      )
    }
    try proveKey(pending, request)
    return answer(pending.grant, scope: pending.grant.permissions, wantsRefresh: pending.wantsRefresh)
  }

  private func proveKey(_ pending: PendingCode, _ request: Request) throws(TokenError) {
    if !pending.isProven(by: request.form["code_verifier"]) {
      throw TokenError(
        "invalid_grant",
        "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.")
    }
  }

  private func refreshToken(_ request: Request, _ app: App) throws(TokenError) -> TokenAnswer {
    try authenticate(request, app, isRequired: !app.isPublic)
    let scope = try Scope(request.form["scope"])
    let text = request.form["refresh_token"] ?? ""
    guard let grant = tenant.withState({ $0.tokens.refreshGrant(text, rotates: tokens.rotates) }),
      isSame(grant.app, app.id)
    else {
      throw TokenError(
        "invalid_grant",
        "AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password."
      )
    }
    if grant.expires <= tenant.now {
      throw TokenError(
        "invalid_grant",
        "AADSTS700082: The refresh token has expired due to inactivity. The token was inactive for 90 days.")
    }
    try checkState(of: grant.user ?? "")
    let fresh = try scope.grant(app, user: grant.user ?? "")
    return answer(fresh, scope: fresh.permissions, wantsRefresh: true)
  }

  private func password(_ request: Request, _ app: App) throws(TokenError) -> TokenAnswer {
    try authenticate(request, app, isRequired: !app.isPublic)
    let scope = try Scope(request.form["scope"])
    let name = request.form["username"] ?? ""
    guard let known = tenant.password(of: name) else {
      throw TokenError(
        "invalid_grant",
        "AADSTS50034: The user account {EUII Hidden} does not exist in the \(tenant.scenario.tenant.id) directory. To sign into this application, the account must be added to the directory."
      )
    }
    if known != request.form["password"] {
      throw TokenError(
        "invalid_grant", "AADSTS50126: Error validating credentials due to invalid username or password.")
    }
    try checkState(of: name)
    if tenant.scenario.tenant.securityDefaults {
      throw TokenError(
        "invalid_grant", "AADSTS530035: Access has been blocked by security defaults.")
    }
    let grant = try scope.grant(app, user: name)
    return answer(grant, scope: grant.permissions, wantsRefresh: scope.isOffline)
  }

  /// What a sign-in of a person can fail of.
  private func checkState(of user: String) throws(TokenError) {
    switch tenant.mailbox(user)?.state {
    case .locked:
      throw TokenError(
        "invalid_grant",
        "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password."
      )
    case .passwordExpired: throw TokenError("invalid_grant", "AADSTS50055: The password is expired.")
    case .disabled: throw TokenError("invalid_grant", "AADSTS50057: The user account is disabled.")
    case .mfa:
      throw TokenError(
        "interaction_required",
        "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource."
      )
    case .active, .restricted, nil: return
    }
  }

  private func answer(_ grant: Grant, scope: [String]?, wantsRefresh: Bool) -> TokenAnswer {
    let names = scope?.map { grant.audience.rawValue + "/" + $0 }.joined(separator: " ")
    return TokenAnswer(
      scope: names, expiresIn: tokens.lifetime, accessToken: tenant.mint(grant),
      refreshToken: wantsRefresh ? tenant.mintRefresh(grant) : nil)
  }
}
