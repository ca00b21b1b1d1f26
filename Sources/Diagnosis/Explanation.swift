import Base
package import JSON

/// A failure in words: what a front end shows.
package struct Explanation: Sendable, Equatable {
  package let failure: Failure
  package let panelCode: String
  /// One sentence without a full stop.
  package let cause: String
  /// What to do, in order; the first is the one shown where there is room for one. Each a line: "Enter the password
  /// again: platen secret set routes.office.password".
  package let steps: [String]
  /// The steps for programs.
  package let actions: [Action]
  /// How long after the change it works, where that is not at once.
  package let takesEffect: String?
  /// Whether trying again unchanged can help.
  package let retry: Bool
  package let exitCode: ExitCode
  /// Where this knowledge is from: an RFC section, a vendor's page.
  package let source: String?

  /// - Parameter job: that the failure is about; without it nothing is promised of a job.
  package init(_ failure: Failure, in catalogue: Catalogue = .shipped, about job: JobStanding? = nil) {
    let entry = catalogue.entry(failure.id)
    let words = Wording(catalogue: catalogue, failure: failure, job: job)
    let advice = words.advice(entry)
    self.failure = failure
    panelCode = entry.panelCode
    cause = words.cause(entry)
    steps = advice.map(\.text)
    actions = advice.flatMap(\.actions)
    takesEffect = entry.takesEffect
    retry = entry.retry
    exitCode = entry.exitCode
    source = entry.source
  }

  /// As another program worded it.
  init(
    _ failure: Failure, panelCode: String, cause: String, steps: [String], actions: [Action], takesEffect: String?,
    retry: Bool, exitCode: ExitCode, source: String?
  ) {
    self.failure = failure
    self.panelCode = panelCode
    self.cause = cause
    self.steps = steps
    self.actions = actions
    self.takesEffect = takesEffect
    self.retry = retry
    self.exitCode = exitCode
    self.source = source
  }
}

/// The contract's failure (CONTRACT section 1): what the machine keeps and what a person reads.
extension Explanation: JSONStorable {
  package var json: JSONValue {
    var json = failure.json
    let words = JSONValue.fields([
      "panelCode": panelCode, "cause": cause, "steps": steps, "actions": actions, "takesEffect": takesEffect,
      "retry": retry, "exitCode": exitCode, "source": source,
    ])
    for member in words.members { json[member.name] = member.value }
    if !failure.because.isEmpty { json["because"] = failure.because.map { Explanation($0) }.json }
    return json
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      try Failure(json: json), panelCode: try json.field("panelCode"), cause: try json.field("cause"),
      steps: try json.field("steps"), actions: try json.field("actions"),
      takesEffect: try json.optional("takesEffect"), retry: try json.field("retry"),
      exitCode: try json.field("exitCode"), source: try json.optional("source"))
  }
}
