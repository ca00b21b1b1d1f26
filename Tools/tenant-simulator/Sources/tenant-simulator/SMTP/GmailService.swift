/// smtp.gmail.com, and smtp-relay.gmail.com with ``isRelay``.
struct GmailService: Service {
  let tenant: Tenant
  let isRelay: Bool

  var words: Words { .gmail }
  var keywords: [String] { ["ENHANCEDSTATUSCODES", "PIPELINING"] }
  var advertisedSize: Int { 35_882_577 }
  var mechanisms: [String] { ["LOGIN", "PLAIN", "XOAUTH2", "PLAIN-CLIENTTOKEN", "OAUTHBEARER", "XOAUTH"] }
  var needsTLS: Bool { !isRelay }
  private var settings: Gmail { tenant.scenario.gmail }

  func account(_ address: String) -> GmailAccount? { settings.accounts.first { isSame($0.address, address) } }

  func admitsAnonymous(_ visitor: Visitor) -> Bool { isRelay }

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn {
    switch credentials {
    case .password(let name, let secret):
      guard let account = account(name), !secret.isEmpty else { return .refused(Self.badCredentials) }
      // App passwords are shown in four groups, and Google ignores the spaces between them.
      if secret.filter({ $0 != " " }) == account.appPassword.filter({ $0 != " " }) {
        return .accepted(Identity(name: account.address, app: nil))
      }
      return .refused(secret == account.password ? Self.needsAppPassword : Self.badCredentials)
    case .bearer(let user, let token):
      guard let grant = tenant.liveGrant(token), grant.provider == .google, grant.audience == .gmail,
        let account = account(user), isSame(grant.user ?? "", account.address)
      else { return .refused(Self.badCredentials) }
      return .accepted(Identity(name: account.address, app: grant.app))
    case .malformedBearer: return .refused(Self.badCredentials)
    }
  }

  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    guard isRelay && visitor.identity == nil else { return nil }
    if !settings.relayAddresses.contains(visitor.peer) {
      return "550 5.7.1 Invalid credentials for relay. {id} - gsmtp"
    }
    return settings.relayDomains.contains(domain(of: envelope.from))
      ? nil
      : "550 5.7.0 Mail Sending denied. This error occurs if the sender account is disabled or not registered within your G Suite domain. {id} - gsmtp"
  }

  /// Google takes a foreign From and writes its own account over it; only size and quota refuse here.
  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if content.size > settings.bytesPerMessage { return words.tooBig }
    guard let name = visitor.identity?.name else { return nil }
    return tenant.withState { state in
      let key = "gmail " + name.lowercased()
      if state.ledger.sum(key, within: Ledger.day) >= settings.messagesPerDay {
        return "550 5.4.5 Daily user sending limit exceeded. {id} - gsmtp"
      }
      state.ledger.record(key)
      return nil
    }
  }

  private static let badCredentials: Reply =
    "535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials {id} - gsmtp"
  private static let needsAppPassword: Reply =
    "534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor {id} - gsmtp"
}
