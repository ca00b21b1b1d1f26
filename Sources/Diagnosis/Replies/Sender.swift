import Mail

extension ReplyKnowledge {
  private static let own = [
    "Send as the account that signs in: platen config set identity.address {user}",
    "Or let the administrator allow \"{user}\" to send as {sender}",
  ]

  /// Who the message comes from, where the words or the code leave no doubt: some servers say it at RCPT only.
  static let senderWords: [ReplyRule] = [
    ReplyRule(
      [.mail, .rcpt, .data, .final], [5], [],
      says: [
        "not owned by user", "sender address rejected: not logged in", "not allowed to send as", "sendasdenied",
        "send as this sender", "sender address does not match", "not authorized to send as",
        "from address not verified",
        "sender is not allowed", "sender not allowed",
      ],
      means: Explanation(
        .configuration, "{server} does not let \"{user}\" send as {sender} ({reply})", who: .administrator, own,
        source: "RFC 6409 section 6.1")),
    ReplyRule(
      [.mail, .rcpt, .data, .final], [5], ["5.7.23", "5.7.26", "5.7.27", "5.7.509", "5.7.515"],
      means: Explanation(
        .configuration, "the DNS of the sender's domain does not let this device send for it ({reply})",
        who: .administrator,
        [
          "Send over the domain's own mail server, signed in",
          "Or add this connection's address to the domain's SPF record",
        ], takesEffect: "the life of the DNS record, an hour most often", source: "RFC 7372")),
    ReplyRule(
      [.mail, .rcpt], [4, 5], [], says: ["sender address rejected: domain not found", "sender verify failed"],
      means: Explanation(
        .configuration, "{server} finds no domain for the sender {sender} ({reply})", who: .installer,
        ["Check the device's address: platen config get identity.address"], source: "RFC 5321 section 4.2.3")),
  ]

  /// Who the message comes from.
  static let senderRules: [ReplyRule] = [
    ReplyRule(
      [.mail, .data, .final], [5], ["5.1.7", "5.1.8", "5.7.60", "5.2.252"],
      means: Explanation(
        .configuration, "{server} does not accept {sender} as the sender ({reply})", who: .administrator, own,
        source: "RFC 3463 section 3.2")),
    ReplyRule(
      [.mail], [5], ["5.6.7"],
      means: Explanation(
        .configuration, "{server} takes no sender like {sender} with letters beyond ASCII ({reply})", who: .installer,
        ["Give the device an address in ASCII: platen config set identity.address ADDRESS"], exit: .configuration,
        source: "RFC 6531 section 3.5")),
    ReplyRule(
      [.mail], [501, 550, 553, 554],
      means: Explanation(
        .configuration, "{server} refuses {sender} as the sender ({reply})", who: .administrator,
        ["Check the device's address: platen config get identity.address"] + own, confidence: 0.7,
        source: "RFC 5321 section 4.2.3")),
  ]
}
