import Base
import Crypto
import Mail
import Settings

/// A route's settings as types, each from the configuration or else from the preset.
struct RouteWords {
  let server: String
  let finding: Route.Finding
  let mode: Route.TLSMode
  let port: Int
  let floor: TLSVersion
  let verification: TLSPolicy.Verification
  let pins: [KeyPin]
  let authentication: Authentication
  let tokens: TokenSource?
  let certificate: Route.ClientCertificate?
  let isInternal: Bool
  /// Whether a password or a token goes over this route.
  let signsIn: Bool

  init(_ settings: RouteSettings, _ preset: Preset) throws(RouteError) {
    mode = try RouteWords.word(settings.tls.mode, settings, "tls.mode") ?? RouteWords.defaultMode(settings, preset)
    floor = try RouteWords.word(settings.tls.floor, settings, "tls.floor") ?? preset.floor.value
    verification = try RouteWords.word(settings.tls.verify, settings, "tls.verify") ?? .full
    pins = try settings.tls.pins.map { (text) throws(RouteError) in try RouteWords.pin(text, settings) }
    (authentication, tokens) = try RouteWords.proof(settings, preset)
    signsIn = settings.username != nil && (authentication != .none || tokens != nil)
    (server, finding) = RouteWords.host(settings, preset)
    port = settings.port ?? RouteWords.port(of: mode, signsIn: signsIn, preset)
    isInternal = settings.reaches.map { $0 == "internal" } ?? preset.isInternal.value
    if let chain = settings.tls.certificate, let key = settings.tls.key {
      certificate = Route.ClientCertificate(chainFile: chain, keyFile: key)
    } else {
      certificate = nil
    }
  }

  private static func host(_ settings: RouteSettings, _ preset: Preset) -> (String, Route.Finding) {
    if let server = settings.server { return (server, .host) }
    return switch preset.host.value {
    case .named(let server): (server, .host)
    case .mailExchanger: (settings.domain ?? "", .mailExchanger)
    case .configured: ("", .host)
    }
  }

  /// Without a word about TLS a route demands it, on port 25 too: a weaker policy is never an inference, it
  /// is asked for by name.
  private static func defaultMode(_ settings: RouteSettings, _ preset: Preset) -> Route.TLSMode {
    let ports = preset.ports.value
    if let port = settings.port, ports.contains(Preset.Port(.implicit, port)) { return .implicit }
    return ports.first?.mode ?? .starttls
  }

  private static func port(of mode: Route.TLSMode, signsIn: Bool, _ preset: Preset) -> Int {
    let ports = preset.ports.value
    let first = ports.first?.number ?? 0
    // Who signs in submits, whatever TLS is like.
    if signsIn, mode != .implicit { return first }
    return ports.first { $0.mode == mode }?.number ?? first
  }

  // MARK: Sign-in

  private static func proof(
    _ settings: RouteSettings, _ preset: Preset
  ) throws(RouteError) -> (Authentication, TokenSource?) {
    let asked = settings.auth == "auto" ? preset.mechanism.value : settings.auth
    guard case .token(let service, let grants) = preset.proof.value else {
      if TokenSource.Mechanism(rawValue: asked) != nil { throw needsTokens(settings, preset) }
      return (try word(asked, settings, "auth") ?? .auto, nil)
    }
    guard let mechanism = TokenSource.Mechanism(rawValue: asked) else { throw takesTokens(settings, preset) }
    let grant = try grant(settings, preset, grants)
    let source = TokenSource(
      service: service, grant: grant, tenant: settings.tenant, clientID: settings.clientID,
      authority: settings.authority, mechanism: mechanism)
    return (Authentication(rawValue: asked) ?? .auto, source)
  }

  private static func grant(
    _ settings: RouteSettings, _ preset: Preset, _ grants: [Grant]
  ) throws(RouteError) -> Grant {
    guard let asked = settings.grant else { return grants.first ?? .clientSecret }
    if let grant = grants.first(where: { $0.rawValue == asked }) { return grant }
    throw RouteError(
      "route.grant-unfit", route: settings.name, setting: "grant",
      ["grant": asked, "preset": preset.name, "grants": grants.map(\.rawValue).joined(separator: ", ")])
  }

  private static func needsTokens(_ settings: RouteSettings, _ preset: Preset) -> RouteError {
    let twin = Preset.named(preset.name + "-oauth")?.name ?? "m365-oauth"
    return RouteError(
      "route.auth-needs-tokens", route: settings.name, setting: "auth",
      ["auth": settings.auth, "preset": preset.name, "twin": twin])
  }

  private static func takesTokens(_ settings: RouteSettings, _ preset: Preset) -> RouteError {
    let twin = preset.name.hasSuffix("-oauth") ? String(preset.name.dropLast("-oauth".count)) : preset.name
    return RouteError(
      "route.auth-takes-tokens", route: settings.name, setting: "auth",
      ["auth": settings.auth, "preset": preset.name, "twin": twin])
  }

  // MARK: Words

  private static func pin(_ text: String, _ settings: RouteSettings) throws(RouteError) -> KeyPin {
    if let pin = KeyPin(text) { return pin }
    throw RouteError(
      "route.pin-unfit", route: settings.name, setting: "tls.pin", ["pin": text.onOneLine(limit: 100)])
  }

  private static func word<Word: RawRepresentable<String>>(
    _ text: String?, _ settings: RouteSettings, _ key: String
  ) throws(RouteError) -> Word? {
    guard let text else { return nil }
    if let word = Word(rawValue: text) { return word }
    throw RouteError("route.word-unknown", route: settings.name, setting: key, ["value": text])
  }
}
