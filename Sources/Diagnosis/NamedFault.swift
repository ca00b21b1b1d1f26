import Mail

/// A fault by its name in the catalogue, with the values that it has beside those of its route.
struct NamedFault {
  let id: FailureID
  /// nil: where the catalogue has it.
  var stage: SMTPStage?
  /// What the machine said.
  var code: String?
  /// nil: as the catalogue has it.
  var confidence: Double?
  var values: [String: String]
  var because: [Failure] = []

  init(_ id: FailureID, at stage: SMTPStage? = nil, code: String? = nil, _ values: [String: String] = [:]) {
    self.id = id
    self.stage = stage
    self.code = code
    self.values = values
  }
}
