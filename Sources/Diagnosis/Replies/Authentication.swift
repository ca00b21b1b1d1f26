import Mail

extension ReplyKnowledge {
  private static let password = "Enter the password again: platen secret set routes.{route}.password"
  private static let userName = "Check the user name: platen config get routes.{route}.username"

  /// RFC 4954 section 6. A refused password at any step holds the route; it is never the message's fault.
  static let authenticationRules: [ReplyRule] = [
    ReplyRule(
      [], [454], ["4.7.0"], says: ["tls not available", "tls currently unavailable"],
      means: Explanation(
        .transient, "{server} has trouble with its own TLS: {reply}", who: .provider,
        ["The job is kept and tried again", "If it stays so, tell who runs {server}"],
        source: "RFC 3207 section 4")),
    ReplyRule(
      [.auth], [], [], says: ["too many login attempts", "too many auth commands"],
      means: Explanation(
        .transient, "{server} refuses to check more passwords of \"{user}\" for now: {reply}", who: .administrator,
        ["Wait; the job is kept and tried again", "Look for other devices that sign in with an old password"],
        source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [432], ["4.7.12"],
      means: Explanation(
        .configuration, "{server} wants the password of \"{user}\" changed first: {reply}", who: .administrator,
        ["Change the password at the provider", password], source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [4],
      means: Explanation(
        .transient, "{server} cannot check the password of \"{user}\" just now: {reply}", who: .nobody,
        ["Nothing to do: the job is kept and tried again"], source: "RFC 4954 section 6")),
    ReplyRule(
      [], [534], ["5.7.9"], says: ["application-specific password"],
      means: Explanation(
        .configuration, "{server} wants an app password for \"{user}\", not the account's own", who: .administrator,
        ["Make an app password at the provider", password], source: "Google: InvalidSecondFactor")),
    ReplyRule(
      [.auth], [534], ["5.7.9"],
      means: Explanation(
        .configuration, "{server} finds the sign-in method too weak for \"{user}\": {reply}", who: .administrator,
        [
          "Let the server offer another: platen config set routes.{route}.auth auto",
          "Allow password sign-in for \"{user}\" at the provider",
        ], source: "RFC 4954 section 6")),
    ReplyRule(
      [], [538],
      means: Explanation(
        .configuration, "{server} takes no password without TLS", who: .installer,
        ["Ask for TLS: platen config set routes.{route}.tls.mode starttls"], source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [], ["5.7.11"],
      means: Explanation(
        .configuration, "{server} takes no password without TLS", who: .installer,
        ["Ask for TLS: platen config set routes.{route}.tls.mode starttls"], source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [500, 555], ["5.5.2", "5.5.6"],
      means: Explanation(
        .configuration, "{server} finds the sign-in of \"{user}\" too long: {reply}", who: .administrator,
        [password, "Ask the provider which lengths it takes"], source: "RFC 4954 section 4")),
    ReplyRule(
      [.auth], [503],
      means: Explanation(
        .configuration, "{server} does not take sign-ins on port {port}: {reply}", who: .installer,
        [
          "Use the submission port: platen config set routes.{route}.port 587",
          "If this server needs no sign-in: platen config unset routes.{route}.username",
        ], source: "RFC 4954 section 4")),
    ReplyRule(
      [.auth], [504], [], says: ["encryption required"],
      means: Explanation(
        .configuration, "{server} takes no password without TLS", who: .installer,
        ["Ask for TLS: platen config set routes.{route}.tls.mode starttls"], source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [500, 501, 502, 504],
      means: Explanation(
        .configuration, "{server} does not know the sign-in method that was used for \"{user}\": {reply}",
        who: .installer,
        [
          "Take what the server offers: platen config set routes.{route}.auth auto",
          "Or name another: platen config set routes.{route}.auth login",
        ], source: "RFC 4954 section 4")),
    ReplyRule(
      [.auth], [535, 530, 534], ["5.7.8", "5.7.3", "5.7.139"],
      means: Explanation(
        .configuration, "{server} refused the user name or password of \"{user}\" ({reply})", who: .administrator,
        [password, userName, "Try the same name and password in another mail program"],
        source: "RFC 4954 section 6")),
    ReplyRule(
      [.auth], [5],
      means: Explanation(
        .configuration, "{server} refused the sign-in of \"{user}\" ({reply})", who: .administrator,
        [password, userName, "Ask who runs {server} whether \"{user}\" may send over SMTP"], confidence: 0.9,
        source: "RFC 4954 section 6")),
    ReplyRule(
      [], [535], [],
      means: Explanation(
        .configuration, "{server} refused the user name or password of \"{user}\" ({reply})", who: .administrator,
        [password, userName], confidence: 0.9, source: "RFC 4954 section 6")),
    ReplyRule(
      [], [530, 534], [], says: ["starttls"],
      means: Explanation(
        .configuration, "{server} wants STARTTLS before anything else ({reply})", who: .installer,
        ["Ask for it: platen config set routes.{route}.tls.mode starttls"], exit: .serverProtocol,
        source: "RFC 3207 section 4")),
    ReplyRule(
      [], [530], [],
      means: Explanation(
        .configuration, "{server} wants a sign-in before it takes mail ({reply})", who: .installer,
        [
          "Name the user: platen config set routes.{route}.username NAME", password,
        ], source: "RFC 4954 section 6")),
    ReplyRule(
      [.mail, .rcpt, .data, .final], [5], ["5.7.8", "5.7.9"],
      means: Explanation(
        .configuration, "{server} wants \"{user}\" to sign in anew ({reply})", who: .administrator,
        [password, userName], source: "RFC 4954 section 6")),
    ReplyRule(
      [.mail, .rcpt, .data, .final], [5], [],
      says: ["authentication required", "authentication is required", "issue an auth command", "not authenticated"],
      means: Explanation(
        .configuration, "{server} wants a sign-in before it takes mail ({reply})", who: .installer,
        ["Name the user: platen config set routes.{route}.username NAME", password], source: "RFC 4954 section 6")),
  ]
}
