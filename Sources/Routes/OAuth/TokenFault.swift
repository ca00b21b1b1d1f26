import Base
import JSON
import Settings

/// Why there is no token.
package struct TokenFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// What becomes of it.
  package enum Verdict: Sendable, Equatable {
    /// The person has not finished yet (RFC 8628).
    case pending
    /// The same, asked too often.
    case slowDown
    /// Ask again, not before so many seconds where the endpoint said so.
    case transient(retryAfter: Int?)
    /// Somebody must change something at the service or here.
    case configuration
    /// The same, and what helps is signing in anew: `platen authorize`.
    case signInAgain
  }

  package let verdict: Verdict
  /// The word of RFC 6749 section 5.2 or of RFC 8628 section 3.5: "invalid_grant".
  package let error: String
  /// Microsoft's own number, "AADSTS700082"; for words only, verdicts go by ``error``.
  package let code: String?
  /// The endpoint's words, on one line, without what identifies the request.
  package let detail: String

  package var description: String { code.map { "\(error) (\($0)): \(detail)" } ?? "\(error): \(detail)" }

  /// What is known about the cause; nil where only the endpoint's words are.
  package var cause: TokenCause? { code.flatMap(TokenCause.of(code:)) ?? TokenCause.of(error: error) }

  init(error: String, description: String, status: Int, retryAfter: Int?) {
    let code = TokenFault.code(in: description)
    self.error = error.onOneLine(limit: 60)
    self.code = code
    detail = TokenFault.withoutTrace(description).onOneLine(limit: 200)
    verdict = TokenFault.verdict(error, code, status: status, retryAfter: retryAfter)
  }

  init(_ answer: TokenAnswer, _ tree: JSONValue?) {
    let error = tree?["error"]?.text ?? "HTTP \(answer.status)"
    let words = tree?["error_description"]?.text ?? (tree == nil ? "the answer is no JSON" : "the answer has no token")
    self.init(error: error, description: words, status: answer.status, retryAfter: answer.retryAfter)
  }

  private init(_ error: String, _ detail: String) {
    self.error = error
    code = nil
    self.detail = detail
    verdict = .configuration
  }

  private static let redirect = "redirect"

  static func notARedirect(_ reason: String) -> TokenFault {
    TokenFault(redirect, "what was pasted is no answer: " + reason)
  }
  static func unfitSecret(_ reason: String) -> TokenFault { TokenFault("secret", reason) }

  /// Nobody was asked: a person pasted something else.
  package var isOfPaste: Bool { error == TokenFault.redirect }

  // MARK: Verdicts

  /// Microsoft: numbers may change and are not to steer a program (reference-error-codes). These few do, because
  /// the word beside them says something else, or because only they tell that a sign-in helps.
  private static let transientCodes: Set = [
    "AADSTS90033", "AADSTS90006", "AADSTS90012", "AADSTS90024", "AADSTS50033", "AADSTS50087", "AADSTS90055",
    "AADSTS50196",
  ]

  private static func verdict(_ error: String, _ code: String?, status: Int, retryAfter: Int?) -> Verdict {
    if status == 429 || status >= 500 || code.map(transientCodes.contains) == true {
      return .transient(retryAfter: retryAfter)
    }
    switch error {
    case "authorization_pending": return .pending
    case "slow_down": return .slowDown
    case "temporarily_unavailable", "server_error": return .transient(retryAfter: retryAfter)
    case "invalid_grant", "interaction_required", "consent_required", "login_required", "expired_token",
      "authorization_declined", "access_denied", "bad_verification_code":
      return code.flatMap(TokenCause.of(code:))?.needsSignIn == false ? .configuration : .signInAgain
    default:
      // A proxy's page, or anything that is no answer of a token endpoint.
      return error.hasPrefix("HTTP ") ? .transient(retryAfter: retryAfter) : .configuration
    }
  }

  // MARK: Microsoft's descriptions

  /// "AADSTS7000215" out of "AADSTS7000215: Invalid client secret provided. …".
  private static func code(in description: String) -> String? {
    let mark = "AADSTS"
    let characters = Array(description.utf8)
    guard let start = characters.indices.first(where: { characters[$0...].starts(with: mark.utf8) }) else { return nil }
    let digits = characters[(start + mark.utf8.count)...].prefix { (48...57).contains($0) }.prefix(12)
    return digits.isEmpty ? nil : mark + String(decoding: digits, as: UTF8.self)
  }

  /// Without the tail of identifiers that Microsoft adds: it names a request, not a cause.
  private static func withoutTrace(_ description: String) -> String {
    var text = Substring(description)
    for mark in ["\r", "\n", " Trace ID:"] {
      if let cut = text.firstRange(of: mark) { text = text[..<cut.lowerBound] }
    }
    return String(text)
  }
}
