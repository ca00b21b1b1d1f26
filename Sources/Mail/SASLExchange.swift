import Base

/// One AUTH exchange from our side (RFC 4954), for the mechanisms PLAIN (RFC 4616) and LOGIN.
struct SASLExchange: Sendable {
  /// The command line, without its line end.
  let command: String
  /// What is still to be said, one answer to each challenge.
  private var answers: [String]

  /// The best of what the server lists and `wanted` allows; nil where nothing fits.
  init?(_ wanted: Authentication, offered: [String], credentials: SMTPCredentials) {
    let names = Self.mechanisms(wanted)
    switch names.first(where: offered.contains) {
    case "PLAIN": self.init(plain: credentials)
    case "LOGIN": self.init(login: credentials)
    default: return nil
    }
  }

  /// The names that `wanted` stands for, best first.
  static func mechanisms(_ wanted: Authentication) -> [String] {
    switch wanted {
    case .auto: ["PLAIN", "LOGIN"]
    case .plain: ["PLAIN"]
    case .login: ["LOGIN"]
    case .none: []
    }
  }

  /// In one step where the line fits, else in two: servers cut off or refuse longer lines.
  private init(plain credentials: SMTPCredentials) {
    let response = Self.plainResponse(credentials)
    let line = "AUTH PLAIN " + response
    let fits = line.utf8.count + 2 <= SMTPLimit.commandLine
    command = fits ? line : "AUTH PLAIN"
    answers = fits ? [] : [response]
  }

  /// Always in three steps (no server need know LOGIN with an initial response), by position: what the
  /// challenges say differs from server to server.
  private init(login credentials: SMTPCredentials) {
    command = "AUTH LOGIN"
    answers = [base64(credentials.username.utf8), base64(credentials.password.utf8)]
  }

  private static func plainResponse(_ credentials: SMTPCredentials) -> String {
    base64([0] + Array(credentials.username.utf8) + [0] + Array(credentials.password.utf8))
  }

  /// The answer to the next challenge; nil where nothing is left to say.
  mutating func answer() -> String? { answers.isEmpty ? nil : answers.removeFirst() }

  /// Every form in which `credentials` go over the wire, longest first: what no log may show.
  static func secrets(of credentials: SMTPCredentials) -> [String] {
    // A shorter one would blank out ordinary words of the reply, and by that give itself away.
    let shortest = 4
    let password = credentials.password
    return [plainResponse(credentials), base64(password.utf8), password]
      .filter { $0.utf8.count >= shortest }.sorted { $0.utf8.count > $1.utf8.count }
  }
}
