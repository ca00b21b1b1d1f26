import Base
import Crypto
import Diagnosis
import Routes

extension Failure {
  /// Explains why a token endpoint gave no token.
  ///
  /// - Parameter request: what it was asked; none of its secrets is repeated, should the endpoint do so.
  init(_ fault: TokenFault, after request: TokenRequest?, by tokens: RouteTokens) {
    let known = fault.cause
    let words = known?.cause ?? "\(fault.error): \(request?.redacted(fault.detail) ?? fault.detail)"
    let host = tokens.source.endpointHost
    self.init(
      class: .transient, stage: "token", code: fault.code ?? fault.error,
      cause: "\(host) gives no token for \(tokens.user): \(words)" + (fault.code.map { " (\($0))" } ?? ""),
      who: .administrator, steps: Failure.steps(for: fault, by: tokens), retry: true,
      source: known.map { _ in TokenCause.source }, exitCode: .notAcceptedYet)
    switch fault.verdict {
    case .pending, .slowDown: break
    case .transient: who = .nobody
    case .configuration, .signInAgain:
      self.class = .configuration
      retry = false
      exitCode = .refused
    }
  }

  private static func steps(for fault: TokenFault, by tokens: RouteTokens) -> [String] {
    let known = fault.cause.map { $0.step.replacing("ROUTE", with: tokens.route) }
    var steps = [known ?? fallback(for: fault, by: tokens)]
    if let address = tokens.source.adminConsentAddress, steps[0].contains("consent") {
      steps = ["Let an administrator open and consent: \(address)"]
    }
    switch fault.verdict {
    case .configuration, .signInAgain: steps.append("Then send what was held: platen jobs retry ID")
    default: break
    }
    return steps
  }

  private static func fallback(for fault: TokenFault, by tokens: RouteTokens) -> String {
    switch fault.verdict {
    case .transient, .pending, .slowDown: "Nothing is lost: the job is kept and tried again"
    case .signInAgain: "Sign in again: platen authorize \(tokens.route)"
    case .configuration: "Check the route against its registration: platen config get routes.\(tokens.route)"
    }
  }

  /// Nobody has signed in yet.
  static func notSignedIn(_ tokens: RouteTokens) -> Failure {
    .settings(
      cause: "nobody has signed in for route \(tokens.route): there is no refresh token for \(tokens.user)",
      steps: ["Sign in once: platen authorize \(tokens.route)"])
  }

  static func tokenPause(seconds: Int, by tokens: RouteTokens) -> Failure {
    Failure(
      class: .transient, stage: "token",
      cause: "\(tokens.source.endpointHost) gave no token for \(tokens.user) and is not asked again for \(seconds) s",
      who: .nobody,
      steps: [
        "Nothing is lost: the job is kept and tried again", "To ask it now: platen authorize \(tokens.route)",
      ], retry: true, exitCode: .notAcceptedYet)
  }

  static func unfitKey(_ fault: SigningFault, secret: String, by tokens: RouteTokens) -> Failure {
    let name = "routes.\(tokens.route).\(secret)"
    let reason =
      switch fault {
      case .noKey: "it holds no private key in PEM, or one behind a passphrase"
      case .noCertificate: "it holds no certificate beside the key"
      case .unfitKey(let what): "it holds \(what)"
      }
    return .settings(
      cause: "the secret \(name) cannot be used: \(reason)",
      steps: ["Set it anew, as PEM, the key and its certificate in one: platen secret set \(name)"])
  }

  static func unfitAccount(_ fault: TokenFault, by tokens: RouteTokens) -> Failure {
    let name = "routes.\(tokens.route).serviceAccountKey"
    return .settings(
      cause: "the secret \(name) cannot be used: \(fault.detail)",
      steps: ["Set it anew, the whole file that Google made: platen secret set \(name) < FILE"])
  }

  /// The grant and its preset do not go together with what was asked of `platen authorize`.
  static func noSignIn(_ route: Route, _ reason: String, _ step: String) -> Failure {
    .settings(cause: "route \(route.name) \(reason)", steps: [step])
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
