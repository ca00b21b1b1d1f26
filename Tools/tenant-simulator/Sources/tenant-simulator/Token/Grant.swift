/// What a token is good for.
struct Grant: Sendable {
  enum Provider: Sendable { case microsoft, google }

  enum Audience: String, Sendable {
    case exchange = "https://outlook.office.com"
    case azureCommunication = "https://communication.azure.com"
    case graph = "https://graph.microsoft.com"
    case gmail = "https://mail.google.com/"
  }

  let provider: Provider
  let app: String
  /// Who consented; nil for an app by itself.
  let user: String?
  let audience: Audience
  let permissions: [String]
  var expires = 0
}

/// What a client can come back with.
struct TokenStore {
  private var access: [String: Grant] = [:]
  private var refresh: [String: Grant] = [:]
  private var codes: [String: PendingCode] = [:]
  private var devices: [String: PendingDevice] = [:]

  func grant(_ token: String) -> Grant? { access[token] }

  mutating func add(_ token: String, _ grant: Grant) { access[token] = grant }

  mutating func addRefresh(_ token: String, _ grant: Grant) { refresh[token] = grant }

  /// - Parameter rotates: whether the token is spent by this use.
  mutating func refreshGrant(_ token: String, rotates: Bool) -> Grant? {
    rotates ? refresh.removeValue(forKey: token) : refresh[token]
  }

  mutating func addCode(_ code: String, _ pending: PendingCode) { codes[code] = pending }

  /// A code is good once.
  mutating func takeCode(_ code: String) -> PendingCode? { codes.removeValue(forKey: code) }

  mutating func addDevice(_ code: String, _ pending: PendingDevice) { devices[code] = pending }

  /// Counts a poll for `code` at `now` (steady milliseconds).
  mutating func poll(_ code: String, interval: Int, at now: Int) -> (device: PendingDevice, isTooFast: Bool)? {
    guard var device = devices[code] else { return nil }
    let isTooFast = device.lastPoll.map { now - $0 < interval * 1000 } ?? false
    device.lastPoll = now
    if !isTooFast { device.polls += 1 }
    devices[code] = device
    return (device, isTooFast)
  }

  mutating func endDevice(_ code: String) { devices[code] = nil }

  /// What the person does at the browser: false for a user code nobody has.
  mutating func answer(userCode: String, user: String, isGranted: Bool) -> Bool {
    guard let code = devices.first(where: { isSame($0.value.userCode, userCode) })?.key else { return false }
    devices[code]?.user = user
    devices[code]?.answer = isGranted
    return true
  }
}

/// A sign-in that waits for its code to be brought (RFC 6749 section 4.1.2).
struct PendingCode: Sendable {
  let grant: Grant
  let redirect: String
  let challenge: String?
  let isPlainChallenge: Bool
  let expires: Int
  let wantsRefresh: Bool
}

/// A device that waits for its person (RFC 8628).
struct PendingDevice: Sendable {
  let app: String
  let audience: Grant.Audience
  let permissions: [String]
  let userCode: String
  let expires: Int
  let wantsRefresh: Bool
  var user: String
  var answer: Bool?
  var polls = 0
  var lastPoll: Int?
}

extension Tenant {
  func grant(_ token: String) -> Grant? { withState { $0.tokens.grant(token) } }

  /// The grant of a token that has not expired.
  func liveGrant(_ token: String) -> Grant? { grant(token).flatMap { $0.expires > now ? $0 : nil } }

  /// A new access token, and what it is good for until when.
  func mint(_ grant: Grant) -> String {
    var grant = grant
    grant.expires = now + scenario.tokens.lifetime
    let token = scenario.tokens.form == .opaque ? opaque(scenario.tokens.bytes) : jwt(grant)
    withState { [grant] in $0.tokens.add(token, grant) }
    return token
  }

  func mintRefresh(_ grant: Grant) -> String {
    var grant = grant
    grant.expires = now + scenario.tokens.refreshLifetime
    let token = "0." + opaque(200)
    withState { [grant] in $0.tokens.addRefresh(token, grant) }
    return token
  }

  private func opaque(_ count: Int) -> String { String(Base64.encodeURL(randomBytes(count)).prefix(count)) }

  /// A JSON Web Token whose claims can be read; its signature is noise, since only the simulator judges it, by heart.
  private func jwt(_ grant: Grant) -> String {
    let header = Base64.encodeURL(Array(#"{"typ":"JWT","alg":"RS256","kid":"simulator"}"#.utf8))
    let claims = Claims(
      aud: grant.audience.rawValue, iss: "https://sts.windows.net/\(scenario.tenant.id)/", iat: now, nbf: now,
      exp: grant.expires, appid: grant.app, tid: scenario.tenant.id, upn: grant.user,
      scp: grant.user == nil ? nil : grant.permissions.joined(separator: " "),
      roles: grant.user == nil ? grant.permissions : nil, xms: "")
    let signature = opaque(342)
    // Padded with a claim to the size that was asked for; 4 letters of Base64 hold 3 bytes.
    let bare = header.count + Base64.encodeURL(json(claims)).count + signature.count + 2
    var padded = claims
    padded.xms = String(repeating: "x", count: max(0, (scenario.tokens.bytes - bare) * 3 / 4))
    return [header, Base64.encodeURL(json(padded)), signature].joined(separator: ".")
  }

  private struct Claims: Encodable {
    let aud: String
    let iss: String
    let iat: Int
    let nbf: Int
    let exp: Int
    let appid: String
    let tid: String
    let upn: String?
    let scp: String?
    let roles: [String]?
    var xms: String
  }
}
