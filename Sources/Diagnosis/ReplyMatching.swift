package import Mail

/// Finds what a server's reply means, by the rules of the catalogue.
package enum ReplyMatching {
  /// - Parameter toToken: the sign-in was with a token, so that no row on passwords is the answer.
  /// - Returns: the failure; and how sure that is, where the rule says it better than the failure's row.
  package static func match(
    _ reply: SMTPReply, at stage: SMTPStage, toToken: Bool = false
  ) -> (id: FailureID, confidence: Double?) {
    let rule = firstRule(for: reply, at: stage, toToken: toToken)
    // Anything not understood is transient: nothing is lost by trying again, and much by giving up.
    return rule.map { ($0.means, $0.confidence) } ?? (.replyUnknown, nil)
  }

  /// The most telling rule that a reply fits.
  package static func firstRule(for reply: SMTPReply, at stage: SMTPStage, toToken: Bool = false) -> ReplyRule? {
    let text = reply.lines.joined(separator: " ").lowercased()
    return rules.first { $0.matches(reply, at: stage, text: text, toToken: toToken) }
  }

  /// All rules, the most telling first; read when the first reply is explained.
  package static let rules: [ReplyRule] = {
    var rules: [ReplyRule] = []
    let _: Never? = Catalogue.shipped.firstRule { row in
      if let rule = ReplyRule(row) { rules.append(rule) }
      return nil
    }
    return rules
  }()
}

/// Which replies a failure explains; an empty condition matches all.
package struct ReplyRule: Sendable, Equatable {
  package let stages: [SMTPStage]
  /// 4 and 5 stand for all of their hundred.
  package let codes: [Int]
  /// "5.1.x" matches all details of a subject (RFC 3463).
  package let enhanced: [String]
  /// For the answer to a token only.
  package let isToToken: Bool
  package let means: FailureID
  package let confidence: Double?
  /// In small letters; the reply holds one of them.
  package let texts: [String]

  /// - Parameter row: seven fields (`Tools/catalogue/Compiler/ReplyRule.swift`).
  init?(_ row: [String]) {
    if row.count != 7 { return nil }
    stages = row[0].split(separator: ",").compactMap { SMTPStage(rawValue: String($0)) }
    codes = row[1].split(separator: ",").compactMap { Int($0) }
    enhanced = row[2].split(separator: ",").map(String.init)
    isToToken = row[3] == "1"
    means = FailureID(row[4])
    confidence = Double(row[5]).map { $0 / 1000 }
    texts = row[6].split(separator: "\u{1F}").map(String.init)
  }

  /// - Parameter text: the reply's words in small letters.
  func matches(_ reply: SMTPReply, at stage: SMTPStage, text: String, toToken: Bool) -> Bool {
    if isToToken && !toToken { return false }
    return (stages.isEmpty || stages.contains(stage))
      && (codes.isEmpty || codes.contains { $0 == reply.code || $0 == reply.code / 100 })
      && (enhanced.isEmpty || enhanced.contains { Self.covers($0, reply.enhanced) })
      && (texts.isEmpty || texts.contains { text.contains($0) })
  }

  private static func covers(_ pattern: String, _ code: String?) -> Bool {
    guard let code else { return false }
    return pattern.hasSuffix("x") ? code.hasPrefix(pattern.dropLast()) : code == pattern
  }
}

extension FailureID {
  /// What a token endpoint's answer means; nil where only its own words tell.
  ///
  /// - Parameters:
  ///   - code: Microsoft's own, "AADSTS700082".
  ///   - error: the word of RFC 6749 section 5.2 or of RFC 8628 section 3.5.
  package static func token(code: String?, error: String) -> FailureID? {
    let number = code.map { $0.hasPrefix("AADSTS") ? String($0.dropFirst("AADSTS".count)) : $0 }
    return number.flatMap(Catalogue.shipped.token) ?? Catalogue.shipped.token(error)
  }
}
