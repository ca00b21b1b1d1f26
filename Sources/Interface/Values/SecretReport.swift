package import Base
package import JSON

/// A secret that is kept, without its value. `Secret` of `io.platen`.
package struct SecretReport: Sendable, Equatable {
  package var name: String
  package var modified: WallTime
  /// Of a refresh token: when it last bought a token.
  package var lastUsed: WallTime?
  package var ends: WallTime?
  /// "good", "endsSoon" or "ended"; nil where the end is unknown.
  package var state: String?
  /// Days that are left, where it ends soon.
  package var days: Int?
  package var note: String?

  package init(
    name: String, modified: WallTime, lastUsed: WallTime? = nil, ends: WallTime? = nil, state: String? = nil,
    days: Int? = nil, note: String? = nil
  ) {
    self.name = name
    self.modified = modified
    self.lastUsed = lastUsed
    self.ends = ends
    self.state = state
    self.days = days
    self.note = note
  }
}

extension SecretReport: JSONStorable {
  package var json: JSONValue {
    .fields([
      "name": name, "modified": modified.inJSON, "lastUsed": lastUsed?.inJSON, "ends": ends?.inJSON, "state": state,
      "days": days, "note": note,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      name: try json.field("name"), modified: try json.time("modified"), lastUsed: try json.optionalTime("lastUsed"),
      ends: try json.optionalTime("ends"), state: try json.optional("state"), days: try json.optional("days"),
      note: try json.optional("note"))
  }
}
