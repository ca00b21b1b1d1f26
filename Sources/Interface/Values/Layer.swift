package import JSON

/// One step of a check.
package struct Layer: Sendable, Equatable {
  package var layer: String
  package var verdict: String
  /// Its settings.
  package var evidence: String?
  package var seconds: Double
  package var hiddenBy: String?
  package var panelCode: String?
  /// What a route needs, and why.
  package var needed: String?
  /// The record to publish, as a line of a zone file.
  package var publish: String?

  package init(
    layer: String, verdict: String, evidence: String? = nil, seconds: Double, hiddenBy: String? = nil,
    panelCode: String? = nil, needed: String? = nil, publish: String? = nil
  ) {
    self.layer = layer
    self.verdict = verdict
    self.evidence = evidence
    self.seconds = seconds
    self.hiddenBy = hiddenBy
    self.panelCode = panelCode
    self.needed = needed
    self.publish = publish
  }
}

extension Layer: JSONStorable {
  package var json: JSONValue {
    .fields([
      "layer": layer, "verdict": verdict, "evidence": evidence, "seconds": seconds, "hiddenBy": hiddenBy,
      "panelCode": panelCode, "needed": needed, "publish": publish,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      layer: try json.field("layer"), verdict: try json.field("verdict"), evidence: try json.optional("evidence"),
      seconds: try json.field("seconds"), hiddenBy: try json.optional("hiddenBy"),
      panelCode: try json.optional("panelCode"), needed: try json.optional("needed"),
      publish: try json.optional("publish"))
  }
}
