/// A service that sells tokens for mail, and what it asks for.
package enum OAuthService: String, Sendable, CaseIterable {
  /// Exchange Online submission.
  case exchange
  /// High Volume Email of Exchange Online.
  case highVolume
  case azureCommunication
  case google

  /// The authority where the configuration names none.
  package var authority: String {
    switch self {
    case .exchange, .highVolume, .azureCommunication: "https://login.microsoftonline.com"
    case .google: "https://accounts.google.com"
    }
  }

  /// What a token is to be good for.
  ///
  /// Exchange's delegated right is named; every right of an application is behind `.default`, and asking for
  /// one by name is refused (AADSTS70011). One resource a token.
  package func scope(for grant: Grant) -> String {
    switch (self, grant.isDelegated) {
    case (.exchange, true): "https://outlook.office.com/SMTP.Send offline_access"
    case (.exchange, false): "https://outlook.office365.com/.default"
    case (.highVolume, true): "https://outlook.office.com/Mail.Send offline_access"
    case (.highVolume, false): "https://outlook.office.com/.default"
    case (.azureCommunication, _): "https://communication.azure.com/.default"
    case (.google, _): "https://mail.google.com/"
    }
  }

  /// How long before its end a token is replaced. High Volume Email refuses one that ends soon: refusals were seen
  /// 8.5 minutes before the end, and one product in the field refreshes 20 before it.
  package var refreshLead: Duration {
    switch self {
    case .highVolume: .seconds(20 * 60)
    case .exchange, .azureCommunication, .google: .seconds(5 * 60)
    }
  }

  /// After how long without use a refresh token dies; nil where no such time is documented.
  package var refreshTokenIdleLife: Duration? {
    switch self {
    case .exchange, .highVolume: .seconds(90 * 86_400)  // learn.microsoft.com/entra/identity-platform/refresh-tokens
    case .google: .seconds(182 * 86_400)  // developers.google.com/identity/protocols/oauth2#expiration, six months
    case .azureCommunication: nil
    }
  }
}

/// How a token is had (RFC 6749 section 1.3 and its extensions).
package enum Grant: String, Sendable, CaseIterable {
  /// Client credentials with a secret (RFC 6749 section 4.4).
  case clientSecret = "client-secret"
  /// Client credentials with an assertion that a certificate's key signs (RFC 7523 section 2.2).
  case clientCertificate = "client-certificate"
  /// A person types a code elsewhere (RFC 8628).
  case deviceCode = "device-code"
  /// A person signs in elsewhere and brings the address that the browser ended at (RFC 6749 section 4.1, RFC 7636).
  case authorizationCode = "authorization-code"
  /// An assertion that the key of a Google service account signs (RFC 7523 section 2.1).
  case serviceAccount = "service-account"
  /// The account's own user name and password buy the token (RFC 6749 section 4.3). The weakest way: the password
  /// is on the device all the same, and goes to one server more.
  case password

  /// The token speaks for a person or an account, not for the application.
  package var isDelegated: Bool {
    switch self {
    case .deviceCode, .authorizationCode, .password: true
    case .clientSecret, .clientCertificate, .serviceAccount: false
    }
  }

  /// Leaves a refresh token behind that has to be kept.
  package var leavesRefreshToken: Bool { self == .deviceCode || self == .authorizationCode }

  /// Shown wherever the grant is shown; nil where nothing is wrong with it.
  package var warning: String? {
    self == .password
      ? "weaker than the other grants: it stores the account's password, and anyone who has it can sign in" : nil
  }

  /// The last part of the name of the secret that it needs.
  package var secret: String {
    switch self {
    case .clientSecret: "clientSecret"
    case .clientCertificate: "privateKey"
    case .deviceCode, .authorizationCode: "refreshToken"
    case .serviceAccount: "serviceAccountKey"
    case .password: "password"
    }
  }
}

/// Where a route's tokens come from.
package struct TokenSource: Sendable, Equatable {
  /// How a token is shown to the mail server.
  package enum Mechanism: String, Sendable {
    case xoauth2
    /// RFC 7628.
    case oauthbearer
  }

  package var service: OAuthService
  package var grant: Grant
  /// Of Microsoft; nil for Google.
  package var tenant: String?
  /// nil for a service account, whose key names it.
  package var clientID: String?
  /// "https://host", without a slash at its end.
  package var authority: String
  package var mechanism: Mechanism

  package init(
    service: OAuthService, grant: Grant, tenant: String? = nil, clientID: String? = nil, authority: String? = nil,
    mechanism: Mechanism = .xoauth2
  ) {
    self.service = service
    self.grant = grant
    self.tenant = tenant
    self.clientID = clientID
    let base = authority ?? service.authority
    self.authority = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.mechanism = mechanism
  }

  package var scope: String { service.scope(for: grant) }

  /// A Google authority in place of the real one has all its endpoints under one name.
  private var isGoogleItself: Bool { service == .google && authority == OAuthService.google.authority }

  package var tokenEndpoint: String {
    switch service {
    case .google: (isGoogleItself ? "https://oauth2.googleapis.com" : authority) + "/token"
    case .exchange, .highVolume, .azureCommunication: tenantBase + "/oauth2/v2.0/token"
    }
  }

  package var authorizationEndpoint: String {
    service == .google ? authority + "/o/oauth2/v2/auth" : tenantBase + "/oauth2/v2.0/authorize"
  }

  /// nil where the service's device flow does not give the right to mail.
  package var deviceEndpoint: String? { service == .google ? nil : tenantBase + "/oauth2/v2.0/devicecode" }

  /// Where an administrator consents for all; nil where there is no such page.
  package var adminConsentAddress: String? {
    guard service != .google, let clientID else { return nil }
    return tenantBase + "/adminconsent?" + Form([("client_id", clientID)]).text
  }

  private var tenantBase: String { authority + "/" + Form.escaped(tenant ?? "organizations") }
}
