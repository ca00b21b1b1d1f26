import Base
import JSON
import Settings

/// An answer of a token endpoint, as it came.
package struct TokenAnswer: Sendable, Equatable {
  /// Of HTTP.
  package var status: Int
  package var body: [UInt8]
  /// Of the header Retry-After, where it was a number of seconds.
  package var retryAfter: Int?

  package init(status: Int, body: [UInt8], retryAfter: Int? = nil) {
    self.status = status
    self.body = body
    self.retryAfter = retryAfter
  }
}

/// A token and what came with it. No description shows a token.
package struct TokenGrant: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  package let accessToken: String
  /// From the moment that it came.
  package let life: Duration
  /// The one to use from now on; nil where the one that was used stays good.
  package let refreshToken: String?

  /// Where the endpoint does not say (RFC 6749 section 5.1 makes it optional): short of what any service gives.
  private static let unsaidLife = 1800

  /// RFC 6749 section 5.
  package init(_ answer: TokenAnswer) throws(TokenFault) {
    let tree = ForeignJSON.object(answer.body)
    guard answer.status == 200, let tree else { throw TokenFault(answer, tree) }
    guard let token = tree["access_token"]?.text, !token.isEmpty, !token.contains(where: { $0.isWhitespace }) else {
      throw TokenFault(answer, tree)
    }
    accessToken = token
    // Some send the number as a text.
    let seconds = tree["expires_in"]?.integer ?? tree["expires_in"]?.text.flatMap { Int($0) }
    life = .seconds(max(0, seconds ?? TokenGrant.unsaidLife))
    refreshToken = tree["refresh_token"]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  package var description: String { "a token for \(life.components.seconds) s" }
  package var customMirror: Mirror { Mirror(self, children: ["life": life]) }
}

/// A code for a person to type elsewhere (RFC 8628 section 3.2). The device's own code is not described.
package struct DeviceCode: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  package let deviceCode: String
  /// What the person types.
  package let userCode: String
  /// Where.
  package let address: String
  package let life: Duration
  /// Between two questions.
  package private(set) var interval: Duration

  /// RFC 8628 section 3.5: what `slow_down` adds, for good; and what holds where nothing is said.
  private static let step = Duration.seconds(5)

  package init(_ answer: TokenAnswer) throws(TokenFault) {
    let tree = ForeignJSON.object(answer.body)
    guard answer.status == 200, let device = tree?["device_code"]?.text, let user = tree?["user_code"]?.text,
      let address = tree?["verification_uri"]?.text ?? tree?["verification_url"]?.text
    else { throw TokenFault(answer, tree) }
    deviceCode = device
    userCode = user.onOneLine(limit: 40)
    self.address = address.onOneLine(limit: 200)
    life = .seconds(tree?["expires_in"]?.integer ?? 900)
    interval = tree?["interval"]?.integer.map { .seconds(max(1, $0)) } ?? DeviceCode.step
  }

  /// What to do after an answer to a poll that was no token.
  package mutating func goesOn(after fault: TokenFault) -> Bool {
    switch fault.verdict {
    case .pending: return true
    case .slowDown:
      interval += DeviceCode.step
      return true
    // RFC 8628 section 3.5: a connection that fails is to be asked again less often.
    case .transient:
      interval += DeviceCode.step
      return true
    case .configuration, .signInAgain: return false
    }
  }

  package var description: String { "code \(userCode) for \(address)" }
  package var customMirror: Mirror { Mirror(self, children: ["userCode": userCode, "address": address]) }
}
