package import JSON

extension Failure: JSONStorable {
  package var json: JSONValue {
    .fields([
      "class": `class`.rawValue, "stage": stage, "code": code, "cause": cause, "confidence": confidence,
      "who": who.rawValue, "steps": steps, "takesEffect": takesEffect, "retry": retry, "exitCode": exitCode,
      "source": source,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      class: try json.field("class"), stage: try json.field("stage"), code: try json.optional("code"),
      cause: try json.field("cause"), confidence: try json.field("confidence"), who: try json.field("who"),
      steps: try json.field("steps"), takesEffect: try json.optional("takesEffect"), retry: try json.field("retry"),
      source: try json.optional("source"), exitCode: try json.field("exitCode"))
  }
}

extension FailureClass: JSONStorable {}
extension Actor: JSONStorable {}

extension ExitCode: JSONStorable {
  package var json: JSONValue { .number(Double(rawValue)) }

  package init(json: JSONValue) throws(JSONMismatch) {
    guard let number = Int32(exactly: json.integer ?? -1), let code = ExitCode(rawValue: number) else {
      throw JSONMismatch("an exit code")
    }
    self = code
  }
}
