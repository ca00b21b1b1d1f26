import Mail

extension ReplyKnowledge {
  private static let signIn = "If it should sign in: platen config set routes.{route}.username NAME"

  /// What the server will not carry, whoever it is for.
  static let relayRules: [ReplyRule] = [
    ReplyRule(
      [], [5], [],
      says: [
        "relay access denied", "relay not permitted", "relaying denied", "unable to relay", "mail relay denied",
        "relaying not allowed", "not permitted to relay", "relay denied", "we do not relay",
        "invalid credentials for relay",
      ],
      means: Explanation(
        .configuration, "{server} does not carry mail for this device to {recipient} ({reply})", who: .administrator,
        [signIn, "If it goes by address: let who runs {server} allow this device's address"],
        source: "RFC 5321 section 3.6.2")),
    ReplyRule(
      [.rcpt], [454, 450], ["4.7.1"], says: ["relay access denied", "relay"],
      means: Explanation(
        .configuration, "{server} does not carry mail for this device to {recipient} ({reply})", who: .administrator,
        [signIn, "If it goes by address: let who runs {server} allow this device's address"], confidence: 0.8,
        source: "Postfix: defer_unauth_destination")),
    ReplyRule(
      [.hello, .mail, .rcpt], [], [],
      says: [
        "helo command rejected", "need fully-qualified hostname", "bad helo", "invalid helo", "helo name",
        "invalid ehlo",
      ],
      means: Explanation(
        .configuration, "{server} does not accept the name that this device says in EHLO ({reply})", who: .installer,
        ["Give it a full name: platen config set identity.hostname scanner.example.com"], exit: .configuration,
        source: "RFC 5321 section 4.1.4")),
    ReplyRule(
      [], [], [],
      says: ["cannot find your hostname", "cannot find your reverse hostname", "reverse dns", "ptr record", "rdns"],
      means: Explanation(
        .configuration, "{server} refuses this connection, for its address has no name in the DNS ({reply})",
        who: .provider,
        [
          "Send over a server that signs in: platen config set routes.{route}.server HOST",
          "Or have the internet provider set a reverse DNS name for this connection",
        ], source: "RFC 8601 section 3")),
  ]

  /// Lists of addresses that servers take no mail from.
  static let blockingRules: [ReplyRule] = [
    ReplyRule(
      [], [5], [],
      says: [
        "blocked using", "spamhaus", "block list", "blocklist", "blacklist", "banned sending ip", "is block listed",
        " rbl", "listed at", "poor reputation",
      ],
      means: Explanation(
        .configuration, "{server} blocks the internet address of this connection ({reply})", who: .provider,
        [
          "Send over a server that signs in, on port 587",
          "Or have the address taken off the list that the reply names",
        ], takesEffect: "a day of the address leaving the list", source: "RFC 5782"))
  ]
}
