package import Diagnosis
package import JSON
package import Settings

extension Operation {
  /// Values of the configuration, and where each comes from.
  package struct Configuration: Request {
    package static let method = "Configuration"
    /// One key, or a group, whose value is a tree then; nil for every single value.
    package var key: String?
    /// Only what the site itself has set, as one tree under an empty key.
    package var isOwn = false

    package init(key: String? = nil, isOwn: Bool = false) {
      self.key = key
      self.isOwn = isOwn
    }

    package struct Answer: Sendable, Equatable {
      package var values: [ConfigurationView.Row]
      /// What the site has set, by a name that changes with it.
      package var commit: String

      package init(values: [ConfigurationView.Row], commit: String) {
        self.values = values
        self.commit = commit
      }
    }
  }

  /// Changes the site's settings, all of it or nothing.
  package struct Change: Request {
    package static let method = "Change"
    package var edits: [Edit]
    package var secrets: [String: String] = [:]
    /// The commit that the edits were thought for: where it is another by now, nothing is changed.
    package var base: String?
    package var comment: String?
    /// Only checked; without edits, the configuration as it stands.
    package var isDry = false
    /// Seconds after which the change is undone unless it is confirmed.
    package var confirm: Int?
    /// Where the edits are from, as problems name it: a file's path.
    package var source: String?

    package init(edits: [Edit], base: String? = nil, isDry: Bool = false, source: String? = nil) {
      self.edits = edits
      self.base = base
      self.isDry = isDry
      self.source = source
    }

    package struct Answer: Sendable, Equatable {
      /// nil where nothing was changed.
      package var commit: String?
      /// Why not.
      package var problems: [Explanation]
      package var notices: [String]

      package init(commit: String? = nil, problems: [Explanation] = [], notices: [String] = []) {
        self.commit = commit
        self.problems = problems
        self.notices = notices
      }
    }
  }

  /// The JSON Schema of the configuration, as text.
  package struct Schema: Request {
    package static let method = "Schema"
    package init() {}

    package struct Answer: Sendable, Equatable {
      package var schema: String
      package init(schema: String) { self.schema = schema }
    }
  }

  /// The secrets that are kept, without their values.
  package struct Secrets: Request {
    package static let method = "Secrets"
    package init() {}

    package struct Answer: Sendable, Equatable {
      package var secrets: [SecretReport]
      package init(secrets: [SecretReport]) { self.secrets = secrets }
    }
  }

  /// Sets a secret, or removes it.
  package struct SetSecret: Request {
    package static let method = "SetSecret"
    package var name: String
    /// UTF-8 in JSON; nil removes it.
    package var value: [UInt8]?

    package init(name: String, value: [UInt8]?) {
      self.name = name
      self.value = value
    }

    package struct Answer: Sendable, Equatable {
      /// What may be wrong with it.
      package var notice: String?
      package init(notice: String? = nil) { self.notice = notice }
    }
  }
}

/// Without the values, so that no dump shows them.
extension Operation.SetSecret: CustomStringConvertible, CustomReflectable {
  package var description: String { (value == nil ? "removal of " : "value of ") + name }
  package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// As well.
extension Operation.Change: CustomStringConvertible, CustomReflectable {
  package var description: String { "change of " + edits.map(\.key).joined(separator: ", ") }
  package var customMirror: Mirror { Mirror(self, children: ["edits": edits, "secrets": secrets.keys.sorted()]) }
}

// MARK: JSON

extension Operation.Configuration {
  package var json: JSONValue { .fields(["key": key, "own": isOwn ? true : nil]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(key: try json.optional("key"), isOwn: try json.optional("own") ?? false)
  }
}

extension Operation.Configuration.Answer: JSONStorable {
  package var json: JSONValue { .fields(["values": values, "commit": commit]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(values: try json.field("values"), commit: try json.field("commit"))
  }
}

extension Operation.Change {
  package var json: JSONValue {
    .fields([
      "edits": edits, "secrets": secrets.isEmpty ? nil : secrets, "base": base, "comment": comment,
      "dry": isDry ? true : nil, "confirm": confirm, "source": source,
    ])
  }
  package init(json: JSONValue) throws(JSONMismatch) {
    edits = try json.field("edits")
    secrets = try json.optional("secrets") ?? [:]
    base = try json.optional("base")
    comment = try json.optional("comment")
    isDry = try json.optional("dry") ?? false
    confirm = try json.optional("confirm")
    source = try json.optional("source")
  }
}

extension Operation.Change.Answer: JSONStorable {
  package var json: JSONValue { .fields(["commit": commit, "problems": problems, "notices": notices]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      commit: try json.optional("commit"), problems: try json.field("problems"), notices: try json.field("notices"))
  }
}

extension Operation.Schema {
  package var json: JSONValue { .object([]) }
  package init(json: JSONValue) throws(JSONMismatch) {}
}

extension Operation.Schema.Answer: JSONStorable {
  package var json: JSONValue { .fields(["schema": schema]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(schema: try json.field("schema")) }
}

extension Operation.Secrets {
  package var json: JSONValue { .object([]) }
  package init(json: JSONValue) throws(JSONMismatch) {}
}

extension Operation.Secrets.Answer: JSONStorable {
  package var json: JSONValue { .fields(["secrets": secrets]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(secrets: try json.field("secrets")) }
}

extension Operation.SetSecret {
  package var json: JSONValue { .fields(["name": name, "value": value.map { String(decoding: $0, as: UTF8.self) }]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(name: try json.field("name"), value: try json.optional("value", as: String.self).map { Array($0.utf8) })
  }
}

extension Operation.SetSecret.Answer: JSONStorable {
  package var json: JSONValue { .fields(["notice": notice]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(notice: try json.optional("notice")) }
}
