package import JSON

/// The layers of a configuration, and what they say together.
package struct LayeredConfiguration: Sendable {
  /// In order: a later one wins. The first is always the built-in one.
  package let layers: [ConfigurationLayer]
  /// All layers merged: objects by key, lists replaced whole.
  package let tree: JSONValue

  /// - Parameter layers: without the built-in one: the board's, the vendor's, the site's, the environment's.
  package init(_ layers: [ConfigurationLayer]) {
    self.layers = [.builtIn] + layers
    tree = self.layers.reduce(.object([])) { LayeredConfiguration.merge($0, $1.tree) }
  }

  static func merge(_ lower: JSONValue, _ upper: JSONValue) -> JSONValue {
    guard case .object = lower, case .object(let members) = upper else { return upper }
    return members.reduce(lower) { merged, member in
      var merged = merged
      merged[member.name] = merged[member.name].map { merge($0, member.value) } ?? member.value
      return merged
    }
  }

  /// Which layer a value comes from; nil when no layer has it.
  package func origin(of path: SettingPath) -> String? {
    let whole = LayeredConfiguration.wholeValue(of: path)
    return layers.last { $0.tree.value(at: whole) != nil }?.origin
  }

  /// The part of a path that one layer decides: up to a list, or all of it.
  static func wholeValue(of path: SettingPath) -> ArraySlice<String> {
    for count in path.parts.indices {
      let front = path.parts[...count]
      if case .elements? = SchemaShape.configuration.at(front) { return front }
    }
    return path.parts[...]
  }

  /// Whether the environment decides this value, or something in or around it.
  package func isOverridden(_ path: SettingPath) -> Bool {
    guard let top = layers.last, top.origin == ConfigurationLayer.environmentOrigin else { return false }
    return top.tree.value(at: LayeredConfiguration.wholeValue(of: path)) != nil
  }

  /// Every fault, in the order of the layers; empty when the configuration can be used.
  package var problems: [SettingsProblem] {
    let found = layers.dropFirst().flatMap(SettingsCheck.problems)
    return found + withoutServer.filter { problem in !found.contains { $0.key == problem.key } }
  }

  /// Routes by `smtp` that name no server. Checked over all layers together, for a key may come from any.
  private var withoutServer: [SettingsProblem] {
    (tree["routes"]?.elements ?? []).enumerated().compactMap { at, route in
      let preset = route["preset"]?.text ?? "smtp"
      if route.members.isEmpty || preset != "smtp" || route["server"] ?? .null != .null { return nil }
      let path = "routes.\(route["name"]?.text ?? String(at))"
      return SettingsProblem(
        .missing, origin: origin(of: SettingPath(["routes"])) ?? "", key: path + ".server",
        message: "\(path) has no server", step: "Set it: platen config set \(path).server HOST")
    }
  }

  /// The configuration as the program uses it.
  package func configuration() throws(SettingsError) -> Configuration {
    if let error = SettingsError(problems) { throw error }
    return Configuration(checked: tree)
  }
}
