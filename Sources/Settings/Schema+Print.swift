package import JSON

// The schema for people and for programs.
extension SchemaShape {
  /// A line for each key: key, type, default, summary; keys that this build does not serve are marked.
  package var text: String {
    Columns.text(
      leaves().map { leaf in
        let served = leaf.key.isServed ? "" : " (not supported by this build)"
        switch leaf.key.shape {
        case .value(let type, let fallback):
          return [
            leaf.path, type.name, fallback == .null ? "-" : JSONText.line(fallback), leaf.key.summary + served,
          ]
        default: return [leaf.path, "list", "[]", leaf.key.summary + served]
        }
      })
  }

  /// JSON Schema, draft 2020-12. Keys of later capabilities are described, and admit nothing.
  package var jsonSchema: JSONValue {
    var root = JSONValue.object([
      .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      .init("title", .string("Configuration of platen")),
    ])
    described(summary: nil).members.forEach { root[$0.name] = $0.value }
    return root
  }

  private func described(summary: String?) -> JSONValue {
    var schema = bare
    if let summary { schema["description"] = .string(summary) }
    return schema
  }

  private var bare: JSONValue {
    switch self {
    case .group(let keys):
      .object([
        .init("type", .string("object")), .init("properties", SchemaShape.properties(keys)),
        .init("additionalProperties", .boolean(false)),
      ])
    case .elements(let keys):
      .object([.init("type", .string("array")), .init("items", SchemaShape.element(keys))])
    case .value(let type, let fallback): SchemaShape.value(type, fallback)
    }
  }

  private static func element(_ keys: [SchemaKey]) -> JSONValue {
    var schema = SchemaShape.group(keys).bare
    schema["required"] = .array([.string("name")])
    return schema
  }

  private static func properties(_ keys: [SchemaKey]) -> JSONValue {
    .object(
      keys.map { key in
        if key.isServed { return .init(key.name, key.shape.described(summary: key.summary)) }
        let closed = JSONValue.object([
          .init("not", .object([])), .init("description", .string(key.summary + "; not supported by this build")),
        ])
        return .init(key.name, closed)
      })
  }

  private static func value(_ type: SettingType, _ fallback: JSONValue) -> JSONValue {
    if fallback != .null {
      var schema = type.jsonSchema
      schema["default"] = fallback
      return schema
    }
    return .object([
      .init("anyOf", .array([type.jsonSchema, .object([.init("type", .string("null"))])])), .init("default", .null),
    ])
  }
}

extension SettingType {
  /// Short, for a column.
  var name: String {
    switch self {
    case .text: "text"
    case .choice(let words, _): words.joined(separator: "|")
    case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .boolean: "true|false"
    case .duration: "duration"
    case .list: "list"
    }
  }

  var jsonSchema: JSONValue {
    switch self {
    case .text, .duration: .object([.init("type", .string("string"))])
    case .choice(let words, _): .object([.init("enum", .array(words.map { .string($0) }))])
    case .integer(let range):
      .object([
        .init("type", .string("integer")), .init("minimum", .number(Double(range.lowerBound))),
        .init("maximum", .number(Double(range.upperBound))),
      ])
    case .boolean: .object([.init("type", .string("boolean"))])
    case .list(let type): .object([.init("type", .string("array")), .init("items", type.jsonSchema)])
    }
  }
}
