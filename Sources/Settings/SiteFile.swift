package import JSON

/// Changes to the site's file, as functions from its text to its new text; the caller reads and writes.
///
/// Every change writes the file anew in the order of the schema; comments go. A change that would put
/// something wrong into the configuration is refused, while faults that were there before do not stand in its
/// way, so that a file with two faults can be mended one by one.
package struct SiteFile: Sendable {
  package static let commandLine = "command line"

  /// The site file's path; it need not exist.
  package let origin: String
  /// What is in it; an empty object where there is no file.
  package private(set) var tree: JSONValue
  /// The layers below (board, vendor), and the environment above; the site's own is not among them.
  package let below: [ConfigurationLayer]
  package let environment: ConfigurationLayer?

  package init(
    site: ConfigurationLayer, below: [ConfigurationLayer] = [], environment: ConfigurationLayer? = nil
  ) {
    origin = site.origin
    tree = site.tree
    self.below = below
    self.environment = environment
  }

  /// The whole configuration with another site layer.
  private func layered(_ tree: JSONValue) -> LayeredConfiguration {
    let layers = below + [ConfigurationLayer(origin: origin, tree: tree)]
    return LayeredConfiguration(layers + (environment.map { [$0] } ?? []))
  }

  // MARK: Set and unset

  /// The file's new text with all of the changes: a value is set, nil takes a key out, and the value of the layer
  /// below shows again. `routes.NAME.…` of a route that is not there makes it.
  package func changing(_ changes: [(key: String, value: JSONValue?)]) throws(SettingsError) -> String {
    var changed = self
    for change in changes {
      if let value = change.value { try changed.set(change.key, to: value) } else { try changed.unset(change.key) }
    }
    return try accepted(changed.tree)
  }

  private mutating func set(_ key: String, to value: JSONValue) throws(SettingsError) {
    let path = try writablePath(key)
    try check(value, for: path)
    tree = startOfChange(at: path)
    tree.set(value, at: path.parts)
  }

  private mutating func unset(_ key: String) throws(SettingsError) {
    guard let path = SettingPath(key) else { throw malformed(key) }
    // A key that is no setting may still be taken out of the file where it stands.
    if tree.value(at: path.parts) == nil {
      _ = try writablePath(key)
      throw notInFile(path)
    }
    try refuseOverridden(path)
    tree.set(nil, at: path.parts)
  }

  /// A list comes whole from one layer: before an element of it changes, the list as it is now becomes the
  /// site's own.
  private func startOfChange(at path: SettingPath) -> JSONValue {
    let whole = LayeredConfiguration.wholeValue(of: path)
    if whole.count == path.parts.count || tree.value(at: whole) != nil { return tree }
    var start = tree
    start.set(layered(tree).tree.value(at: whole) ?? .array([]), at: whole)
    return start
  }

  private func writablePath(_ key: String) throws(SettingsError) -> SettingPath {
    guard let path = SettingPath(key) else { throw malformed(key) }
    if let problem = SchemaShape.unknownKey(at: path, origin: Self.commandLine) { throw SettingsError(problem) }
    try refuseOverridden(path)
    return path
  }

  private func refuseOverridden(_ path: SettingPath) throws(SettingsError) {
    if !layered(tree).isOverridden(path) { return }
    let key = LayeredConfiguration.wholeValue(of: path).joined(separator: ".")
    let variable = EnvironmentLayer.variable(of: key)
    throw SettingsError(
      SettingsProblem(
        .overridden, origin: Self.commandLine, key: path.description,
        message: "\(path) is set by the environment variable \(variable), which overrides the file",
        step: "Unset \(variable), then set \(path) again"))
  }

  /// What a person typed for a key: JSON5, or a text without quotes where the key takes one.
  ///
  /// - Returns: the text itself for what is no key; the change is refused for that.
  package static func value(_ text: String, for key: String) throws(SettingsError) -> JSONValue {
    guard let path = SettingPath(key), SchemaShape.unknownKey(at: path, origin: commandLine) == nil else {
      return .string(text)
    }
    do {
      return try SettingInput.read(text, as: SchemaShape.configuration.at(path.parts, elementAtEnd: true))
    } catch {
      throw SettingsError(
        SettingsProblem(
          .wrongValue, origin: commandLine, key: path.description,
          message: "the value for \(path) is not JSON5: \(error.message) (column \(error.column))",
          step: "Quote it for the shell: platen config set \(path) '…'"))
    }
  }

  private func check(_ value: JSONValue, for path: SettingPath) throws(SettingsError) {
    if let key = SchemaShape.configuration.key(at: path.parts), !key.isServed {
      throw SettingsError(SettingsCheck.notServed(path, value, origin: Self.commandLine))
    }
    guard let shape = SchemaShape.configuration.at(path.parts, elementAtEnd: true) else { return }
    let named = SiteFile.named(value, as: shape, at: path)
    let found = SettingsCheck.problems(of: named, as: shape, at: path, origin: Self.commandLine)
    if let error = SettingsError(found) { throw error }
  }

  /// An element that is set whole may leave its name to the path.
  private static func named(_ value: JSONValue, as shape: SchemaShape, at path: SettingPath) -> JSONValue {
    guard case .group(let keys) = shape, keys.contains(where: { $0.name == "name" }) else { return value }
    var named = value
    if case .object = value, value["name"] == nil { named["name"] = .string(path.parts.last ?? "") }
    return named
  }

  /// The text of a changed tree, unless the change brings a fault that was not there.
  private func accepted(_ changed: JSONValue) throws(SettingsError) -> String {
    let before = layered(tree).problems
    let found = layered(changed).problems.filter { !before.contains($0) }
    if let error = SettingsError(found) { throw error }
    return SiteFile.text(changed)
  }

  private func malformed(_ key: String) -> SettingsError {
    SettingsError(
      SettingsProblem(
        .unknownKey, origin: Self.commandLine, message: "\"\(key)\" is not a key; a key is words separated by dots",
        step: "List the keys: platen config schema"))
  }

  private func notInFile(_ path: SettingPath) -> SettingsError {
    let now = layered(tree).origin(of: path).map { "its value comes from: \($0)" } ?? "it is not set anywhere"
    return SettingsError(
      SettingsProblem(
        .missing, origin: Self.commandLine, key: path.description, message: "\(path) is not in \(origin); \(now)",
        step: "See where each value comes from: platen config show"))
  }

  // MARK: Export and import

  /// The file's new text with all settings replaced by those of another file, if nothing is wrong with them.
  package func replacing(with new: ConfigurationLayer) throws(SettingsError) -> String {
    let layered = LayeredConfiguration(below + [new] + (environment.map { [$0] } ?? []))
    if let error = SettingsError(layered.problems) { throw error }
    return SiteFile.text(new.tree)
  }

  /// Settings as a file: in the order of the schema, what it does not know at the end.
  package static func text(_ tree: JSONValue) -> String { JSONText.file(SchemaShape.configuration.sorted(tree)) }
}

