/// A route that cannot be as it is configured, because its settings contradict each other or would send a
/// password where it can be read. Always exit code 78.
package struct RouteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The dotted key to change: "routes.office.tls.mode".
  package let key: String
  /// The entry of the catalogue of failures that says what is wrong and what to do: "route.pin-idle".
  package let id: String
  /// By the words in braces of that entry: names, numbers and words of settings.
  package let values: [String: String]

  /// Of a setting of a route. `{route}` and `{key}` are among the values of each.
  init(_ id: String, route: String, setting: String, _ values: [String: String] = [:]) {
    key = "routes.\(route).\(setting)"
    self.id = id
    self.values = values.merging(["route": route, "key": key]) { own, _ in own }
  }

  /// For logs; a person reads the catalogue's sentence.
  package var description: String { "\(id) (\(key))" }
}
