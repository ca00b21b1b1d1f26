import Crypto
import Mail
package import Settings

// A route out of its settings. What the settings leave open is filled in; what they contradict is refused.
extension Route {
  /// Message submission (RFC 6409), the same with TLS from the first byte (RFC 8314), and mail exchange.
  private enum Port {
    static let submission = 587
    static let submissions = 465
    static let exchange = 25
  }

  /// The route by preset `smtp`.
  ///
  /// - Parameter networkAuthorityFile: the roots for every route (`network.caFile`), where the route has none.
  package static func make(
    from settings: RouteSettings, networkAuthorityFile: String? = nil
  ) throws(RouteError) -> Route {
    let words = try Words(settings)
    try refuseContradictions(settings, words)
    return Route(
      name: settings.name, preset: settings.preset, server: settings.server,
      port: settings.port ?? port(of: words.mode, signsIn: words.signsIn), username: settings.username,
      authentication: words.authentication, tlsMode: words.mode,
      tls: TLSPolicy(
        floor: words.floor, verification: words.verification,
        authorityFile: settings.caFile ?? networkAuthorityFile, serverName: settings.serverName),
      insecureCredentials: settings.insecureCredentials)
  }

  /// All routes of a configuration, in order of preference.
  package static func all(in configuration: Configuration) throws(RouteError) -> [Route] {
    var routes: [Route] = []
    for settings in configuration.routes {
      if routes.contains(where: { $0.name == settings.name }) {
        throw RouteError(
          key: "routes.\(settings.name).name", message: "two routes have the name \(settings.name)",
          step: "Give each route a name of its own")
      }
      routes.append(try make(from: settings, networkAuthorityFile: configuration.network.caFile))
    }
    return routes
  }

  private static func port(of mode: TLSMode, signsIn: Bool) -> Int {
    switch mode {
    case .implicit: Port.submissions
    case .starttls: Port.submission
    case .opportunistic, .off: signsIn ? Port.submission : Port.exchange
    }
  }

  /// Without a word about TLS a route demands it, on port 25 too: a weaker policy is never an inference, it
  /// is asked for by name.
  private static func defaultMode(port: Int?) -> TLSMode { port == Port.submissions ? .implicit : .starttls }

  // MARK: Words

  /// The settings' words as types.
  private struct Words {
    let mode: TLSMode
    let floor: TLSVersion
    let verification: TLSPolicy.Verification
    let authentication: Authentication
    /// Whether a password goes over this route.
    let signsIn: Bool

    init(_ settings: RouteSettings) throws(RouteError) {
      if !TextForm.routeName.admits(settings.name) {
        throw RouteError(
          key: "routes.\(settings.name).name", message: "\"\(settings.name)\" is no name for a route",
          step: "Use " + TextForm.routeName.demand)
      }
      try Words.demand(settings.preset == "smtp", settings, "preset", settings.preset)
      mode = try Words.word(settings.tlsMode, settings, "tls.mode") ?? Route.defaultMode(port: settings.port)
      floor = try Words.word(settings.tlsFloor, settings, "tls.floor") ?? .tls12
      verification = try Words.word(settings.verify, settings, "tls.verify") ?? .full
      authentication = try Words.word(settings.auth, settings, "auth") ?? .auto
      signsIn = settings.username != nil && authentication != .none
    }

    private static func word<Word: RawRepresentable<String>>(
      _ text: String?, _ settings: RouteSettings, _ key: String
    ) throws(RouteError) -> Word? {
      guard let text else { return nil }
      let word = Word(rawValue: text)
      try demand(word != nil, settings, key, text)
      return word
    }

    private static func demand(
      _ condition: Bool, _ settings: RouteSettings, _ key: String, _ value: String
    ) throws(RouteError) {
      if condition { return }
      throw RouteError(
        key: "routes.\(settings.name).\(key)",
        message: "routes.\(settings.name).\(key) \"\(value)\" is not served by this build",
        step: "See what it may be: platen config schema")
    }
  }

  // MARK: Contradictions

  private static func refuseContradictions(_ settings: RouteSettings, _ words: Words) throws(RouteError) {
    let route = "routes.\(settings.name)"
    if settings.username == nil, words.authentication == .login || words.authentication == .plain {
      throw RouteError(
        key: route + ".username",
        message: "\(route).auth is \"\(settings.auth)\", but \(route) has no user name to sign in as",
        step: "Name it: platen config set \(route).username NAME")
    }
    if words.mode == .off, let floor = settings.tlsFloor {
      throw RouteError(
        key: route + ".tls.floor",
        message: "\(route).tls.floor asks for TLS \(floor), but \(route).tls.mode is \"off\"",
        step: "Ask for TLS: platen config set \(route).tls.mode starttls")
    }
    if words.signsIn, !settings.insecureCredentials, let weakness = weakness(of: words) {
      throw RouteError(
        key: "\(route).\(weakness.key)",
        message: "\(route) would send the password of \(settings.username ?? "") where it can be read or stolen: "
          + "\(weakness.key) is \"\(weakness.value)\"",
        step: "Protect it: platen config set \(route).\(weakness.key) \(weakness.remedy); for a server in a private "
          + "network that cannot: platen config set \(route).insecureCredentials true")
    }
  }

  /// What stands between a password and verified TLS.
  private static func weakness(of words: Words) -> (key: String, value: String, remedy: String)? {
    switch (words.mode, words.verification) {
    case (.off, _), (.opportunistic, _): ("tls.mode", words.mode.rawValue, "starttls")
    case (_, .none): ("tls.verify", "none", "full")
    case (_, .full): nil
    }
  }
}
