import Crypto

/// One request to a token endpoint: POST, its body a form. No description shows the body's values.
package struct TokenRequest: Sendable, Equatable {
  package let address: String
  package let body: Form

  package static let contentType = "application/x-www-form-urlencoded"
}

// What each grant sends. The scope goes with every request that may have one: Microsoft refuses a refresh
// without it (AADSTS900144).
extension TokenSource {
  private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
  private static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
  private static let bearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

  private func request(_ fields: [(String, String?)]) -> TokenRequest {
    TokenRequest(address: tokenEndpoint, body: Form(fields))
  }

  /// Client credentials with a secret (RFC 6749 section 4.4.2).
  package func clientCredentials(secret: String) -> TokenRequest {
    request([
      ("grant_type", "client_credentials"), ("client_id", clientID), ("client_secret", secret), ("scope", scope),
    ])
  }

  /// Client credentials with a signed assertion (RFC 7523 section 2.2).
  package func clientCredentials(assertion: String) -> TokenRequest {
    request([
      ("grant_type", "client_credentials"), ("client_id", clientID),
      ("client_assertion_type", TokenSource.assertionType), ("client_assertion", assertion), ("scope", scope),
    ])
  }

  /// A service account's signed assertion (RFC 7523 section 2.1); the scope is in it.
  package func serviceAccount(assertion: String) -> TokenRequest {
    request([("grant_type", TokenSource.bearerGrant), ("assertion", assertion)])
  }

  /// Asks for a code that a person types elsewhere (RFC 8628 section 3.1); nil where the service has none for mail.
  package func deviceCode() -> TokenRequest? {
    deviceEndpoint.map { TokenRequest(address: $0, body: Form([("client_id", clientID), ("scope", scope)])) }
  }

  /// Asks whether the person has done so (RFC 8628 section 3.4).
  package func poll(deviceCode: String) -> TokenRequest {
    request([("grant_type", TokenSource.deviceGrant), ("client_id", clientID), ("device_code", deviceCode)])
  }

  /// Buys a token with the code of a redirect (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
  ///
  /// - Parameter secret: Google's installed applications have one that is not confidential; Microsoft's public clients have no secret.
  package func authorizationCode(
    _ code: String, verifier: String, redirect: String, secret: String? = nil
  ) -> TokenRequest {
    request([
      ("grant_type", "authorization_code"), ("client_id", clientID), ("client_secret", secret), ("code", code),
      ("redirect_uri", redirect), ("code_verifier", verifier), ("scope", service == .google ? nil : scope),
    ])
  }

  package func refresh(_ token: String, secret: String? = nil) -> TokenRequest {
    request([
      ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", secret), ("refresh_token", token),
      ("scope", service == .google ? nil : scope),
    ])
  }

  /// The account's own password (RFC 6749 section 4.3.2); see ``Grant/password``.
  package func password(_ password: String, of username: String, secret: String? = nil) -> TokenRequest {
    request([
      ("grant_type", "password"), ("client_id", clientID), ("client_secret", secret), ("username", username),
      ("password", password), ("scope", scope),
    ])
  }
}

/// One sign-in in a browser elsewhere, whose last address a person brings back (RFC 6749 section 4.1, RFC 7636).
package struct BrowserSignIn: Sendable, Equatable {
  /// Where the browser ends: an address without a server. The person copies it from the address line.
  package static let redirect = "http://localhost"
  /// RFC 7636 section 4.1: 32 bytes make a verifier of 43 characters.
  package static let randomBytes = 32

  /// Goes with the code that the redirect brings; never shown.
  package let verifier: String
  /// Comes back in the redirect: proof that it answers this sign-in.
  package let state: String

  /// - Parameters:
  ///   - verifier: ``randomBytes`` random bytes.
  ///   - state: as many others.
  package init(verifier: [UInt8], state: [UInt8]) {
    self.verifier = base64URL(verifier)
    self.state = base64URL(state)
  }

  /// RFC 7636 section 4.2.
  package var challenge: String { base64URL(SHA256.hash(Array(verifier.utf8))) }

  /// What the person opens.
  package func address(by source: TokenSource, for mailbox: String?) -> String {
    var fields: [(String, String?)] = [
      ("client_id", source.clientID), ("response_type", "code"), ("redirect_uri", BrowserSignIn.redirect),
      ("scope", source.scope), ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"),
      ("login_hint", mailbox),
    ]
    // Google gives a refresh token only when asked for one, and only with consent.
    if source.service == .google { fields += [("access_type", "offline"), ("prompt", "consent")] }
    return source.authorizationEndpoint + "?" + Form(fields).text
  }

  /// The code in the address that the browser ended at.
  package func code(in pasted: String) throws(TokenFault) -> String {
    let text = pasted.filter { !$0.isWhitespace }
    guard let mark = text.firstIndex(of: "?"),
      let fields = Form(query: text[text.index(after: mark)...].prefix { $0 != "#" })
    else { throw .notARedirect(.pastedNoAddress) }
    if fields["state"] != state { throw .notARedirect(.pastedOfAnotherSignIn) }
    if let error = fields["error"] {
      throw TokenFault(error: error, description: fields["error_description"] ?? "", status: 400, retryAfter: nil)
    }
    guard let code = fields["code"], !code.isEmpty else { throw .notARedirect(.pastedWithoutCode) }
    return code
  }
}
