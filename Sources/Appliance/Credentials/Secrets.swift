package import Base
import Diagnosis
package import Host
import Routes

extension Failure {
  init(unset need: SecretNeed) { self.init(FailureID(need.id), values: need.values) }
}

extension SecretStore {
  /// The store of a site: beside its spool, with the key elsewhere.
  package init(_ site: Site, _ clock: Clock) {
    self.init(folder: site.stateFolder + "/secrets", keyFile: site.deviceKey, clock: clock)
  }
}
