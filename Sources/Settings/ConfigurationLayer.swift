package import JSON

/// One source of settings. A later layer wins over an earlier one, key by key; lists are replaced whole.
package struct ConfigurationLayer: Sendable, Equatable {
  package static let builtInOrigin = "built-in"
  package static let environmentOrigin = "environment"

  /// The file's path, or one of the two names above.
  package let origin: String
  /// An object.
  package let tree: JSONValue

  package init(origin: String, tree: JSONValue) {
    self.origin = origin
    self.tree = tree
  }

  /// Reads a file's text; syntax is judged, meaning is not (see ``LayeredConfiguration/problems``).
  package init(origin: String, bytes: [UInt8]) throws(SettingsError) {
    do {
      tree = try JSON5Reader.read(bytes)
    } catch {
      let step = "Correct the file there"
      throw SettingsError(
        SettingsProblem(
          .syntax, origin: origin, message: error.message, step: step, line: error.line, column: error.column))
    }
    self.origin = origin
    guard case .object = tree else {
      let message = "the configuration is \(tree.description); it must be an object in { }"
      throw SettingsError(
        SettingsProblem(
          .syntax, origin: origin, message: message, step: "Start the file with { and end it with }", line: 1,
          column: 1))
    }
  }

  /// The built-in defaults.
  package static let builtIn = ConfigurationLayer(origin: builtInOrigin, tree: SchemaShape.configuration.defaults)
}
