/// A submission server of any other provider, with Postfix's words.
struct OtherService: Service {
  let tenant: Tenant

  var words: Words { .postfix }
  var keywords: [String] { ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"] }
  var advertisedSize: Int { settings.bytesPerMessage }
  var mechanisms: [String] { ["PLAIN", "LOGIN"] }
  var needsTLS: Bool { false }
  private var settings: OtherProvider { tenant.scenario.smtp }

  func admitsAnonymous(_ visitor: Visitor) -> Bool { true }

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn {
    guard case .password(let name, let secret) = credentials,
      settings.accounts.contains(where: { $0.name == name && $0.password == secret })
    else { return .refused("535 5.7.8 Error: authentication failed: authentication failure") }
    return .accepted(Identity(name: name, app: nil))
  }

  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if visitor.identity == nil && !settings.anonymousAddresses.contains(visitor.peer) {
      return Reply("554 5.7.1 <\(address)>: Relay access denied")
    }
    return envelope.recipients.count < settings.recipientsPerMessage ? nil : "452 4.5.3 Error: too many recipients"
  }

  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    content.size > settings.bytesPerMessage ? words.tooBig : nil
  }
}
