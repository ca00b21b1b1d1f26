import Base
package import JSON

/// The configuration as `platen config show`, `get` and `schema` print it. No secret is in it: secrets are
/// never settings.
package struct ConfigurationView: Sendable {
  package struct Row: Sendable, Equatable {
    package let key: String
    package let value: JSONValue
    package let origin: String
    /// The environment decides, and the file has no say.
    package let isOverridden: Bool

    package init(key: String, value: JSONValue, origin: String, isOverridden: Bool) {
      self.key = key
      self.value = value
      self.origin = origin
      self.isOverridden = isOverridden
    }
  }

  private let configuration: LayeredConfiguration

  package init(_ configuration: LayeredConfiguration) { self.configuration = configuration }

  /// Every value in the order of the schema, the elements of lists by their names.
  package var rows: [Row] {
    ConfigurationView.leaves(SchemaShape.configuration.sorted(configuration.tree), at: SettingPath([])).map { leaf in
      row(leaf.path, leaf.value)
    }
  }

  /// One value, or the tree of a group.
  package func row(of key: String) throws(SettingsError) -> Row {
    let value = try value(of: key)
    return row(SettingPath(key) ?? SettingPath([key]), value)
  }

  private func row(_ path: SettingPath, _ value: JSONValue) -> Row {
    Row(
      key: path.description, value: value, origin: configuration.origin(of: path) ?? "",
      isOverridden: configuration.isOverridden(path))
  }

  private static func leaves(_ tree: JSONValue, at path: SettingPath) -> [(path: SettingPath, value: JSONValue)] {
    switch tree {
    case .object(let members): members.flatMap { leaves($0.value, at: path.appending($0.name)) }
    case .array(let elements) where elements.contains { !$0.members.isEmpty }:
      elements.enumerated().flatMap { at, element in
        leaves(element, at: path.appending(element["name"]?.text ?? String(at)))
      }
    default: [(path, tree)]
    }
  }

  /// A line for each value: key, value, origin.
  package static func text(_ rows: [Row]) -> String {
    Columns.text(
      rows.map { row in
        let mark = row.isOverridden ? " (overrides the file)" : ""
        return [row.key.onOneLine(), JSONText.line(row.value), row.origin + mark]
      })
  }

  /// The value of a key: the default where it is not set, a tree for a group, null where nothing is set.
  package func value(of key: String) throws(SettingsError) -> JSONValue {
    let path = SettingPath(key) ?? SettingPath([key])
    if let problem = SchemaShape.unknownKey(at: path, origin: SiteFile.commandLine) { throw SettingsError(problem) }
    if let value = configuration.tree.value(at: path.parts) { return value }
    if let element = missingElement(path) { throw SettingsError(element) }
    return SchemaShape.configuration.at(path.parts)?.defaults ?? .null
  }

  private func missingElement(_ path: SettingPath) -> SettingsProblem? {
    let list = LayeredConfiguration.wholeValue(of: path)
    guard list.count < path.parts.count, let elements = configuration.tree.value(at: list)?.elements else { return nil }
    let name = path.parts[list.count]
    if JSONValue.index(of: name, in: elements) != nil { return nil }
    let names = elements.compactMap { $0["name"]?.text }
    return SettingsProblem(
      .missing, origin: SiteFile.commandLine, key: path.description,
      message: "\(list.joined(separator: ".")) has no \"\(name)\"; it has "
        + (names.isEmpty ? "none" : names.joined(separator: ", ")),
      step: "See them: platen config get \(list.joined(separator: "."))")
  }
}

/// Aligned columns.
package enum Columns {
  package static func text(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
