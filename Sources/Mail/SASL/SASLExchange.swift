import Base
import Crypto

/// One AUTH exchange from our side (RFC 4954).
struct SASLExchange: Sendable {
  /// The response to a challenge.
  enum Answer: Equatable {
    case line(String)
    /// The exchange is broken off with "*", for this reason.
    case cancel(String)
  }

  private enum Progress: Sendable {
    /// What is still to be said, one answer to each challenge, whatever it asks.
    case answers([String])
    case cramMD5(SMTPCredentials)
    /// A token was shown; a challenge now is the refusal's reason, and this is how to say that it was read.
    case token(acknowledgement: String)
    case scram(ScramExchange)
  }

  let mechanism: SASLMechanism
  /// The command line, without its line end.
  let command: String
  private var progress: Progress

  /// The first of `choices` that is `offered`; nil where none is.
  ///
  /// - Parameters:
  ///   - lineLimit: the longest AUTH line, with its CRLF; what goes over it is said in two steps.
  ///   - nonce: SCRAM's client nonce, unique per exchange.
  init?(
    _ choices: [SASLMechanism], offered: [String], credentials: SMTPCredentials, lineLimit: Int, nonce: String
  ) {
    guard let mechanism = choices.first(where: { offered.contains($0.rawValue) }) else { return nil }
    self.mechanism = mechanism
    let name = "AUTH " + mechanism.rawValue
    let secret = credentials.secret
    switch mechanism {
    case .plain:
      let response = Self.plainResponse(credentials)
      let fits = name.utf8.count + 1 + response.utf8.count + 2 <= lineLimit
      (command, progress) = fits ? (name + " " + response, .answers([])) : (name, .answers([response]))
    case .login:
      // Always in three steps (no server need know LOGIN with an initial response), by position: what the
      // challenges say differs from server to server.
      (command, progress) = (name, .answers([base64(credentials.username.utf8), base64(secret.utf8)]))
    case .cramMD5: (command, progress) = (name, .cramMD5(credentials))
    case .scramSHA256:
      let scram = ScramExchange(credentials, nonce: nonce)
      (command, progress) = (name + " " + base64(scram.firstMessage.utf8), .scram(scram))
    case .xoauth2, .oauthBearer:
      let response = Self.tokenResponse(mechanism, credentials)
      let acknowledgement = mechanism == .xoauth2 ? "" : base64([1])
      let fits = name.utf8.count + 1 + response.utf8.count + 2 <= lineLimit
      command = fits ? name + " " + response : name
      progress = fits ? .token(acknowledgement: acknowledgement) : .answers([response, acknowledgement])
    }
  }

  private static func plainResponse(_ credentials: SMTPCredentials) -> String {
    base64([0] + Array(credentials.username.utf8) + [0] + Array(credentials.secret.utf8))
  }

  /// XOAUTH2 as Google and Microsoft document it; OAUTHBEARER as RFC 7628 section 3.1, whose user name is escaped
  /// as RFC 5801 section 4 has it.
  private static func tokenResponse(_ mechanism: SASLMechanism, _ credentials: SMTPCredentials) -> String {
    let bearer = "auth=Bearer \(credentials.secret)\u{1}\u{1}"
    if mechanism == .xoauth2 { return base64("user=\(credentials.username)\u{1}\(bearer)".utf8) }
    return base64("n,a=\(saslName(credentials.username)),\u{1}\(bearer)".utf8)
  }

  /// - Parameter challenge: the text of a 334 reply.
  mutating func answer(to challenge: String) -> Answer {
    switch progress {
    case .answers(let answers):
      guard let next = answers.first else { return .cancel("AUTH sent more challenges than its mechanism has") }
      progress = .answers(Array(answers.dropFirst()))
      return .line(next)
    case .token(let acknowledgement):
      progress = .answers([])
      return .line(acknowledgement)
    case .cramMD5(let credentials):
      progress = .answers([])
      guard let text = decodedBase64(challenge) else { return .cancel("the CRAM-MD5 challenge is not base64") }
      let digest = hexadecimal(hmac(.md5, key: Array(credentials.secret.utf8), text))
      return .line(base64("\(credentials.username) \(digest)".utf8))
    case .scram(var scram):
      let answer = scram.answer(to: challenge)
      progress = .scram(scram)
      return answer
    }
  }

  /// Why the server's "success" is invalid; nil where it is valid.
  var doubt: String? {
    if case .scram(let scram) = progress, !scram.serverIsProven {
      return "the server accepted SCRAM without proving that it knows the password"
    }
    return nil
  }

  /// Every form in which `credentials` go over the wire, longest first: what no log may show.
  static func secrets(of credentials: SMTPCredentials) -> [String] {
    // A shorter one would blank out ordinary words of the reply, and by that give itself away.
    let shortest = 4
    let secret = credentials.secret
    let forms: [String] =
      switch credentials.proof {
      case .password: [plainResponse(credentials)]
      case .token: [tokenResponse(.xoauth2, credentials), tokenResponse(.oauthBearer, credentials)]
      }
    return (forms + [base64(secret.utf8), secret])
      .filter { $0.utf8.count >= shortest }.sorted { $0.utf8.count > $1.utf8.count }
  }
}

/// A user name where "," and "=" have a meaning (RFC 5802 section 5.1, RFC 5801 section 4).
func saslName(_ name: String) -> String {
  name.replacing("=", with: "=3D").replacing(",", with: "=2C")
}