extension SchemaShape {
  /// As ``at(_:)``, but a path that ends at an element of a list gives the element's group.
  func at(_ path: [String], elementAtEnd: Bool) -> SchemaShape? {
    guard elementAtEnd, path.count > 1, case .elements(let keys)? = at(path.dropLast()) else { return at(path) }
    return .group(keys)
  }

  /// The error for a path that the schema does not have.
  package static func unknownKey(at path: SettingPath, origin: String) -> SettingsProblem? {
    var shape = SchemaShape.configuration
    for (at, part) in path.parts.enumerated() {
      let here = SettingPath(Array(path.parts[...at]))
      let parent = SettingPath(Array(path.parts[..<at]))
      switch shape {
      case .elements(let keys): shape = .group(keys)
      case .group(let keys):
        guard let key = keys.first(where: { $0.name == part }) else {
          return SettingsCheck.unknown(here, among: keys, parent: parent, origin: origin)
        }
        shape = key.shape
      case .value: return SettingsCheck.noKeyInside(here, parent: parent, origin: origin)
      }
    }
    return nil
  }

  /// The members of objects in the order of the schema; those it does not know after them.
  func sorted(_ tree: JSONValue) -> JSONValue {
    switch (self, tree) {
    case (.elements(let keys), .array(let elements)): .array(elements.map(SchemaShape.group(keys).sorted))
    case (.group(let keys), .object(let members)):
      .object(
        keys.compactMap { key in tree[key.name].map { JSONValue.Member(key.name, key.shape.sorted($0)) } }
          + members.filter { member in !keys.contains { $0.name == member.name } })
    default: tree
    }
  }
}
