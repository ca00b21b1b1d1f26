import Base
import Crypto
import Diagnosis
import Routes

extension Failure {
  /// Explains why a token endpoint gave no token.
  ///
  /// - Parameter request: the request; its secrets are not repeated, even if the endpoint does.
  init(_ fault: TokenFault, after request: TokenRequest?, by tokens: RouteTokens) {
    let code = fault.code ?? fault.error
    let said = [fault.error, request?.redacted(fault.detail) ?? fault.detail].filter { !$0.isEmpty }
    var values = tokens.values
    values["code"] = code
    values["error"] = fault.error
    values["detail"] = said.joined(separator: ": ")
    values["consent"] = tokens.source.adminConsentAddress ?? tokens.source.authority
    self.init(FailureID(fault), code: code, values: values)
  }

  /// No sign-in yet.
  static func notSignedIn(_ tokens: RouteTokens) -> Failure { Failure(.tokenNotSignedIn, values: tokens.values) }

  static func tokenPause(seconds: Int, by tokens: RouteTokens) -> Failure {
    Failure(.tokenPause, values: tokens.values.merging(["seconds": String(seconds)]) { $1 })
  }

  /// Of a key by itself, or of one in the file of a service account.
  static func unfitKey(_ fault: SigningFault, secret: String, by tokens: RouteTokens) -> Failure {
    let isOfAccount = tokens.source.grant == .serviceAccount
    var values = tokens.values(secret)
    switch fault {
    case .noKey: return Failure(isOfAccount ? .tokenAccountKeyMissing : .tokenKeyMissing, values: values)
    case .noCertificate: return Failure(.tokenCertificateMissing, values: values)
    case .unfitKey(let what):
      values["detail"] = what
      return Failure(isOfAccount ? .tokenAccountKeyUnfit : .tokenKeyUnfit, values: values)
    }
  }

  static func unfitAccount(_ fault: TokenFault, by tokens: RouteTokens) -> Failure {
    Failure(FailureID(fault), values: tokens.values("serviceAccountKey"))
  }
}

extension FailureID {
  /// What is known of the fault's number or word, where that fits what becomes of it; else what becomes of it.
  init(_ fault: TokenFault) {
    if let reason = fault.reason {
      self.init(reason)
      return
    }
    if let known = FailureID.token(code: fault.code, error: fault.error),
      Catalogue.shipped.entry(known).class == fault.failureClass
    {
      self = known
      return
    }
    switch fault.verdict {
    case .pending, .slowDown, .transient: self = .tokenUnavailable
    case .configuration: self = .tokenRefused
    case .signInAgain: self = .tokenSignInWanted
    }
  }

  private init(_ reason: TokenFault.Reason) {
    switch reason {
    case .noJSON: self = .tokenAnswerNoJson
    case .noToken: self = .tokenAnswerWithoutToken
    case .pastedNoAddress: self = .tokenPastedNoAddress
    case .pastedOfAnotherSignIn: self = .tokenPastedOfAnotherSignIn
    case .pastedWithoutCode: self = .tokenPastedWithoutCode
    case .accountNoJSON: self = .tokenAccountNoJson
    case .accountIncomplete: self = .tokenAccountIncomplete
    }
  }
}

extension TokenFault {
  fileprivate var failureClass: FailureClass {
    switch verdict {
    case .pending, .slowDown, .transient: .transient
    case .configuration, .signInAgain: .configuration
    }
  }
}

extension RouteTokens {
  /// The words in braces of every failure about tokens.
  var values: [String: String] { ["host": source.endpointHost, "user": user, "route": route] }

  /// - Parameter secret: the last part of the name of a secret that cannot be used.
  fileprivate func values(_ secret: String) -> [String: String] {
    values.merging(["secret": "routes.\(route).\(secret)"]) { $1 }
  }
}

extension TokenSource {
  /// For people: the name of the endpoint's host.
  var endpointHost: String {
    String((tokenEndpoint.split(separator: "/").dropFirst().first ?? "").prefix { $0 != ":" })
  }
}

extension TokenRequest {
  private static let secretFields = [
    "client_secret", "client_assertion", "assertion", "refresh_token", "password", "code", "code_verifier",
    "device_code",
  ]

  /// The endpoint's words without any secret that it was sent.
  fileprivate func redacted(_ text: String) -> String {
    Self.secretFields.compactMap { body[$0] }.reduce(text) { $0.replacing($1, with: "…") }
  }
}
