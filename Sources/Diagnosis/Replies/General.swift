import Mail

extension ReplyKnowledge {
  static let encryptionRules: [ReplyRule] = [
    ReplyRule(
      [.mail, .rcpt, .data, .auth], [], [],
      says: ["starttls is required", "must issue a starttls", "starttls command first"],
      means: Explanation(
        .configuration, "{server} wants STARTTLS before anything else ({reply})", who: .installer,
        ["Ask for it: platen config set routes.{route}.tls.mode starttls"], exit: .serverProtocol,
        source: "RFC 3207 section 4")),
    // Said with 421 by Postfix, which no waiting changes.
    ReplyRule(
      says: ["client certificate not trusted", "no client certificate presented"],
      means: Explanation(
        .configuration, "{server} does not accept this device's own certificate ({reply})", who: .administrator,
        [
          "Ask who runs {server} which authority's certificates it accepts",
          "Give ours with its whole chain: platen config set routes.{route}.tls.certificate FILE",
        ], source: "RFC 8446 section 4.4.2")),
    ReplyRule(
      [.starttls], [5],
      means: Explanation(
        .configuration, "{server} offers STARTTLS and then refuses it ({reply})", who: .provider,
        [
          "Tell who runs {server}",
          "Or use implicit TLS where it has it: platen config set routes.{route}.tls.mode implicit, and port 465",
        ], exit: .serverProtocol, source: "RFC 3207 section 4")),
  ]

  /// What passes by itself.
  static let pacingRules: [ReplyRule] = [
    ReplyRule(
      [], [421, 432, 450, 451, 452, 454], [],
      says: [
        "too many connections", "concurrent", "rate limit", "too much mail", "too many messages", "throttl",
        "server busy", "try again later", "greylist", "graylist",
      ],
      means: Explanation(
        .transient, "{server} wants this device to wait ({reply})", who: .nobody,
        ["Nothing to do: the job is kept and tried again", "If it happens often, give each device its own account"],
        source: "RFC 5321 section 4.2.3")),
    ReplyRule(
      [], [421],
      means: Explanation(
        .transient, "{server} is closing its service for now ({reply})", who: .nobody,
        ["Nothing to do: the job is kept and tried again"], source: "RFC 5321 section 3.8")),
    ReplyRule(
      [], [452], ["4.3.1"],
      means: Explanation(
        .transient, "{server} has no room left on its disk ({reply})", who: .provider,
        ["The job is kept and tried again", "If it stays so, tell who runs {server}"], source: "RFC 3463 section 3.4")),
    ReplyRule(
      [.rcpt], [4],
      means: Explanation(
        .transient, "{server} cannot take mail for {recipient} just now ({reply})", who: .nobody,
        ["Nothing to do: it is tried again by itself"], source: "RFC 5321 section 4.2.3")),
    ReplyRule(
      [], [4],
      means: Explanation(
        .transient, "{server} cannot take the message just now ({reply})", who: .nobody,
        ["Nothing to do: the job is kept and tried again"], source: "RFC 5321 section 4.2.1")),
  ]

  /// What the code alone says.
  static let generalRules: [ReplyRule] = [
    ReplyRule(
      [.greeting], [554, 521, 556],
      means: Explanation(
        .configuration, "{server} takes no mail from this device on port {port} ({reply})", who: .administrator,
        [
          "Use the submission port: platen config set routes.{route}.port 587",
          "Ask who runs {server} whether this device's address is allowed",
        ], confidence: 0.8, source: "RFC 5321 section 3.1")),
    ReplyRule(
      [.hello], [501, 504, 550, 554],
      means: Explanation(
        .configuration, "{server} does not accept this device or the name it says in EHLO ({reply})", who: .installer,
        [
          "Give it a full name: platen config set identity.hostname scanner.example.com",
          "Ask who runs {server} whether this device's address is allowed",
        ], confidence: 0.7, source: "RFC 5321 section 4.1.4")),
    ReplyRule(
      [.data, .final], [550, 554, 553], ["5.6.x"],
      means: Explanation(
        .message, "{server} does not take this kind of message ({reply})", who: .person,
        ["Send the document another way: platen jobs export ID --output FILE", "Show this line to who runs {server}"],
        source: "RFC 3463 section 3.7")),
    ReplyRule(
      [.data, .final], [550, 554, 553, 571], ["5.7.x"],
      means: Explanation(
        .message, "{server} refused the message by its rules ({reply})", who: .administrator,
        ["Ask who runs {server} which rule it was", "Keep the document: platen jobs export ID --output FILE"],
        confidence: 0.6, source: "RFC 3463 section 3.8")),
    ReplyRule(
      [.data, .final], [550, 554, 553],
      means: Explanation(
        .message, "{server} refused the message ({reply})", who: .administrator,
        ["Ask who runs {server} why", "Keep the document: platen jobs export ID --output FILE"], confidence: 0.5,
        source: "RFC 5321 section 4.2.5")),
  ]
}
