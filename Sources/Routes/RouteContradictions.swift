import Crypto
import Mail
import Settings

/// What the settings of a route contradict: its method, each other, or the safety of a password.
struct RouteContradictions {
  let settings: RouteSettings
  let words: RouteWords
  let preset: Preset

  init(_ settings: RouteSettings, _ words: RouteWords, _ preset: Preset) {
    self.settings = settings
    self.words = words
    self.preset = preset
  }

  func refuse() throws(RouteError) {
    let checks = [
      method, application, tenant, signIn, mailbox, port, certificate, pins, publication, transport, exposure,
    ]
    if let found = checks.lazy.compactMap({ $0() }).first { throw found }
  }

  /// - Parameters:
  ///   - id: of the catalogue's entry.
  ///   - setting: the one to change.
  func error(_ id: String, _ setting: String, _ values: [String: String] = [:]) -> RouteError {
    RouteError(id, route: settings.name, setting: setting, values)
  }

  // MARK: The method

  private func method() -> RouteError? {
    if let rule = preset.demands.first(where: { $0.key.value(in: settings) == nil && isNeeded($0.key) }) {
      return error(rule)
    }
    return preset.forbids.first { $0.key.value(in: settings) != nil }.map(error)
  }

  private func error(_ rule: Preset.Rule) -> RouteError {
    error(rule.id, rule.key.rawValue, ["preset": preset.name])
  }

  /// A server that the configuration names makes its domain's mail exchanger needless.
  private func isNeeded(_ key: RouteKey) -> Bool {
    !(key == .domain && preset.host.value == .mailExchanger && settings.server != nil)
  }

  /// Only a service account's key names its own client.
  private func application() -> RouteError? {
    guard let tokens = words.tokens, tokens.grant != .serviceAccount, tokens.clientID == nil else { return nil }
    return error(.needsApplication)
  }

  private func signIn() -> RouteError? {
    guard settings.username == nil, ![.auto, .none].contains(words.authentication), words.tokens == nil else {
      return nil
    }
    return error("route.user-unset", "username", ["auth": settings.auth])
  }

  // MARK: TLS

  private func certificate() -> RouteError? {
    switch (settings.tls.certificate, settings.tls.key) {
    case (nil, nil): return nil
    case (.some, nil): return error("route.certificate-without-key", "tls.key")
    case (nil, .some): return error("route.key-without-certificate", "tls.certificate")
    case (.some, .some): return mayGoInClear ? error("route.certificate-in-clear", "tls.mode", mode) : nil
    }
  }

  private func pins() -> RouteError? {
    switch (words.verification, words.pins.isEmpty) {
    case (.pin, true): error("route.pin-unset", "tls.pin")
    case (.full, false), (.dane, false), (.none, false):
      error("route.pin-idle", "tls.verify", ["verify": words.verification.rawValue])
    default: nil
    }
  }

  /// What a zone says is bound to the server's own name, and must not be got round by leaving TLS out.
  private func publication() -> RouteError? {
    if words.verification != .dane { return nil }
    if words.server.contains(":") || words.server.allSatisfy({ $0.isNumber || $0 == "." }) {
      return error("route.dane-address", "server", ["server": words.server])
    }
    if let name = settings.tls.serverName { return error("route.dane-server-name", "tls.serverName", ["name": name]) }
    return mayGoInClear ? error("route.dane-in-clear", "tls.mode", mode) : nil
  }

  private func transport() -> RouteError? {
    guard words.mode == .off, let floor = settings.tls.floor else { return nil }
    return error("route.floor-in-clear", "tls.floor", ["floor": floor])
  }

  /// Settings that keep a password or token off verified TLS.
  private func exposure() -> RouteError? {
    guard words.signsIn, !settings.insecureCredentials else { return nil }
    let user = ["user": settings.username ?? ""]
    let isToken = words.tokens != nil
    if mayGoInClear {
      let id = isToken ? "route.token-in-clear" : "route.password-in-clear"
      return error(id, "tls.mode", user.merging(mode) { own, _ in own })
    }
    if words.verification != .none { return nil }
    return error(isToken ? "route.token-to-anyone" : "route.password-to-anyone", "tls.verify", user)
  }

  private var mayGoInClear: Bool { words.mode == .off || words.mode == .opportunistic }

  private var mode: [String: String] { ["mode": words.mode.rawValue] }
}
