/// login.microsoftonline.com and oauth2.googleapis.com behind one HTTPS port; the path tells them apart.
final class TokenEndpoint: Sendable {
  let listener: Listener
  private let tenant: Tenant
  private let context: TLSContext

  static let name = "token"

  init(_ settings: EndpointSettings, tenant: Tenant, certificate: CertificateFiles) throws(Fault) {
    self.tenant = tenant
    listener = try Listener(address: settings.address, port: settings.port, isOpen: settings.listening)
    isOpen = settings.listening
    context = try TLSContext(
      TLSOffer(
        lowest: settings.tls.lowest, highest: settings.tls.highest, certificate: certificate, clientRoots: nil))
  }

  private let isOpen: Bool

  func start() throws(Fault) {
    if isOpen { try listener.serve { [self] in serve($0) } }
  }

  private func serve(_ connection: Connection) {
    let wire = Wire(connection)
    // A client that breaks off has nothing to be told.
    try? converse(wire)
    wire.finish()
  }

  private func converse(_ wire: Wire) throws(Ended) {
    try wire.secure(context)
    while true {
      let request = try Request(reading: wire)
      let response = try answer(request, on: wire)
      note(request, response)
      try wire.write(response.wire)
    }
  }

  private func answer(_ request: Request, on wire: Wire) throws(Ended) -> Response {
    let isGoogle = Self.isGoogle(request.path)
    let microsoft = Microsoft(tenant: tenant)
    let google = GoogleAccounts(tenant: tenant)
    let stage = Self.stage(request.path)
    if let stage, stage != .authorize, let scripted = try strike(stage, request, wire) {
      return isGoogle ? scripted.google : scripted.microsoft
    }
    do throws(TokenError) {
      switch (stage, isGoogle) {
      case (.token, false): return try .json(200, microsoft.token(request))
      case (.token, true): return try .json(200, google.token(request))
      case (.devicecode, false): return try .json(200, microsoft.device(request))
      case (.authorize, false): return try microsoft.authorize(request)
      case (.authorize, true): return try google.authorize(request)
      default: return microsoft.person(request)
      }
    } catch {
      return isGoogle ? error.google : error.microsoft
    }
  }

  private func strike(_ stage: Stage, _ request: Request, _ wire: Wire) throws(Ended) -> TokenError? {
    guard let rule = tenant.strike(Moment(stage: stage, endpoint: Self.name, subject: request.form["grant_type"]))
    else { return nil }
    switch rule.reply {
    case "close": throw Ended(reason: "closed by the scenario")
    case "reset":
      wire.connection.reset()
      throw Ended(reason: "reset by the scenario")
    case "stall":
      wire.stall()
      throw Ended(reason: "stalled by the scenario")
    default: return TokenError(scripted: rule.reply)
    }
  }

  private static func isGoogle(_ path: String) -> Bool { path == "/token" || path.hasPrefix("/o/oauth2/") }

  private static func stage(_ path: String) -> Stage? {
    if path == "/token" || path.hasSuffix("/oauth2/v2.0/token") { return .token }
    if path.hasSuffix("/oauth2/v2.0/devicecode") { return .devicecode }
    return path.hasSuffix("/oauth2/v2.0/authorize") || path.hasPrefix("/o/oauth2/") ? .authorize : nil
  }

  private func note(_ request: Request, _ response: Response) {
    tenant.keeper.note(
      Event(
        ms: steadyMilliseconds(), endpoint: Self.name, event: request.method, text: request.path,
        grant: request.form["grant_type"], client: request.form["client_id"] ?? request.query["client_id"],
        scope: request.form["scope"] ?? request.query["scope"], status: response.status))
  }

  private struct Event: Encodable {
    let ms: Int
    let endpoint: String
    let event: String
    let text: String
    let grant: String?
    let client: String?
    let scope: String?
    let status: Int
  }
}
