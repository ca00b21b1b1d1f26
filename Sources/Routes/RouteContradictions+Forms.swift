import Base
import Mail
import Settings

// Values that stand in the right place and cannot be what is meant.
extension RouteContradictions {
  /// Words of the token endpoint for "whichever tenant the person who signs in is of".
  private static let anyTenant: Set<String> = ["common", "organizations", "consumers"]

  func tenant() -> RouteError? {
    guard let tenant = settings.tenant, let tokens = words.tokens else { return nil }
    if Self.anyTenant.contains(tenant.lowercased()) {
      if tokens.grant.leavesRefreshToken { return nil }
      return wrongTenant(
        "\"\(tenant)\", but nobody signs in who would be of one: \(tokens.grant.rawValue) needs its own")
    }
    if AzureUserName.isIdentifier(tenant) { return nil }
    if tenant.contains("/") { return wrongTenant("the address \"\(tenant)\"") }
    if tenant.contains("@") { return wrongTenant("the mail address \"\(tenant)\"") }
    // Another authority may call its tenants what it likes.
    if settings.authority != nil || HostText.isName(tenant) && tenant.contains(".") { return nil }
    return wrongTenant("\"\(tenant.onOneLine(limit: 80))\", which is neither a domain nor an id")
  }

  private func wrongTenant(_ what: String) -> RouteError {
    let text = settings.tenant ?? ""
    let last = text.split { $0 == "/" || $0 == "@" }.last { HostText.isName(String($0)) && $0.contains(".") }
    let domain = text.contains("@") ? last.map(String.init) : nil
    return error(
      "tenant", "\(route).tenant is \(what)",
      "Name a domain of the tenant or its id (Entra admin center: Overview, Tenant ID): "
        + "platen config set \(route).tenant \(domain ?? "DOMAIN")")
  }

  /// A service's own server knows its users by whole addresses; a server that the configuration names may have others.
  func mailbox() -> RouteError? {
    guard let username = settings.username, !username.contains("@"), settings.server == nil,
      [.loginMailbox, .accountOnly].contains(preset.sender.value)
    else { return nil }
    return error(
      "username",
      "\(route).username is \"\(username)\", and \(preset.name) signs in as a mailbox, by its whole address",
      "Write it whole: platen config set \(route).username \(username)@DOMAIN")
  }

  /// Ports that mean one thing everywhere: relay with STARTTLS or none, TLS from the first byte, submission.
  private static let (relayPort, implicitPort, submissionPort) = (25, 465, 587)

  func port() -> RouteError? {
    guard let port = settings.port else { return nil }
    if settings.server == nil, case .named(let host) = preset.host.value,
      [Self.relayPort, Self.implicitPort, Self.submissionPort].contains(port),
      !preset.ports.value.contains(where: { $0.number == port })
    {
      let ports = Set(preset.ports.value.map(\.number)).sorted(by: >).map(String.init)
      return error(
        "port", "\(route).port is \(port), and \(host) takes mail on \(ports.joined(separator: " or "))",
        "Leave it to the method: platen config unset \(route).port")
    }
    if port != Self.relayPort || words.mode != .implicit { return nil }
    return error(
      "tls.mode", "\(route).tls.mode is \"implicit\" on port \(port), and servers there speak without TLS first",
      "Make them fit: platen config set \(route).tls.mode starttls, or platen config unset \(route).port")
  }
}
