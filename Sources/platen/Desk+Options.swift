import Appliance
import Host
import Interface
import ScanSane

extension CommonOptions {
  /// The desk that the options of a verb name.
  ///
  /// - Parameter worker: of a scan, where one was started ahead.
  func desk(worker: WaitingWorker? = nil) -> any Desk {
    // Secrets first: nothing that starts later may find them in the environment.
    let given = EnvironmentSecrets.takeFromEnvironment()
    return LocalDesk(
      configFile: config, stateFolder: state, program: ProcessEnvironment.program,
      environment: ProcessEnvironment.variables(), givenSecrets: given, worker: worker)
  }
}
