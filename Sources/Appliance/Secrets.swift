package import Diagnosis
package import Host

/// Runs what the secret store may refuse, as a ``Failure``.
package func keeping<Value>(_ body: () throws(SecretFault) -> Value) throws(Failure) -> Value {
  do throws(SecretFault) { return try body() } catch { throw Failure(error) }
}

extension Failure {
  package init(_ fault: SecretFault) {
    if case .storage(let error) = fault {
      self = Failure(storage: error)
      return
    }
    // The description says what to do after its colon.
    let parts = fault.description.split(separator: ": ", maxSplits: 1).map(String.init)
    self.init(
      class: .configuration, stage: "secrets", cause: parts.first ?? "", who: .installer,
      steps: Array(parts.dropFirst()),
      retry: false, exitCode: fault.exitCode)
  }
}

extension SecretFault {
  fileprivate var exitCode: ExitCode {
    switch self {
    case .unknownName: .usage
    case .empty, .tooLong: .badInput
    case .keyExposed, .keyOfOtherUser: .refused
    case .keyMissing, .keyDamaged, .doesNotOpen: .configuration
    case .storage: .storage
    case .busy: .notAcceptedYet
    }
  }
}

extension SecretStore {
  /// The store of a site: beside its spool, with the key elsewhere.
  package init(_ site: Site) { self.init(folder: site.stateFolder + "/secrets", keyFile: site.deviceKey) }
}
