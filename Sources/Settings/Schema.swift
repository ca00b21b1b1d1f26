package import JSON

/// What the configuration may hold, as data: every key of every capability, with its type, its range, its
/// default and whether this build serves it.
package indirect enum SchemaShape: Sendable {
  case group([SchemaKey])
  /// A list of groups, its elements told apart by their `name`; a layer replaces it whole.
  case elements([SchemaKey])
  /// One value. A default of null says that null, "not set", is allowed.
  case value(SettingType, default: JSONValue)
}

package struct SchemaKey: Sendable {
  package let name: String
  /// One line, for people.
  package let summary: String
  /// A key that is known, but belongs to a later capability: setting it is an error, never ignored.
  package let isServed: Bool
  package let shape: SchemaShape
}

/// What one value may be.
package indirect enum SettingType: Sendable {
  case text(TextForm)
  /// One of some words; `later` holds those that belong to a later capability.
  case choice([String], later: [String])
  case integer(ClosedRange<Int>)
  case boolean
  case duration
  case list(of: SettingType)
}

extension SchemaShape {
  package var keys: [SchemaKey] {
    switch self {
    case .group(let keys), .elements(let keys): keys
    case .value: []
    }
  }

  /// The shape at a path; an element of a list goes by any selector.
  package func at(_ path: some Collection<String>) -> SchemaShape? {
    guard let first = path.first else { return self }
    if case .elements(let keys) = self { return SchemaShape.group(keys).at(path.dropFirst()) }
    return keys.first { $0.name == first }?.shape.at(path.dropFirst())
  }

  /// The key at the end of a path.
  package func key(at path: [String]) -> SchemaKey? {
    at(path.dropLast())?.keys.first { $0.name == path.last }
  }

  /// The built-in defaults below here; lists of groups are empty, keys not served absent.
  package var defaults: JSONValue {
    switch self {
    case .value(_, let value): value
    case .elements: .array([])
    case .group(let keys):
      .object(
        keys.filter(\.isServed).map { JSONValue.Member($0.name, $0.shape.defaults) }.filter { $0.value != .object([]) })
    }
  }

  /// Every key with a value, depth first, in the order of the schema; elements of lists as `routes[]`.
  package func leaves(below prefix: String = "") -> [(path: String, key: SchemaKey)] {
    keys.flatMap { key -> [(path: String, key: SchemaKey)] in
      let path = prefix.isEmpty ? key.name : prefix + "." + key.name
      switch key.shape {
      case .value: return [(path, key)]
      case .group: return key.shape.leaves(below: path)
      case .elements: return [(path, key)] + key.shape.leaves(below: path + "[]")
      }
    }
  }
}

extension SettingType {
  /// The type as errors and lists say it: "an integer from 1 to 65535".
  package var demand: String {
    switch self {
    case .text(let form): form.demand
    case .choice(let words, _): words.count == 1 ? "\"\(words[0])\"" : "one of " + words.joined(separator: ", ")
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: "true or false"
    case .duration: "a duration such as \"30s\", \"1h\" or \"3d\""
    case .list(let type): "a list, each \(type.demand)"
    }
  }
}
