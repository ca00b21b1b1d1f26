import Base
import Crypto
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
    try store.value(of: try SecretName(kind, ofRoute: route), unlessGivenIn: given)
  }

  func given(_ kind: String) throws(Failure) -> [UInt8]? {
    given.value(of: try SecretName(kind, ofRoute: route))
  }

  func kept(_ kind: String) throws(Failure) -> [UInt8]? {
    try store.value(of: try SecretName(kind, ofRoute: route))
  }

  /// One that buys tokens for `user`, as text; where it is set nowhere, the failure says how it is put there.
  func text(_ kind: String, of user: String) throws(Failure) -> String {
    guard let value = try value(kind) else {
      throw Failure(
        .routeTokenSecretUnset, values: ["secret": "routes.\(route).\(kind)", "user": user, "route": route])
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// Several at once, in this order; on disk when this returns, each whole or not at all.
  ///
  /// - Parameter standing: nothing is kept where other values stand now than when that was taken: a person has changed
  ///   them meanwhile, and knows better. nil for whatever stands.
  func keep(_ values: [(kind: String, bytes: [UInt8])], where standing: StandingSecrets? = nil) throws(Failure) {
    try store.edit { (edit) throws(Failure) in
      if let standing, self.standing(Array(standing.digests.keys)) != standing { return }
      for value in values { try edit.set(try SecretName(value.kind, ofRoute: route), to: value.bytes) }
    }
  }

  /// What the store holds now under these names.
  func standing(_ kinds: [String]) -> StandingSecrets {
    var digests: [String: String] = [:]
    for kind in kinds {
      // One that does not open buys nothing, and whatever takes its place is another.
      let value = (try? store.value(of: try SecretName(kind, ofRoute: route))) ?? nil
      digests[kind] = value.map { hexadecimal(SHA256.hash($0)) } ?? ""
    }
    return StandingSecrets(digests: digests)
  }
}

/// Which values some secrets had at a moment, without the values.
struct StandingSecrets: Equatable {
  /// By kind; empty where there was none.
  fileprivate let digests: [String: String]
}
