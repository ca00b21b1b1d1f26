package import Base
package import Diagnosis
package import Host
import Routes

/// Runs what the secret store may refuse, as a ``Failure``.
package func keeping<Value>(_ body: () throws(SecretFault) -> Value) throws(Failure) -> Value {
  do throws(SecretFault) { return try body() } catch { throw Failure(error) }
}

extension Failure {
  init(unset need: SecretNeed) { self.init(FailureID(need.id), values: need.values) }

  package init(_ fault: SecretFault) {
    switch fault {
    case .unknownName(let name):
      self.init(
        .secretUnknownName, values: ["name": name, "forms": SecretName.forms.joined(separator: ", ")])
    case .empty(let name): self.init(.secretEmpty, values: ["name": name])
    case .tooLong(let name, let limit):
      self.init(.secretTooLong, values: ["name": name, "limit": String(limit)])
    case .keyMissing(let keyFile): self.init(.secretKeyMissing, values: ["keyFile": keyFile])
    case .keyExposed(let keyFile, let mode):
      self.init(.secretKeyExposed, values: ["keyFile": keyFile, "mode": octal(mode)])
    case .keyOfOtherUser(let keyFile, let owner, let user):
      self.init(
        .secretKeyOfOtherUser, values: ["keyFile": keyFile, "owner": String(owner), "user": String(user)])
    case .keyDamaged(let keyFile): self.init(.secretKeyDamaged, values: ["keyFile": keyFile])
    case .doesNotOpen(let name, let file, let keyFile):
      self.init(.secretDoesNotOpen, values: ["name": name, "file": file, "keyFile": keyFile])
    case .storage(let error): self.init(storage: error)
    case .busy(let folder): self.init(.secretBusy, values: ["folder": folder])
    }
  }
}

extension SecretStore {
  /// The store of a site: beside its spool, with the key elsewhere.
  package init(_ site: Site, _ clock: Clock) {
    self.init(folder: site.stateFolder + "/secrets", keyFile: site.deviceKey, clock: clock)
  }
}
