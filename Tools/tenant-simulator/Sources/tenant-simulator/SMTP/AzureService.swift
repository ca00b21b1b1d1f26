/// smtp.azurecomm.net. Its EHLO is in no public log: it is taken to be Exchange's.
struct AzureService: Service {
  let tenant: Tenant

  var words: Words { .exchange }
  var keywords: [String] { ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"] }
  var advertisedSize: Int { exchangeSize }
  var mechanisms: [String] { ["LOGIN", "XOAUTH2"] }
  private var settings: Azure { tenant.scenario.azure }

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn {
    switch credentials {
    case .password(let name, let secret):
      guard let app = app(of: name), app.secret == secret, !app.secretExpired, app.azureRole else {
        return .refused(.unauthenticated)
      }
      return .accepted(Identity(name: name, app: app.id))
    case .bearer(let user, let token):
      guard let grant = tenant.liveGrant(token), grant.audience == .azureCommunication, grant.user == nil,
        let app = app(of: user), app.id == grant.app, app.azureRole
      else { return .refused(.unauthenticated) }
      return .accepted(Identity(name: user, app: app.id))
    case .malformedBearer: return .refused(.unauthenticated)
    }
  }

  /// A user name is an SMTP Username, or resource, app and tenant with "." or "|" between them.
  private func app(of name: String) -> App? {
    if let user = settings.users.first(where: { isSame($0.name, name) }) { return tenant.app(user.app) }
    return tenant.scenario.apps.first { app in
      [".", "|"].contains {
        isSame([settings.resource, app.id, tenant.scenario.tenant.id].joined(separator: $0), name)
      }
    }
  }

  // The words of the refusals below are in no public log; they are made up.

  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if settings.blocked {
      return
        "554 5.7.1 SubscriptionBlocked: All requests from this subscription are blocked due to the sender reputation that affects your delivery. Please reach out to Azure Support"
    }
    if !settings.senders.contains(where: { isSame($0, envelope.from) }) {
      return "550 5.7.1 The sender address is not a MailFrom address of a linked domain"
    }
    let (minute, hour) = tenant.withState {
      ($0.ledger.sum("azure", within: Ledger.minute), $0.ledger.sum("azure", within: Ledger.hour))
    }
    return minute < settings.messagesPerMinute && hour < settings.messagesPerHour
      ? nil : "450 4.7.1 Rate limit exceeded, try again later"
  }

  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    envelope.recipients.count < settings.recipientsPerMessage ? nil : "452 4.5.3 Too many recipients"
  }

  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if content.size > settings.bytesPerMessage { return words.tooBig }
    if let stranger = content.headerFrom.first(where: { from in !settings.senders.contains { isSame($0, from) } }) {
      return Reply("550 5.7.1 The sender address \(stranger) is not a MailFrom address of a linked domain")
    }
    tenant.withState { $0.ledger.record("azure") }
    return exchangeForm(content, envelope)
  }
}
