package import Diagnosis

/// A failure in words, as a front end shows it that knows of no job.
extension Failure {
  package var cause: String { Explanation(self).cause }
  package var steps: [String] { Explanation(self).steps }
  package var takesEffect: String? { Explanation(self).takesEffect }
  package var source: String? { Explanation(self).source }

  /// What failed, on one line.
  package var summary: String { cause }

  /// What to do, as numbered lines: "1. Enter the password again: platen secret set …".
  package var advice: String {
    steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
      + (takesEffect.map { "\nIt takes effect within \($0)." } ?? "")
  }
}
