import Base
package import Diagnosis

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
  /// One of these is required, and none was given.
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

extension Failure {
  /// A command line that cannot be read.
  package init(_ error: UsageError) {
    let (id, own) = error.problem.named
    var values = own
    for (name, command) in zip(["verb", "subverb"], error.path.dropFirst().map(\.name) + ["", ""]) {
      values[name] = command
    }
    self.init(id, values: values)
  }
}

extension UsageProblem {
  /// Its name in the catalogue, and what its sentence is made of.
  fileprivate var named: (FailureID, [String: String]) {
    switch self {
    case .unknownVerb(let word, let near): (.usageUnknownVerb, said(word, near: near))
    case .missingVerb: (.usageMissingVerb, [:])
    case .unknownOption(let word, let near): (.usageUnknownOption, said(word, near: near))
    case .unexpectedValue(let flag, let word): (.usageUnexpectedValue, said(word, of: flag))
    case .missingValue(let option):
      (.usageMissingValue, ["parameter": option.spelling, "placeholder": option.placeholder])
    case .missing(let parameter): (.usageMissing, ["parameter": demand(parameter)])
    case .extraArgument(let word): (.usageExtraArgument, said(word))
    case .notANumber(let parameter, let word): (.usageNotANumber, said(word, of: parameter))
    case .outOfRange(let parameter, let word, let range):
      (
        range.upperBound == .max ? .usageTooSmall : .usageOutOfRange,
        said(word, of: parameter).merging(["low": "\(range.lowerBound)", "high": "\(range.upperBound)"]) { $1 }
      )
    case .notADuration(let parameter, let word): (.usageNotADuration, said(word, of: parameter))
    case .unknownWord(let parameter, let word, let words, let near):
      (
        words.count > 1 ? .usageUnknownWord : .usageOtherWord,
        said(word, of: parameter, near: near.map { parameter.role == .argument ? $0 : parameter.spelling + " " + $0 })
          .merging(listed("words", words)) { $1 }
      )
    case .noneOf(let parameters):
      (parameters.count > 1 ? .usageNoneOf : .usageNoneGiven, listed("parameters", parameters.map(demand)))
    case .without(let parameter, let other):
      (.usageWithout, ["parameter": parameter.spelling, "other": demand(other)])
    case .together(let parameter, let other):
      (.usageTogether, ["parameter": parameter.spelling, "other": other.spelling])
    }
  }

  private func said(_ word: String, of parameter: Parameter? = nil, near: String? = nil) -> [String: String] {
    var values = ["word": word.onOneLine(limit: 80)]
    values["parameter"] = parameter?.spelling
    values["near"] = near
    return values
  }

  /// All but the last, and the last.
  private func listed(_ name: String, _ words: [String]) -> [String: String] {
    [name: words.dropLast().joined(separator: ", "), "last": words.last ?? ""]
  }

  private func demand(_ parameter: Parameter) -> String {
    parameter.role == .option ? parameter.spelling + " " + parameter.placeholder : parameter.spelling
  }
}
