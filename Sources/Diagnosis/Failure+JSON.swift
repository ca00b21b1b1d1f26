package import JSON

// As the spool keeps it and the journal tells it: no sentence.
extension Failure: JSONStorable {
  package var json: JSONValue {
    .fields([
      "id": id.name, "class": `class`.rawValue, "stage": stage, "who": who.rawValue, "code": code, "values": values,
      "confidence": confidence, "because": because.isEmpty ? nil : because,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      stored: FailureID(try json.field("id")), class: try json.field("class"), stage: try json.field("stage"),
      who: try json.field("who"), code: try json.optional("code"), values: try json.field("values"),
      confidence: try json.field("confidence"), because: try json.optional("because") ?? [])
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
