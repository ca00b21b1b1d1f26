import Crypto
import Mail
import Settings

/// What the settings of a route contradict: its method, each other, or the safety of a password.
struct RouteContradictions {
  let settings: RouteSettings
  let words: RouteWords
  let preset: Preset

  var route: String { "routes.\(settings.name)" }

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

  func error(_ key: String, _ message: String, _ step: String) -> RouteError {
    RouteError(key: "\(route).\(key)", message: message, step: step)
  }

  // MARK: The method

  private func method() -> RouteError? {
    if let rule = preset.demands.first(where: { $0.key.value(in: settings) == nil && isNeeded($0.key) }) {
      return missing(rule.key, rule.reason)
    }
    guard let rule = preset.forbids.first(where: { $0.key.value(in: settings) != nil }) else { return nil }
    let key = rule.key.rawValue
    return error(
      key, "\(route).\(key) has no place in a route by \(preset.name): \(rule.reason)",
      "Take it out: platen config unset \(route).\(key)")
  }

  /// A server that the configuration names makes its domain's mail exchanger needless.
  private func isNeeded(_ key: RouteKey) -> Bool {
    !(key == .domain && preset.host.value == .mailExchanger && settings.server != nil)
  }

  private func missing(_ key: RouteKey, _ reason: String) -> RouteError {
    let article = key == .server ? "server" : key.rawValue
    return error(
      key.rawValue, "\(route) has no \(article), and \(preset.name) needs one: \(reason)",
      "Name it: platen config set \(route).\(key.rawValue) \(key.placeholder)")
  }

  /// Only a service account's key names its own client.
  private func application() -> RouteError? {
    guard let tokens = words.tokens, tokens.grant != .serviceAccount, tokens.clientID == nil else { return nil }
    return missing(.clientID, "tokens are issued to a registered application")
  }

  private func signIn() -> RouteError? {
    guard settings.username == nil, ![.auto, .none].contains(words.authentication), words.tokens == nil else {
      return nil
    }
    return error(
      "username",
      "\(route).auth is \"\(settings.auth)\", but \(route) has no user name to sign in as",
      "Name it: platen config set \(route).username NAME")
  }

  // MARK: TLS

  private func certificate() -> RouteError? {
    switch (settings.certificate, settings.key) {
    case (nil, nil): return nil
    case (.some, nil):
      return error(
        "tls.key", "\(route).tls.certificate is set without its key",
        "Name the key's file: platen config set \(route).tls.key PATH")
    case (nil, .some):
      return error(
        "tls.certificate", "\(route).tls.key is set without its certificate",
        "Name the file of the certificate with its chain: platen config set \(route).tls.certificate PATH")
    case (.some, .some):
      if words.mode == .starttls || words.mode == .implicit { return nil }
      return error(
        "tls.mode",
        "\(route) has a client certificate, but \(route).tls.mode is \"\(words.mode.rawValue)\", "
          + "which may go without TLS", "Demand TLS: platen config set \(route).tls.mode starttls")
    }
  }

  private func pins() -> RouteError? {
    switch (words.verification, words.pins.isEmpty) {
    case (.pin, true):
      error(
        "tls.pin", "\(route).tls.verify is \"pin\", and \(route).tls.pin names no key",
        "Name the server's key: platen config set \(route).tls.pin '[\"sha256//BASE64\"]'")
    case (.full, false), (.dane, false), (.none, false):
      error(
        "tls.verify",
        "\(route).tls.pin is set, but \(route).tls.verify is \"\(words.verification.rawValue)\", "
          + "so it would not count", "Let it count: platen config set \(route).tls.verify pin")
    default: nil
    }
  }

  /// What a zone says is bound to the server's own name, and must not be got round by leaving TLS out.
  private func publication() -> RouteError? {
    if words.verification != .dane { return nil }
    if words.server.contains(":") || words.server.allSatisfy({ $0.isNumber || $0 == "." }) {
      return error(
        "server", "\(route).tls.verify is \"dane\", but zones vouch for names, not for the address \(words.server)",
        "Name the server: platen config set \(route).server HOST")
    }
    if let name = settings.serverName {
      return error(
        "tls.serverName",
        "\(route).tls.serverName is \"\(name)\", but with tls.verify \"dane\" the server's own name "
          + "is what the zone vouches for", "Take it out: platen config unset \(route).tls.serverName")
    }
    if words.mode == .starttls || words.mode == .implicit { return nil }
    return error(
      "tls.mode",
      "\(route).tls.verify is \"dane\", but \(route).tls.mode is \"\(words.mode.rawValue)\", which may go "
        + "without TLS", "Demand TLS: platen config set \(route).tls.mode starttls")
  }

  private func transport() -> RouteError? {
    guard words.mode == .off, let floor = settings.tlsFloor else { return nil }
    return error(
      "tls.floor", "\(route).tls.floor asks for TLS \(floor), but \(route).tls.mode is \"off\"",
      "Ask for TLS: platen config set \(route).tls.mode starttls")
  }

  private func exposure() -> RouteError? {
    guard words.signsIn, !settings.insecureCredentials, let weakness else { return nil }
    let credential = words.tokens == nil ? "password" : "token"
    return error(
      weakness.key,
      "\(route) would send the \(credential) of \(settings.username ?? "") where it can be read or stolen: "
        + "\(weakness.key) is \"\(weakness.value)\"",
      "Protect it: platen config set \(route).\(weakness.key) \(weakness.remedy); for a server in a private "
        + "network that cannot: platen config set \(route).insecureCredentials true")
  }

  /// What stands between a password and verified TLS.
  private var weakness: (key: String, value: String, remedy: String)? {
    switch (words.mode, words.verification) {
    case (.off, _), (.opportunistic, _): ("tls.mode", words.mode.rawValue, "starttls")
    case (_, .none): ("tls.verify", "none", "full")
    case (_, .full), (_, .pin), (_, .dane): nil
    }
  }
}

extension RouteKey {
  fileprivate var placeholder: String {
    switch self {
    case .server: "HOST"
    case .username: "ADDRESS"
    case .domain, .tenant: "DOMAIN"
    case .clientID: "ID"
    case .grant: "WORD"
    case .authority: "ADDRESS"
    case .certificate, .key: "PATH"
    }
  }
}
