import Mail

extension ReplyKnowledge {
  static let smaller = [
    "Scan fewer pages at a time, or at a lower resolution: platen config set scan.resolution 200",
    "Make pages smaller: platen config set document.quality 60, or scan.mode gray",
    "Or let who runs {server} raise its limit",
  ]

  /// Too many recipients look like too much data (552), so they come first.
  static let sizeRules: [ReplyRule] = [
    ReplyRule(
      [], [452, 552, 451, 450, 5], ["4.5.3", "5.5.3"],
      means: Explanation(
        .transient, "{server} takes no more recipients with this message ({reply})", who: .nobody,
        ["Nothing to do: the others are tried again by themselves"], source: "RFC 5321 section 4.5.3.1.10")),
    ReplyRule(
      [.rcpt, .data], [452, 552, 451, 450, 550], [], says: ["too many recipients", "recipients limit"],
      means: Explanation(
        .transient, "{server} takes no more recipients with this message ({reply})", who: .nobody,
        ["Nothing to do: the others are tried again by themselves"], source: "RFC 5321 section 4.5.3.1.10")),
    ReplyRule(
      [.rcpt], [552, 452, 550, 422], ["5.2.2", "4.2.2"],
      means: Explanation(
        .transient, "the mailbox of {recipient} is full ({reply})", who: .person,
        ["Tell {recipient}; the job is kept and tried again"], source: "RFC 3463 section 3.3")),
    ReplyRule(
      [.rcpt, .final], [552, 452, 550], [], says: ["mailbox full", "mailbox is full", "over quota", "quota exceeded"],
      means: Explanation(
        .transient, "the mailbox of {recipient} is full ({reply})", who: .person,
        ["Tell {recipient}; the job is kept and tried again"], confidence: 0.8, source: "RFC 3463 section 3.3")),
    ReplyRule(
      [.rcpt], [552],
      means: Explanation(
        .transient, "{server} takes no more for {recipient} with this message ({reply})", who: .nobody,
        ["Nothing to do: it is tried again by itself"], confidence: 0.7, source: "RFC 5321 section 4.5.3.1.10")),
    ReplyRule(
      [], [], ["5.3.4", "5.2.3"],
      means: Explanation(
        .message, "the message is bigger than {server} takes ({reply})", who: .person, smaller,
        source: "RFC 1870 section 6.1")),
    ReplyRule(
      [.mail, .data, .body, .final], [552],
      means: Explanation(
        .message, "the message is bigger than {server} takes ({reply})", who: .person, smaller, confidence: 0.9,
        source: "RFC 1870 section 6.1")),
    ReplyRule(
      [.mail, .data, .body, .final], [5], [],
      says: ["message too big", "message too large", "message size exceeds", "exceeds maximum size", "size limit"],
      means: Explanation(
        .message, "the message is bigger than {server} takes ({reply})", who: .person, smaller,
        source: "RFC 1870 section 6.1")),
  ]
}
