import Base

/// A failure as the knowledge base holds it: texts with words in braces, to be filled in with a case's values.
///
/// Words of every case: `{route}` `{server}` `{port}` `{user}` `{mode}` `{floor}` `{sender}` `{recipient}`
/// `{reply}` `{stage}`; each family adds its own.
struct Explanation: Sendable {
  let `class`: FailureClass
  /// One sentence without a full stop.
  let cause: String
  let who: Actor
  let steps: [String]
  var exit: ExitCode
  var confidence: Double
  var takesEffect: String?
  var retry: Bool
  var source: String?

  init(
    _ class: FailureClass, _ cause: String, who: Actor, _ steps: [String], exit: ExitCode? = nil,
    confidence: Double = 1, takesEffect: String? = nil, retry: Bool? = nil, source: String? = nil
  ) {
    self.class = `class`
    self.cause = cause
    self.who = who
    self.steps = steps
    self.exit = exit ?? Explanation.exit(of: `class`)
    self.confidence = confidence
    self.takesEffect = takesEffect
    self.retry = retry ?? (`class` == .transient || `class` == .unknown)
    self.source = source
  }

  private static func exit(of class: FailureClass) -> ExitCode {
    switch `class` {
    case .transient, .unknown: .notAcceptedYet
    case .message, .recipient: .badInput
    case .configuration: .refused
    }
  }

  func failure(stage: String, code: String?, words: [String: String]) -> Failure {
    Failure(
      class: `class`, stage: stage, code: code, cause: filled(cause, words), confidence: confidence, who: who,
      steps: steps.map { filled($0, words) }, takesEffect: takesEffect, retry: retry, source: source, exitCode: exit)
  }

  /// The text with its words filled in, on one line; a word without a value stays as it stands.
  private func filled(_ text: String, _ words: [String: String]) -> String {
    var filled = ""
    var rest = text[...]
    while let brace = rest.firstIndex(of: "{"), let end = rest[brace...].firstIndex(of: "}") {
      let word = String(rest[rest.index(after: brace)..<end])
      filled += rest[..<brace] + (words[word]?.onOneLine(limit: Self.longestValue) ?? "{\(word)}")
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }

  /// Characters of a server's words that go into a sentence. Exchange sends several kilobytes.
  private static let longestValue = 200
}

extension Failure {
  /// What failed, on one line.
  package var summary: String { cause.onOneLine() }

  /// What to do, as numbered lines: "1. Enter the password again: platen secret set …".
  package var advice: String {
    steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
      + (takesEffect.map { "\nIt takes effect within \($0)." } ?? "")
  }
}
