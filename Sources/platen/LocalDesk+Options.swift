import Appliance
import Host
import ScanSane

extension LocalDesk {
  /// The desk that the options of a verb name.
  ///
  /// - Parameter worker: of a scan, where one was started ahead.
  convenience init(_ common: CommonOptions, worker: WaitingWorker? = nil) {
    // Secrets first: nothing that starts later may find them in the environment.
    let given = EnvironmentSecrets.takeFromEnvironment()
    self.init(
      configFile: common.config, stateFolder: common.state, program: ProcessEnvironment.program,
      environment: ProcessEnvironment.variables(), givenSecrets: given, worker: worker)
  }
}
