package import JSON
package import Settings

/// A change of one setting.
package struct Edit: Sendable, Equatable {
  /// "scan.resolution"; empty for everything that the site has set.
  package var key: String
  /// Without one, what the site has set is taken back. `null` is a value: nothing, whatever lies below.
  package var value: JSONValue?

  package init(key: String, value: JSONValue?) {
    self.key = key
    self.value = value
  }
}

extension Edit: JSONStorable {
  package var json: JSONValue { .fields(["key": key, "value": value]) }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(key: try json.field("key"), value: json["value"])
  }
}

/// `Origin` of `io.platen`.
extension ConfigurationView.Row: JSONStorable {
  package var json: JSONValue {
    .fields(["key": key, "value": value, "origin": origin, "overridden": isOverridden])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      key: try json.field("key"), value: json["value"] ?? .null, origin: try json.field("origin"),
      isOverridden: try json.field("overridden"))
  }
}
