import Mail
import Settings

// Values of the right type that cannot be meant.
extension RouteContradictions {
  /// Words of the token endpoint for "whichever tenant the person who signs in is of".
  private static let anyTenant: Set<String> = ["common", "organizations", "consumers"]

  func tenant() -> RouteError? {
    guard let tenant = settings.tenant, let tokens = words.tokens else { return nil }
    if Self.anyTenant.contains(tenant.lowercased()) {
      if tokens.grant.leavesRefreshToken { return nil }
      return wrongTenant("route.tenant-any", ["grant": tokens.grant.rawValue])
    }
    if AzureUserName.isIdentifier(tenant) { return nil }
    if tenant.contains("/") { return wrongTenant("route.tenant-web-address") }
    if tenant.contains("@") { return wrongTenant(mailAddress: tenant) }
    // Another authority may call its tenants what it likes.
    if settings.authority != nil || HostText.isName(tenant) && tenant.contains(".") { return nil }
    return wrongTenant("route.tenant-unfit")
  }

  /// The domain in it is most likely one of the tenant's.
  private func wrongTenant(mailAddress: String) -> RouteError {
    guard let domain = mailAddress.split(separator: "@").last.map(String.init), domain.contains("."),
      HostText.isName(domain)
    else { return wrongTenant("route.tenant-unfit") }
    return wrongTenant("route.tenant-mail-address", ["domain": domain])
  }

  private func wrongTenant(_ id: String, _ values: [String: String] = [:]) -> RouteError {
    error(id, "tenant", values.merging(["tenant": settings.tenant ?? ""]) { own, _ in own })
  }

  /// A service's own server knows its users by whole addresses; a server that the configuration names may have others.
  func mailbox() -> RouteError? {
    guard let username = settings.username, !username.contains("@"), settings.server == nil,
      [.loginMailbox, .accountOnly].contains(preset.sender.value)
    else { return nil }
    return error("route.user-not-whole", "username", ["user": username, "preset": preset.name])
  }

  /// Ports that mean one thing everywhere: relay with STARTTLS or none, TLS from the first byte, submission.
  private static let (relayPort, implicitPort, submissionPort) = (25, 465, 587)

  func port() -> RouteError? {
    guard let port = settings.port else { return nil }
    if settings.server == nil, case .named(let host) = preset.host.value,
      [Self.relayPort, Self.implicitPort, Self.submissionPort].contains(port),
      !preset.ports.value.contains(where: { $0.number == port })
    {
      // Each of these services has several.
      let ports = Set(preset.ports.value.map(\.number)).sorted(by: >).map(String.init)
      return error(
        "route.port-elsewhere", "port",
        [
          "port": "\(port)", "server": host, "ports": ports.dropLast().joined(separator: ", "),
          "last": ports.last ?? "",
        ])
    }
    if port != Self.relayPort || words.mode != .implicit { return nil }
    return error("route.port-in-clear", "tls.mode", ["port": "\(port)"])
  }
}
