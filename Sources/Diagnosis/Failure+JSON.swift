package import JSON

extension FailureClass: JSONStorable {}
extension Actor: JSONStorable {}

extension ExitCode: JSONStorable {
  package var json: JSONValue { rawValue.json }

  package init(json: JSONValue) throws(JSONMismatch) {
    guard let code = ExitCode(rawValue: try Int32(json: json)) else { throw JSONMismatch("an exit code") }
    self = code
  }
}

extension Failure: JSONStorable {
  package var json: JSONValue {
    .fields([
      "cause": cause, "class": `class`, "code": code, "confidence": confidence, "exitCode": exitCode, "retry": retry,
      "source": source, "stage": stage, "steps": steps, "takesEffect": takesEffect, "who": who,
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
