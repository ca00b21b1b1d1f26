import Base
import Diagnosis
package import Host

/// The secrets of one route. What the environment gives wins over what is kept.
package struct RouteSecrets {
  let route: String
  let store: SecretStore
  let given: EnvironmentSecrets

  package init(route: String, store: SecretStore, given: EnvironmentSecrets) {
    self.route = route
    self.store = store
    self.given = given
  }

  /// nil where it is set nowhere.
  func value(_ kind: String) throws(Failure) -> [UInt8]? {
    if let given = try given(kind) { return given }
    return try kept(kind)
  }

  func given(_ kind: String) throws(Failure) -> [UInt8]? {
    try keeping { () throws(SecretFault) in given.value(of: try SecretName(kind, ofRoute: route)) }
  }

  func kept(_ kind: String) throws(Failure) -> [UInt8]? {
    try keeping { () throws(SecretFault) in try store.value(of: try SecretName(kind, ofRoute: route)) }
  }

  /// As text; where it is set nowhere, the failure says how it is put there.
  func text(_ kind: String, purpose: String) throws(Failure) -> String {
    guard let value = try value(kind) else {
      throw .missingSecret("routes.\(route).\(kind)", purpose: purpose)
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// On disk when this returns, whole or not at all.
  func keep(_ kind: String, _ value: [UInt8]) throws(Failure) {
    try keeping { () throws(SecretFault) in try store.set(try SecretName(kind, ofRoute: route), to: value) }
  }
}
