import Base
import JSON
import Settings

/// Why there is no token.
package struct TokenFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// What becomes of it.
  package enum Consequence: Sendable, Equatable {
    /// The person has not finished yet (RFC 8628).
    case pending
    /// The same, asked too often.
    case slowDown
    /// Ask again, not before the seconds that the endpoint asked for, if it did.
    case transient(retryAfter: Int?)
    /// A setting must change, at the service or here.
    case configuration
    /// The same, and a new sign-in helps: `platen authorize`.
    case signInAgain
  }

  /// What we found wrong ourselves, where no endpoint says so.
  package enum Reason: Sendable, Equatable {
    /// The answer is not a token endpoint's: a proxy's page, most often.
    case noJSON
    /// The answer has no token, nor a word why.
    case noToken
    /// What was pasted has no "?".
    case pastedNoAddress
    case pastedOfAnotherSignIn
    case pastedWithoutCode
    /// The service account's key is no JSON object.
    case accountNoJSON
    /// It lacks client_email or private_key.
    case accountIncomplete
  }

  package let verdict: Consequence
  /// The word of RFC 6749 section 5.2 or of RFC 8628 section 3.5: "invalid_grant"; or "HTTP 502" where the answer has
  /// none.
  package let error: String
  /// Microsoft's own number, "AADSTS700082".
  package let code: String?
  /// The endpoint's words, on one line, without what identifies the request; empty where it has none.
  package let detail: String
  package let reason: Reason?

  /// For logs and tests; a person reads the catalogue's sentence.
  package var description: String {
    let name = code.map { "\(error) (\($0))" } ?? error
    let words = reason.map { "\($0)" } ?? detail
    return words.isEmpty ? name : "\(name): \(words)"
  }

  init(error: String, description: String, status: Int, retryAfter: Int?, reason: Reason? = nil) {
    let code = TokenFault.code(in: description)
    self.error = error.onOneLine(limit: 60)
    self.code = code
    self.reason = reason
    detail = TokenFault.withoutTrace(description).onOneLine(limit: 200)
    verdict = TokenFault.verdict(error, code, status: status, retryAfter: retryAfter)
  }

  init(_ answer: TokenAnswer, _ tree: JSONValue?) {
    let error = tree?["error"]?.text
    let words = tree?["error_description"]?.text ?? ""
    let reason: Reason? = tree == nil ? .noJSON : error == nil && words.isEmpty ? .noToken : nil
    self.init(
      error: error ?? "HTTP \(answer.status)", description: words, status: answer.status,
      retryAfter: answer.retryAfter, reason: reason)
  }

  private init(_ error: String, _ reason: Reason) {
    self.error = error
    self.reason = reason
    code = nil
    detail = ""
    verdict = .configuration
  }

  /// What a person pasted is no answer to this sign-in.
  static func notARedirect(_ reason: Reason) -> TokenFault { TokenFault("redirect", reason) }
  static func unfitSecret(_ reason: Reason) -> TokenFault { TokenFault("secret", reason) }

  // MARK: Verdicts

  /// Microsoft: numbers may change and are not to steer a program (reference-error-codes). These few do, because
  /// the word beside them says something else, or because only they tell whether a sign-in helps.
  private static let transientCodes: Set = [
    "AADSTS90033", "AADSTS90006", "AADSTS90012", "AADSTS90024", "AADSTS50033", "AADSTS50087", "AADSTS90055",
    "AADSTS50196",
  ]

  /// Their word may be one that a sign-in mends; their cause is another.
  private static let codesNoSignInMends: Set = [
    // The application, the tenant, and what is asked for.
    "AADSTS700016", "AADSTS7000215", "AADSTS7000222", "AADSTS700027", "AADSTS7000218", "AADSTS700025", "AADSTS90002",
    "AADSTS900144", "AADSTS70011", "AADSTS28000", "AADSTS700022", "AADSTS500011", "AADSTS50059", "AADSTS50194",
    "AADSTS9001023",
    // The account.
    "AADSTS50126", "AADSTS50034", "AADSTS50053", "AADSTS50055", "AADSTS50144", "AADSTS50057",
    // Consent and rules.
    "AADSTS53003", "AADSTS530032", "AADSTS530035", "AADSTS530036", "AADSTS65001", "AADSTS90094", "AADSTS50105",
    // The person has not finished.
    "AADSTS70016",
  ]

  private static func verdict(_ error: String, _ code: String?, status: Int, retryAfter: Int?) -> Consequence {
    if status == 429 || status >= 500 || code.map(transientCodes.contains) == true {
      return .transient(retryAfter: retryAfter)
    }
    switch error {
    case "authorization_pending": return .pending
    case "slow_down": return .slowDown
    case "temporarily_unavailable", "server_error": return .transient(retryAfter: retryAfter)
    case "invalid_grant", "interaction_required", "consent_required", "login_required", "expired_token",
      "authorization_declined", "access_denied", "bad_verification_code":
      return code.map(codesNoSignInMends.contains) == true ? .configuration : .signInAgain
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
