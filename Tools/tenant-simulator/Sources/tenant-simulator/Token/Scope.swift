/// What a request asks for, of the one resource that a token can be for.
struct Scope {
  let audience: Grant.Audience
  let names: [String]
  let isOffline: Bool
  var isDefault: Bool { names == [".default"] }

  private static let openID = ["offline_access", "openid", "profile", "email"]

  init(_ text: String?) throws(TokenError) {
    guard let text, !text.isEmpty else {
      throw TokenError(
        "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'scope'.")
    }
    let all = text.split(separator: " ").map(String.init)
    let wanted = all.filter { !Self.openID.contains($0) }
    isOffline = all.contains("offline_access")
    let resources = Set(try wanted.map { name throws(TokenError) in try Self.resource(of: name, in: text) })
    guard let audience = resources.first else { throw Self.invalid(text) }
    if resources.count > 1 {
      throw TokenError(
        "invalid_request",
        "AADSTS28000: Provided value for the input parameter scope is not valid because it contains more than one resource. Scope \(text) is not valid."
      )
    }
    let names = wanted.map { String($0[($0.lastIndex(of: "/").map($0.index(after:)) ?? $0.startIndex)...]) }
    if names.contains(".default") && names.count > 1 { throw Self.invalid(text) }
    self.audience = audience
    self.names = names
  }

  private static func resource(of name: String, in text: String) throws(TokenError) -> Grant.Audience {
    guard name.hasPrefix("https://"), let slash = name.lastIndex(of: "/") else {
      // A bare name is one of Microsoft Graph.
      if name.contains(".") && !name.hasPrefix("http") { return .graph }
      throw invalid(text)
    }
    let resource = name[..<slash].drop { $0 == "/" }
    switch resource.hasSuffix("/") ? String(resource.dropLast()) : String(resource) {
    case "https://outlook.office.com", "https://outlook.office365.com": return .exchange
    case "https://communication.azure.com": return .azureCommunication
    case "https://graph.microsoft.com": return .graph
    case let other:
      throw TokenError(
        "invalid_resource",
        "AADSTS500011: The resource principal named \(other) was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
      )
    }
  }

  private static func invalid(_ text: String) -> TokenError {
    TokenError(
      "invalid_scope",
      "AADSTS70011: The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope \(text) is not valid."
    )
  }

  /// What `app` gets for `user` by delegation.
  func grant(_ app: App, user: String) throws(TokenError) -> Grant {
    if !app.consented {
      throw TokenError(
        "invalid_grant",
        "AADSTS65001: The user or administrator has not consented to use the application with ID '\(app.id)'. Send an interactive authorization request for this user and resource."
      )
    }
    if let wrong = names.first(where: { $0 == "SMTP.SendAsApp" }) {
      throw TokenError("invalid_scope", "The scope '\(audience.rawValue)/\(wrong)' does not exist.")
    }
    let permissions = isDefault ? app.delegated : names
    if let missing = permissions.first(where: { !app.delegated.contains($0) }), audience == .exchange {
      throw TokenError(
        "invalid_grant",
        "AADSTS65001: The user or administrator has not consented to use the application with ID '\(app.id)'. Scope \(missing) is missing."
      )
    }
    return Grant(provider: .microsoft, app: app.id, user: user, audience: audience, permissions: permissions)
  }
}
