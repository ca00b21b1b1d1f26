/// A command line that cannot be read, and why. The words for it are made where they are shown.
package enum UsageProblem: Error, Sendable, Equatable {
  case unknownVerb(String, near: String?)
  case missingVerb
  /// As it was written.
  case unknownOption(String, near: String?)
  /// A flag that was given a value.
  case unexpectedValue(Parameter, String)
  /// An option at the end, or before another one.
  case missingValue(Parameter)
  case missing(Parameter)
  case extraArgument(String)
  case notANumber(Parameter, String)
  case outOfRange(Parameter, String, ClosedRange<Int>)
  case notADuration(Parameter, String)
  case unknownWord(Parameter, String, [String], near: String?)
  /// None of some of which one must be there.
  case noneOf([Parameter])
  /// The first says something of the second, which is not there.
  case without(Parameter, Parameter)
  case together(Parameter, Parameter)
}

/// A usage problem, and the command that was meant as far as it was understood.
package struct UsageError: Error, Sendable {
  package let problem: UsageProblem
  package let path: [Command]

  package init(problem: UsageProblem, path: [Command]) {
    self.problem = problem
    self.path = path
  }
}

extension UsageProblem {
  /// Stable, for programs.
  package var id: String {
    switch self {
    case .unknownVerb: "usage.unknown-verb"
    case .missingVerb: "usage.missing-verb"
    case .unknownOption: "usage.unknown-option"
    case .unexpectedValue: "usage.unexpected-value"
    case .missingValue: "usage.missing-value"
    case .missing: "usage.missing"
    case .extraArgument: "usage.extra-argument"
    case .notANumber: "usage.not-a-number"
    case .outOfRange: "usage.out-of-range"
    case .notADuration: "usage.not-a-duration"
    case .unknownWord: "usage.unknown-word"
    case .noneOf: "usage.none-of"
    case .without: "usage.without"
    case .together: "usage.together"
    }
  }

  /// What its sentence is made of.
  package var values: [String: String] {
    var values: [String: String] = [:]
    switch self {
    case .unknownVerb(let word, let near), .unknownOption(let word, let near):
      values = ["word": word, "near": near ?? ""]
    case .missingVerb: break
    case .missingValue(let parameter), .missing(let parameter): values = ["parameter": parameter.spelling]
    case .extraArgument(let word): values = ["word": word]
    case .notANumber(let parameter, let word), .outOfRange(let parameter, let word, _),
      .notADuration(let parameter, let word), .unexpectedValue(let parameter, let word):
      values = ["parameter": parameter.spelling, "word": word]
    case .unknownWord(let parameter, let word, let words, let near):
      values = [
        "parameter": parameter.spelling, "word": word, "words": words.joined(separator: " "), "near": near ?? "",
      ]
    case .noneOf(let parameters): values = ["parameters": parameters.map(\.spelling).joined(separator: " ")]
    case .without(let parameter, let other), .together(let parameter, let other):
      values = ["parameter": parameter.spelling, "other": other.spelling]
    }
    return values.filter { !$0.value.isEmpty }
  }
}
