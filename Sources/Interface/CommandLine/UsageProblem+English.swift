import Base

extension UsageProblem {
  /// One line: what is wrong, with which value.
  package var cause: String {
    switch self {
    case .unknownVerb(let word, _): "there is no verb \(quoted(word))"
    case .missingVerb: "a verb is missing"
    case .unknownOption(let word, _): "there is no option \(word.onOneLine(limit: 80))"
    case .unexpectedValue(let flag, let text): "\(flag.spelling) takes no value, and was given \(quoted(text))"
    case .missingValue(let option): "\(option.spelling) needs a value: \(option.spelling) \(option.placeholder)"
    case .missing(let parameter): "\(demand(parameter)) is missing"
    case .extraArgument(let word): "nothing takes the word \(quoted(word))"
    case .notANumber(let parameter, let text): "\(parameter.spelling) \(quoted(text)) is no number"
    case .outOfRange(let parameter, let text, let range): "\(parameter.spelling) \(text) must be \(words(range))"
    case .notADuration(let parameter, let text):
      "\(parameter.spelling) \(quoted(text)) is no duration: write it like 90s, 10m or 1h30m"
    case .unknownWord(let parameter, let text, let words, _):
      "\(parameter.spelling) \(quoted(text)) must be \(alternatives(words))"
    case .noneOf(let parameters): "nothing to do with it: give \(alternatives(parameters.map(demand)))"
    case .without(let parameter, let other): "\(parameter.spelling) goes only with \(demand(other))"
    case .together(let one, let other): "\(one.spelling) and \(other.spelling) do not go together"
    }
  }

  /// What was most likely meant.
  fileprivate var suggestion: String? {
    switch self {
    case .unknownVerb(_, let near), .unknownOption(_, let near): near
    case .unknownWord(let parameter, _, _, let near):
      near.map { parameter.role == .argument ? $0 : parameter.spelling + " " + $0 }
    default: nil
    }
  }

  private func quoted(_ text: String) -> String { "\"" + text.onOneLine(limit: 80) + "\"" }

  private func demand(_ parameter: Parameter) -> String {
    parameter.role == .option ? parameter.spelling + " " + parameter.placeholder : parameter.spelling
  }

  private func alternatives(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + (words.count > 1 ? " or " : "") + (words.last ?? "")
  }

  private func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension UsageError {
  /// What to do next.
  package var step: String {
    let help = "platen \(path.dropFirst().map { $0.name + " " }.joined())--help"
    return problem.suggestion.map { "Did you mean \($0)? All there is: \(help)" } ?? "How it is used: \(help)"
  }
}
