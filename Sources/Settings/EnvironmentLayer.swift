package import JSON

/// Settings from `PLATEN_*` variables: `PLATEN_SCAN_RESOLUTION=300` is `scan.resolution`. Lists take JSON5, or
/// their elements with commas between; `PLATEN_ROUTES` takes the whole list in JSON5.
package enum EnvironmentLayer {
  private static let prefix = "PLATEN_"

  /// Variables that are the program's own and no settings, without the prefix.
  package static let programVariables: Set<String> = ["CONFIG", "STATE", "SOCKET"]
  /// Secrets, and what tests and tools tell each other.
  package static let programPrefixes = ["SECRET_", "TEST_"]

  /// The variable that overrides a key: "PLATEN_NETWORK_CAFILE" for "network.caFile".
  package static func variable(of key: String) -> String {
    prefix + key.uppercased().split(separator: ".").joined(separator: "_")
  }

  /// The layer of these variables; other variables, the program's own and secrets are left alone.
  package static func layer(_ environment: [String: String]) throws(SettingsError) -> ConfigurationLayer {
    var tree = JSONValue.object([])
    var problems: [SettingsProblem] = []
    let given = environment.filter { isSetting($0.key) }.sorted { $0.key < $1.key }
    let keys = given.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: settable().map { (variable(of: $0), $0) })
    for (name, text) in given {
      do throws(SettingsProblem) {
        guard let key = keys[name] else { throw unknown(name, among: keys.keys.sorted()) }
        let path = SettingPath(key.split(separator: ".").map(String.init))
        tree.set(try read(text, variable: name, path: path), at: path.parts)
      } catch {
        problems.append(error)
      }
    }
    if let error = SettingsError(problems) { throw error }
    return ConfigurationLayer(origin: ConfigurationLayer.environmentOrigin, tree: tree)
  }

  /// Keys that one variable can hold: all but those inside list elements.
  private static func settable() -> [String] {
    SchemaShape.configuration.leaves().map(\.path).filter { !$0.contains("[]") }
  }

  private static func isSetting(_ variable: String) -> Bool {
    guard variable.hasPrefix(prefix) else { return false }
    let name = String(variable.dropFirst(prefix.count))
    return !programVariables.contains(name) && !programPrefixes.contains { name.hasPrefix($0) }
  }

  private static func read(_ text: String, variable: String, path: SettingPath) throws(SettingsProblem) -> JSONValue {
    guard let shape = SchemaShape.configuration.at(path.parts) else { return .string(text) }
    let origin = ConfigurationLayer.environmentOrigin
    let value: JSONValue
    do {
      value = try SettingInput.read(text, as: shape)
    } catch {
      throw SettingsProblem(
        .wrongValue, origin: origin, key: path.description,
        message: "\(variable) is not JSON5: \(error.message) (column \(error.column))",
        step: "Correct \(variable), or unset it")
    }
    if let key = SchemaShape.configuration.key(at: path.parts), !key.isServed {
      throw SettingsCheck.notServed(path, value, origin: origin).inVariable(variable)
    }
    if let first = SettingsCheck.problems(of: value, as: shape, at: path, origin: origin).first {
      throw first.inVariable(variable)
    }
    return value
  }

  private static func unknown(_ name: String, among names: [String]) -> SettingsProblem {
    let hint: String
    if name.hasPrefix(prefix + "ROUTES_") {
      hint = "; one variable holds all routes: PLATEN_ROUTES"
    } else {
      hint = nearestName(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    }
    return SettingsProblem(
      .unknownKey, origin: ConfigurationLayer.environmentOrigin, message: "\(name) is not a setting" + hint,
      step: "Unset \(name), or use one of the keys: platen config schema")
  }
}

extension SettingsProblem {
  fileprivate func inVariable(_ variable: String) -> SettingsProblem {
    SettingsProblem(
      kind, origin: origin, key: key, message: "\(variable): \(message)", step: "Correct \(variable), or unset it")
  }
}

/// Values as people type them in an argument or a variable.
package enum SettingInput {
  /// A value in JSON5; where the schema wants a text or a word, what is not quoted is the text itself
  /// (`floor 1.0` is "1.0"), and a list may be given as its elements with commas between.
  package static func read(_ text: String, as shape: SchemaShape?) throws(JSON5Reader.Fault) -> JSONValue {
    guard case .value(let type, let fallback)? = shape else { return try JSON5Reader.read(Array(text.utf8)) }
    if fallback == .null, text == "null" || text.isEmpty { return .null }
    return try value(text, as: type)
  }

  private static func value(_ text: String, as type: SettingType) throws(JSON5Reader.Fault) -> JSONValue {
    switch type {
    case .text, .choice, .duration:
      if isQuoted(text) { return try JSON5Reader.read(Array(text.utf8)) }
      return .string(text)
    case .list(let element):
      if text.drop(while: \.isWhitespace).first == "[" { return try JSON5Reader.read(Array(text.utf8)) }
      var elements: [JSONValue] = []
      for part in text.split(separator: ",") { elements.append(try value(part.trimmed, as: element)) }
      return .array(elements)
    case .integer, .boolean:
      // A word that is no JSON5 is kept as text, so that the check names the type that is wanted.
      return (try? JSON5Reader.read(Array(text.utf8))) ?? .string(text)
    }
  }

  private static func isQuoted(_ text: String) -> Bool {
    guard text.count > 1, let first = text.first, first == "\"" || first == "'" else { return false }
    return text.last == first
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
