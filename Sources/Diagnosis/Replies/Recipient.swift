import Mail

extension ReplyKnowledge {
  private static let correct = [
    "Check the address {recipient}", "Send it again to the right one: platen jobs resend ID --to ADDRESS",
  ]

  static let recipientRules: [ReplyRule] = [
    ReplyRule(
      [.rcpt, .final], [5], ["5.1.2"],
      means: Explanation(
        .recipient, "the domain of {recipient} does not exist ({reply})", who: .person, correct, exit: .noHost,
        source: "RFC 3463 section 3.2")),
    ReplyRule(
      [.rcpt], [5], [],
      says: [
        "domain not found", "no such domain", "domain does not exist", "unrouteable address", "unroutable", "null mx",
      ],
      means: Explanation(
        .recipient, "the domain of {recipient} takes no mail ({reply})", who: .person, correct, exit: .noHost,
        confidence: 0.8, source: "RFC 7505")),
    ReplyRule(
      [.rcpt], [5], ["5.1.7", "5.1.8"],
      means: Explanation(
        .configuration, "{server} does not accept {sender} as the sender ({reply})", who: .administrator,
        ["Check the device's address: platen config get identity.address"], source: "RFC 3463 section 3.2")),
    ReplyRule(
      [.rcpt], [5], ["5.1.x"],
      means: Explanation(
        .recipient, "{server} knows no mailbox {recipient} ({reply})", who: .person, correct,
        source: "RFC 3463 section 3.2")),
    ReplyRule(
      [.data, .final], [5], ["5.1.0", "5.1.1", "5.1.3", "5.1.10"],
      means: Explanation(
        .recipient, "{server} knows no mailbox of one of the recipients ({reply})", who: .person, correct,
        confidence: 0.9, source: "RFC 3463 section 3.2")),
    ReplyRule(
      [.rcpt], [5], ["5.2.1", "5.2.0"],
      means: Explanation(
        .recipient, "the mailbox {recipient} takes no mail ({reply})", who: .person,
        ["Ask {recipient} whether the mailbox is closed"] + correct, source: "RFC 3463 section 3.3")),
    ReplyRule(
      [.rcpt], [5], [],
      says: [
        "user unknown", "unknown user", "no such user", "does not exist", "recipient not found", "invalid recipient",
        "no mailbox here", "mailbox unavailable", "mailbox not found", "unknown recipient",
        "recipient address rejected",
        "no such recipient", "address rejected",
      ],
      means: Explanation(
        .recipient, "{server} knows no mailbox {recipient} ({reply})", who: .person, correct, confidence: 0.9,
        source: "RFC 5321 section 4.2.3")),
    ReplyRule(
      [.rcpt], [5], ["5.6.7"],
      means: Explanation(
        .recipient, "{server} takes no address like {recipient} with letters beyond ASCII ({reply})", who: .person,
        correct, source: "RFC 6531 section 3.5")),
    ReplyRule(
      [.rcpt], [551],
      means: Explanation(
        .recipient, "{recipient} has moved: {reply}", who: .person, correct, source: "RFC 5321 section 3.4")),
    ReplyRule(
      [.rcpt], [5], ["5.7.1", "5.7.0", "5.7.2"],
      means: Explanation(
        .configuration, "{server} does not let this device send to {recipient} ({reply})", who: .administrator,
        [
          "Ask who runs {server} what may be sent to {recipient}",
          "If it should sign in: platen config set routes.{route}.username NAME",
        ], confidence: 0.6, source: "RFC 3463 section 3.8")),
    ReplyRule(
      [.rcpt], [501, 553], [],
      means: Explanation(
        .recipient, "{server} does not understand the address {recipient} ({reply})", who: .person, correct,
        confidence: 0.8, source: "RFC 5321 section 4.2.3")),
    ReplyRule(
      [.rcpt], [550], [],
      means: Explanation(
        .recipient, "{server} refuses mail to {recipient} ({reply})", who: .person, correct, confidence: 0.6,
        source: "RFC 5321 section 4.2.3")),
  ]
}
