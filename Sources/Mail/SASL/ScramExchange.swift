import Base
import Crypto

/// SCRAM-SHA-256 from our side, without channel binding (RFC 5802, RFC 7677).
///
/// The password is used as it is: SASLprep (RFC 4013) leaves ASCII as it is too, and servers disagree about the rest.
struct ScramExchange: Sendable {
  private enum Progress: Sendable {
    case greeted
    /// Our proof is out; this is what only a server that knows the password can answer.
    case proved(serverSignature: [UInt8])
    case done(proven: Bool)
  }

  /// Fewer make a guess at the password too cheap (RFC 7677 section 4); more would keep a small board busy for
  /// seconds, on a server's word.
  private static let iterations = 4096...1_000_000
  /// "y" and "p" would claim things about channel binding; base64 of "n,,".
  private static let channelBinding = "biws"

  private let password: String
  private let nonce: String
  private let bareMessage: String
  private var progress = Progress.greeted

  init(_ credentials: SMTPCredentials, nonce: String) {
    password = credentials.secret
    self.nonce = nonce
    bareMessage = "n=\(saslName(credentials.username)),r=\(nonce)"
  }

  var firstMessage: String { "n,," + bareMessage }

  var serverIsProven: Bool {
    if case .done(proven: true) = progress { true } else { false }
  }

  mutating func answer(to challenge: String) -> SASLExchange.Answer {
    guard let bytes = decodedBase64(challenge) else { return .cancel("the SCRAM challenge is not base64") }
    let message = String(decoding: bytes, as: UTF8.self)
    switch progress {
    case .greeted: return prove(message)
    case .proved(let signature): return check(message, against: signature)
    case .done: return .cancel("AUTH sent more challenges than its mechanism has")
    }
  }

  private mutating func prove(_ message: String) -> SASLExchange.Answer {
    let fields = Self.fields(message)
    guard let nonce = fields["r"], nonce.hasPrefix(self.nonce), nonce.utf8.count > self.nonce.utf8.count,
      let salt = fields["s"].flatMap(decodedBase64), !salt.isEmpty, let iterations = fields["i"].flatMap({ Int($0) })
    else { return .cancel("SCRAM's challenge is malformed") }
    guard Self.iterations.contains(iterations) else {
      return .cancel("SCRAM asks for \(iterations) iterations; allowed are \(Self.iterations)")
    }
    let salted = pbkdf2(.sha256, password: Array(password.utf8), salt: salt, iterations: iterations)
    let withoutProof = "c=\(Self.channelBinding),r=\(nonce)"
    let signed = Array("\(bareMessage),\(message),\(withoutProof)".utf8)
    let clientKey = hmac(.sha256, key: salted, Array("Client Key".utf8))
    let clientSignature = hmac(.sha256, key: SHA256.hash(clientKey), signed)
    let serverKey = hmac(.sha256, key: salted, Array("Server Key".utf8))
    progress = .proved(serverSignature: hmac(.sha256, key: serverKey, signed))
    let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
    return .line(base64("\(withoutProof),p=\(base64(proof))".utf8))
  }

  private mutating func check(_ message: String, against signature: [UInt8]) -> SASLExchange.Answer {
    let shown = Self.fields(message)["v"].flatMap(decodedBase64)
    progress = .done(proven: shown == signature)
    // A refusal comes as "e=…"; either way the server expects an empty line before its final reply.
    return .line("")
  }

  private static func fields(_ message: String) -> [String: String] {
    var fields: [String: String] = [:]
    for field in message.split(separator: ",") where field.dropFirst().first == "=" {
      fields[String(field.prefix(1))] = String(field.dropFirst(2))
    }
    return fields
  }
}
