import Base
import Glibc

/// The secrets that came in the environment, for a container or a test.
package struct EnvironmentSecrets: Sendable, CustomStringConvertible {
  private let values: [String: [UInt8]]

  package static let prefix = "PLATEN_SECRET_"

  /// - Parameter values: by the name of the variable.
  package init(values: [String: [UInt8]]) { self.values = values }

  /// The value for the secret. A variable can match several names, so the name is asked for.
  package func value(of name: SecretName) -> [UInt8]? { values[name.variable] }

  /// The variables, without their values.
  package var variables: [String] { values.keys.sorted() }

  package var description: String { "secrets from \(variables.joined(separator: ", "))" }

  /// Takes every `PLATEN_SECRET_*` out of the environment, so that neither a child process nor
  /// /proc/self/environ shows it from then on.
  ///
  /// To be called once, on the first thread, before any other starts: the environment has no lock.
  package static func takeFromEnvironment() -> EnvironmentSecrets {
    var values: [String: [UInt8]] = [:]
    for variable in environmentNames() where variable.hasPrefix(prefix) {
      values[variable] = taken(variable)
    }
    return EnvironmentSecrets(values: values)
  }

  private static func taken(_ variable: String) -> [UInt8]? {
    guard let start = unsafe getenv(variable) else { return nil }
    let value = unsafe Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
    eraseVariable(variable)
    return value
  }
}
