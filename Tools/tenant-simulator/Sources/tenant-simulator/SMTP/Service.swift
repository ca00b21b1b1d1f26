/// Who speaks to an endpoint.
struct Visitor {
  let peer: String
  let helo: String
  let tls: TLSSession?
  let identity: Identity?
}

/// What a client shows to sign in.
enum Credentials {
  case password(name: String, secret: String)
  case bearer(user: String, token: String)
  /// A bearer payload that is not one; which part is wrong (HVE 5.5.121 to 5.5.126).
  case malformedBearer(code: Int)
}

/// Who a client proved to be.
struct Identity {
  /// The mailbox, account or user name.
  let name: String
  let app: String?
  /// Where app-only access was matched to no mailbox: what MAIL is answered.
  var refusal: Reply?
}

enum SignIn {
  case accepted(Identity)
  case refused(Reply)
}

struct Envelope {
  let from: String
  let parameters: [String]
  let declaredSize: Int?
  let body: String
  var recipients: [String] = []
}

/// What the header and the bytes of a complete message tell.
struct Content {
  let size: Int
  let headerFrom: [String]
  let hasSender: Bool
  let messageID: String
  let hasBareLineFeed: Bool
}

/// The rules of one method of submission: each verdict is a refusal, or nil.
protocol Service: Sendable {
  var words: Words { get }
  /// EHLO keywords but for SIZE, STARTTLS, AUTH, CHUNKING and BINARYMIME.
  var keywords: [String] { get }
  var advertisedSize: Int { get }
  var mechanisms: [String] { get }
  var asksForClientCertificate: Bool { get }
  var needsTLS: Bool { get }

  /// Whether this visitor may send without having signed in.
  func admitsAnonymous(_ visitor: Visitor) -> Bool
  func signIn(_ credentials: Credentials, from peer: String) -> SignIn
  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply?
  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply?
  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply?
  /// The connector that made the visitor one of the tenant's own.
  func connector(of visitor: Visitor, sender: String) -> String?
  /// How many sessions one identity may have at a time, and what the next one hears.
  var sessionLimit: (count: Int, refusal: Reply)? { get }
}

extension Service {
  var asksForClientCertificate: Bool { false }
  var needsTLS: Bool { true }
  var sessionLimit: (count: Int, refusal: Reply)? { nil }

  func admitsAnonymous(_ visitor: Visitor) -> Bool { false }
  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply? { nil }
  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? { nil }
  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? { nil }
  func connector(of visitor: Visitor, sender: String) -> String? { nil }

  /// What every Exchange server refuses in a message, whoever sent it.
  func exchangeForm(_ content: Content, _ envelope: Envelope) -> Reply? {
    if content.hasBareLineFeed && envelope.body != "BINARYMIME" { return "550 5.6.11 Invalid characters" }
    if content.headerFrom.isEmpty {
      return "550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant"
    }
    if content.headerFrom.count > 1 && !content.hasSender {
      return "550 5.1.20 Multiple From addresses are not allowed without Sender"
    }
    return nil
  }
}
