package import JSON

/// A key that messages are signed with, and its record. `Key` of `io.platen`.
package struct KeyReport: Sendable, Equatable {
  /// The secret that holds it.
  package var secret: String
  package var selector: String
  package var domain: String
  package var algorithm: String
  /// Where the record belongs.
  package var name: String
  package var value: String
  /// The record as a line of a zone file.
  package var zone: String
  /// What is to be set to the selector, before messages are signed with it; nil where they are.
  package var setting: String?

  package init(
    secret: String, selector: String, domain: String, algorithm: String, name: String, value: String, zone: String,
    setting: String? = nil
  ) {
    self.secret = secret
    self.selector = selector
    self.domain = domain
    self.algorithm = algorithm
    self.name = name
    self.value = value
    self.zone = zone
    self.setting = setting
  }
}

extension KeyReport: JSONStorable {
  package var json: JSONValue {
    .fields([
      "secret": secret, "selector": selector, "domain": domain, "algorithm": algorithm, "name": name, "value": value,
      "zone": zone, "setting": setting,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      secret: try json.field("secret"), selector: try json.field("selector"), domain: try json.field("domain"),
      algorithm: try json.field("algorithm"), name: try json.field("name"), value: try json.field("value"),
      zone: try json.field("zone"), setting: try json.optional("setting"))
  }
}
