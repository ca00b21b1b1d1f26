import Mail

/// A row of the knowledge base: which replies it explains, and how. The first row that matches wins, so the
/// most specific stand first.
struct ReplyRule: Sendable {
  /// Any stage when empty.
  let stages: Set<SMTPStage>
  /// Reply codes; 4 and 5 stand for all of their hundred. Any when empty.
  let codes: [Int]
  /// Enhanced status codes (RFC 3463); "5.1.x" stands for all of a subject. Any, and none, when empty.
  let enhanced: [String]
  /// Small letters; the reply's text holds at least one of them. Any when empty.
  let texts: [String]
  let explanation: Explanation

  init(
    _ stages: Set<SMTPStage> = [], _ codes: [Int] = [], _ enhanced: [String] = [], says texts: [String] = [],
    means explanation: Explanation
  ) {
    self.stages = stages
    self.codes = codes
    self.enhanced = enhanced
    self.texts = texts
    self.explanation = explanation
  }

  /// - Parameter text: the reply's words in small letters.
  func matches(_ stage: SMTPStage, _ reply: SMTPReply, text: String) -> Bool {
    (stages.isEmpty || stages.contains(stage))
      && (codes.isEmpty || codes.contains { $0 == reply.code || $0 == reply.code / 100 })
      && (enhanced.isEmpty || enhanced.contains { ReplyRule.covers($0, reply.enhanced) })
      && (texts.isEmpty || texts.contains { text.contains($0) })
  }

  private static func covers(_ pattern: String, _ code: String?) -> Bool {
    guard let code else { return false }
    return pattern.hasSuffix("x") ? code.hasPrefix(pattern.dropLast()) : code == pattern
  }
}

/// All rows on replies, in the order in which they are asked.
enum ReplyKnowledge {
  static let rules = serviceRules + standardRules

  private static let serviceRules =
    microsoftRules + microsoftDeliveryRules + microsoftExchangeRules + bulkMailRules + googleRules
  private static let standardRules =
    blockingRules + encryptionRules + authenticationRules + relayRules + sizeRules + senderWords + recipientRules
    + senderRules + pacingRules + generalRules

  /// - Parameter toToken: the sign-in was with a token, so that no row on passwords is the answer.
  static func explanation(of reply: SMTPReply, at stage: SMTPStage, toToken: Bool = false) -> Explanation {
    let text = reply.lines.joined(separator: " ").lowercased()
    let rules = toToken ? tokenRules + serviceRules + refusedTokenRules + standardRules : rules
    return rules.first { $0.matches(stage, reply, text: text) }?.explanation
      ?? notUnderstood
  }

  /// Anything not understood is transient: nothing is lost by trying again, and much by giving up.
  static let notUnderstood = Explanation(
    .transient, "{server} answered {stage} with something unexpected: {reply}", who: .administrator,
    ["Nothing is lost: the job is kept and tried again", "If it stays so, show this line to who runs {server}"],
    confidence: 0.3, source: "RFC 5321 section 4.2")
}
