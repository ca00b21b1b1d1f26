/// smtp.hve.mx.microsoft. Its EHLO is in no public log: it is taken to be Exchange's.
struct HighVolumeService: Service {
  let tenant: Tenant

  var words: Words { .exchange }
  var keywords: [String] { ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"] }
  var advertisedSize: Int { exchangeSize }
  var mechanisms: [String] { ["LOGIN", "XOAUTH2"] }
  private var settings: HighVolume { tenant.scenario.hve }

  func account(_ address: String) -> HighVolumeAccount? { settings.accounts.first { isSame($0.address, address) } }

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn {
    switch credentials {
    case .password(let name, let secret): signIn(name, secret)
    case .bearer(let user, let token): signIn(user, token: token)
    case .malformedBearer(let code): .refused(malformed(code))
    }
  }

  private func malformed(_ code: Int) -> Reply {
    code == 121 ? "501 5.5.121 Invalid XOAUTH2 argument" : Reply("501 5.5.\(code) Invalid XOAUTH2 auth data")
  }

  private func signIn(_ name: String, _ secret: String) -> SignIn {
    let world = tenant.scenario.tenant
    if world.securityDefaults || world.conditionalAccess {
      return .refused(.denied("the organization configuration doesn't allow this authentication request."))
    }
    guard let account = account(name) else {
      return .refused(
        tenant.mailbox(name).map { $0.password == secret } == true
          ? Self.notHighVolume : .denied("the user credentials were incorrect."))
    }
    if account.password != secret { return .refused(.denied("the user credentials were incorrect.")) }
    return .accepted(Identity(name: account.address, app: nil))
  }

  private func signIn(_ user: String, token: String) -> SignIn {
    guard let grant = tenant.grant(token), grant.provider == .microsoft else { return .refused(.unauthenticated) }
    let left = grant.expires - tenant.now
    if left <= 0 { return .refused("535 5.7.143 Expired token") }
    if left < settings.tokenReserve { return .refused("535 5.7.142 Token will expire soon") }
    if grant.audience != .exchange || !grant.permissions.contains("Mail.Send") {
      return .refused("535 5.7.144 XOAUTH2 authentication failed. Invalid API permissions")
    }
    guard let account = account(user) else {
      return .refused(tenant.mailbox(user) == nil ? .unauthenticated : Self.notHighVolume)
    }
    if let person = grant.user, !isSame(person, account.address) { return .refused(.unauthenticated) }
    guard account.apps.contains(where: { isSame($0, grant.app) }) else {
      return .refused("550 5.7.240 The application is not allowed for use with this High Volume Email account")
    }
    return .accepted(Identity(name: account.address, app: grant.app))
  }

  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    guard let name = visitor.identity?.name, let account = account(name) else { return nil }
    // The codes of the refusals below are measured, or nothing is known of them but the fact; the words are made up.
    if !account.billing { return "550 5.7.1 The High Volume Email account has no valid billing policy" }
    return isSame(envelope.from, name)
      ? nil : "550 5.7.62 Sender address does not match the authenticated High Volume Email account"
  }

  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if !tenant.scenario.tenant.accepts(address) {
      return "550 5.7.1 High Volume Email does not support external recipients"
    }
    return envelope.recipients.count < settings.recipientsPerMessage ? nil : "452 4.5.3 Too many recipients"
  }

  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if content.size > settings.bytesPerMessage { return words.tooBig }
    if let refusal = exchangeForm(content, envelope) { return refusal }
    guard let name = visitor.identity?.name else { return nil }
    return content.headerFrom.allSatisfy { isSame($0, name) }
      ? nil : "550 5.6.241 From header does not match the authenticated High Volume Email account"
  }

  private static let notHighVolume: Reply = "550 5.2.240 The authenticated user is not a High Volume Email account"
}
