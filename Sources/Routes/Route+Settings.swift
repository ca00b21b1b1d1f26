import Crypto
import Mail
package import Settings

// A route out of its settings and its preset. What the settings leave open is filled in; what they contradict
// is refused.
extension Route {
  /// The route that its settings describe.
  ///
  /// - Parameters:
  ///   - networkAuthorityFile: the roots for every route (`network.caFile`), where the route has none.
  ///   - internalDomains: `identity.internalDomains`.
  package static func make(
    from settings: RouteSettings, networkAuthorityFile: String? = nil, internalDomains: [String] = []
  ) throws(RouteError) -> Route {
    try demandName(settings)
    let preset = try preset(of: settings)
    let settings = try preset.completed(settings)
    let words = try RouteWords(settings, preset)
    try RouteContradictions(settings, words, preset).refuse()
    var route = Route(
      name: settings.name, preset: preset.name, server: words.server, port: words.port, username: settings.username,
      authentication: words.authentication, tlsMode: words.mode,
      tls: TLSPolicy(
        floor: words.floor, verification: words.verification, pins: words.pins,
        authorityFile: settings.tls.caFile ?? networkAuthorityFile, serverName: settings.tls.serverName),
      insecureCredentials: settings.insecureCredentials)
    route.finding = words.finding
    route.prefersIPv4 = words.finding == .mailExchanger
    route.tokens = words.tokens
    route.certificate = words.certificate
    route.limits = preset.bounds.overridden(by: settings.limits)
    route.account = settings.limits.account ?? preset.account(of: settings, server: words.server)
    route.setPeople(settings, preset, words, internalDomains: internalDomains)
    return route
  }

  /// All routes of a configuration, in order of preference.
  package static func all(in configuration: Configuration) throws(RouteError) -> [Route] {
    var routes: [Route] = []
    for settings in configuration.routes {
      if routes.contains(where: { $0.name == settings.name }) {
        throw RouteError("route.name-twice", route: settings.name, setting: "name")
      }
      routes.append(
        try make(
          from: settings, networkAuthorityFile: configuration.network.caFile,
          internalDomains: configuration.identity.internalDomains))
    }
    return routes
  }

  /// Who may be the sender, and which recipients the route may carry to.
  private mutating func setPeople(
    _ settings: RouteSettings, _ preset: Preset, _ words: RouteWords, internalDomains: [String]
  ) {
    senderRule = preset.sender.value
    senders = settings.senders
    acceptedDomains = Route.distinct(internalDomains + [settings.domain].compactMap { $0 })
    if words.isInternal {
      // The account's own domain is one of the tenant's.
      let own = settings.username.flatMap { $0.split(separator: "@").dropFirst().last }.map(String.init)
      reach = .within(Route.distinct(acceptedDomains + [own].compactMap { $0 }))
    }
  }

  private static func distinct(_ domains: [String]) -> [String] {
    var seen: Set<String> = []
    return domains.map { $0.lowercased() }.filter { seen.insert($0).inserted }
  }

  private static func demandName(_ settings: RouteSettings) throws(RouteError) {
    if TextForm.routeName.admits(settings.name) { return }
    throw RouteError("route.name-unfit", route: settings.name, setting: "name")
  }

  private static func preset(of settings: RouteSettings) throws(RouteError) -> Preset {
    if let preset = Preset.named(settings.preset) { return preset }
    let names = Preset.all.map(\.name)
    guard let near = nearestName(to: settings.preset, among: names) else {
      throw RouteError(
        "route.preset-unknown", route: settings.name, setting: "preset",
        ["preset": settings.preset, "presets": names.joined(separator: ", ")])
    }
    throw RouteError(
      "route.preset-mistyped", route: settings.name, setting: "preset", ["preset": settings.preset, "nearest": near])
  }
}

extension Preset {
  /// The settings with what an older Azure user name says about application and tenant.
  fileprivate func completed(_ settings: RouteSettings) throws(RouteError) -> RouteSettings {
    guard family == "azure-email", let username = settings.username else { return settings }
    var completed = settings
    if let parts = try AzureUserName.parts(of: username, route: settings.name), case .token = proof.value {
      completed.clientID = settings.clientID ?? parts.application
      completed.tenant = settings.tenant ?? parts.tenant
    }
    return completed
  }

  /// The account of the limits.
  fileprivate func account(of settings: RouteSettings, server: String) -> String {
    let user = settings.username ?? settings.domain ?? ""
    let owner =
      switch family {
      case "smtp": "\(server):\(user)"
      case "azure-email": AzureUserName.owner(of: user, tenant: settings.tenant, server: server)
      default: user
      }
    return "\(family):\(owner)".lowercased()
  }
}

/// User names of Azure Communication Services: since 2025 any name that an administrator made, before that the
/// resource, the application's id and the tenant's, with bars or dots between.
package enum AzureUserName {
  package struct Parts: Sendable, Equatable {
    package let resource: String
    package let application: String
    package let tenant: String
  }

  /// The parts of an older name; nil for a name of today's kind.
  package static func parts(of name: String, route: String) throws(RouteError) -> Parts? {
    let hasBars = name.contains("|")
    let pieces = name.split(separator: hasBars ? "|" : ".", omittingEmptySubsequences: false).map(String.init)
    if pieces.count == 3, isIdentifier(pieces[1]), isIdentifier(pieces[2]), !pieces[0].isEmpty {
      return Parts(resource: pieces[0], application: pieces[1], tenant: pieces[2])
    }
    // A dot is part of many a name; a bar is part of none but these.
    if !hasBars { return nil }
    throw RouteError("route.azure-name-unfit", route: route, setting: "username", ["user": name])
  }

  /// The account whose rates a sign-in counts in. The service keeps them for a subscription: an older name tells the resource,
  /// one of today's kind nothing, so that all of a tenant, or all of the service, count as one.
  static func owner(of name: String, tenant: String?, server: String) -> String {
    if let parts = (try? parts(of: name, route: "")) ?? nil { return parts.resource }
    return tenant ?? server
  }

  /// 8-4-4-4-12 hexadecimal digits.
  static func isIdentifier(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
  }
}
