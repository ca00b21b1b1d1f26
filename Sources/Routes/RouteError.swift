/// A route that cannot be as it is configured, because its settings contradict each other or would send a
/// password where it can be read. Always exit code 78.
package struct RouteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The dotted key to change: "routes.office.tls.mode".
  package let key: String
  /// One sentence.
  package let message: String
  package let step: String

  package var description: String { message }
}
