/// What happens at the person's browser.
extension Microsoft {
  struct DeviceAnswer: Encodable {
    let userCode: String
    let deviceCode: String
    let verificationUri: String
    let expiresIn: Int
    let interval: Int
    let message: String
  }

  private var tokens: TokenSettings { tenant.scenario.tokens }

  func device(_ request: Request) throws(TokenError) -> DeviceAnswer {
    guard let app = tenant.app(request.form["client_id"] ?? "") else {
      throw TokenError(
        "unauthorized_client",
        "AADSTS700016: Application with identifier '\(request.form["client_id"] ?? "")' was not found in the directory '\(tenant.scenario.tenant.names.first ?? "")'."
      )
    }
    if tenant.scenario.tenant.blocksDeviceCode {
      throw TokenError(
        "invalid_grant",
        "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
      )
    }
    let scope = try Scope(request.form["scope"])
    let grant = try scope.grant(app, user: tokens.user)
    let userCode = String((0..<9).map { _ in "BCDFGHJKLMNPQRSTVWXZ23456789".randomElement() ?? "B" })
    let deviceCode = Base64.encodeURL(randomBytes(48))
    let pending = PendingDevice(
      app: app.id, audience: grant.audience, permissions: grant.permissions, userCode: userCode,
      expires: tenant.now + tokens.deviceCodeLifetime, wantsRefresh: scope.isOffline, user: tokens.user)
    tenant.withState { $0.tokens.addDevice(deviceCode, pending) }
    let page = "https://microsoft.com/devicelogin"
    return DeviceAnswer(
      userCode: userCode, deviceCode: deviceCode, verificationUri: page, expiresIn: tokens.deviceCodeLifetime,
      interval: tokens.pollInterval,
      message:
        "To sign in, use a web browser to open the page \(page) and enter the code \(userCode) to authenticate.")
  }

  /// The consent page, answered at once: a redirect with the code (RFC 6749 section 4.1.2).
  func authorize(_ request: Request) throws(TokenError) -> Response {
    guard let app = tenant.app(request.query["client_id"] ?? "") else {
      throw TokenError(
        "unauthorized_client",
        "AADSTS700016: Application with identifier '\(request.query["client_id"] ?? "")' was not found in the directory."
      )
    }
    let redirect = request.query["redirect_uri"] ?? ""
    guard app.redirects.contains(where: { isRedirect(redirect, for: $0) }) else {
      throw TokenError(
        "invalid_request",
        "AADSTS50011: The redirect URI '\(redirect)' specified in the request does not match the redirect URIs configured for the application '\(app.id)'."
      )
    }
    let scope = try Scope(request.query["scope"])
    let grant = try scope.grant(app, user: request.query["login_hint"] ?? tokens.user)
    return redirected(tenant, request, redirect, grant, wantsRefresh: scope.isOffline)
  }

  /// POST /devicelogin with `code`, and if wanted `user` and `decline`: what the person does with a device's code.
  func person(_ request: Request) -> Response {
    guard request.path == "/devicelogin", request.method == "POST" else { return Response(status: 404) }
    let user = request.form["user"] ?? tokens.user
    let isKnown = tenant.withState { state in
      state.tokens.answer(
        userCode: request.form["code"] ?? "", user: user, isGranted: request.form["decline"] == nil)
    }
    return Response(status: isKnown ? 204 : 404)
  }
}

/// Loopback redirects fit with any port (RFC 8252 section 7.3).
func isRedirect(_ given: String, for registered: String) -> Bool {
  if given == registered { return true }
  guard registered == "http://localhost" || registered == "http://127.0.0.1" else { return false }
  return given.hasPrefix(registered + ":") || given.hasPrefix(registered + "/")
}

/// Sends the browser back with a code, or with what a scripted failure says.
func redirected(
  _ tenant: Tenant, _ request: Request, _ redirect: String, _ grant: Grant, wantsRefresh: Bool
) -> Response {
  var fields: [(String, String)] = []
  if let rule = tenant.strike(Moment(stage: .authorize, endpoint: TokenEndpoint.name)),
    let error = TokenError(scripted: rule.reply)
  {
    fields = [("error", error.error), ("error_description", error.description)]
  } else {
    let code = "0.A" + Base64.encodeURL(randomBytes(120))
    let pending = PendingCode(
      grant: grant, redirect: redirect, challenge: request.query["code_challenge"],
      isPlainChallenge: request.query["code_challenge_method"] != "S256", expires: tenant.now + 600,
      wantsRefresh: wantsRefresh)
    tenant.withState { $0.tokens.addCode(code, pending) }
    fields = [("code", code)]
  }
  if let state = request.query["state"] { fields.append(("state", state)) }
  let query = fields.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
  return Response(status: 302, headers: [("Location", redirect + (redirect.contains("?") ? "&" : "?") + query)])
}

extension PendingCode {
  /// Whether the verifier fits the challenge (RFC 7636 section 4.6); without a challenge there must be none.
  func isProven(by verifier: String?) -> Bool {
    guard let challenge else { return verifier == nil }
    guard let verifier else { return false }
    if isPlainChallenge { return verifier == challenge }
    return Base64.encodeURL(DigestAlgorithm.sha256.digest(Array(verifier.utf8))) == challenge
  }
}

extension Tenant {
  /// The password of a mailbox or an HVE account; nil for a stranger.
  func password(of user: String) -> String? {
    mailbox(user)?.password ?? scenario.hve.accounts.first { isSame($0.address, user) }?.password
  }
}
