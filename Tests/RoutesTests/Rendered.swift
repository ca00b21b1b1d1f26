import Diagnosis
import Routes

// What a person reads of the reasons that routes give: the catalogue's sentences with their values.

private func explanation(_ id: String, _ values: [String: String]) -> Explanation {
  Explanation(Failure(FailureID(id), values: values))
}

extension RouteError {
  var message: String { explanation(id, values).cause }
  /// All of them, a line each.
  var step: String { explanation(id, values).steps.joined(separator: "\n") }
}

extension Objection {
  var message: String { explanation(id, values).cause }
  var step: String { explanation(id, values).steps.joined(separator: "\n") }
}

extension SecretNeed {
  var message: String { explanation(id, values).cause }
  var step: String { explanation(id, values).steps.joined(separator: "\n") }
}
