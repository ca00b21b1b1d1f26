package import Base
package import Diagnosis
package import Host
package import Interface
import Jobs
package import ScanSane

/// The desk of the appliance that is in this process.
///
/// What each request needs is read when it comes: settings can be mended while they are wrong, and secrets be entered
/// before there is a spool.
package final class LocalDesk: Desk {
  /// `--config` and `--state`.
  let configFile: String?
  let stateFolder: String?
  let environment: [String: String]
  let givenSecrets: EnvironmentSecrets
  let clock: Clock
  private let program: String
  /// Of the first scan, where one was started ahead.
  private(set) var worker: WaitingWorker?
  private var opened: Appliance?

  /// - Parameters:
  ///   - givenSecrets: out of the environment by now.
  ///   - worker: for a scan, started ahead.
  package init(
    configFile: String?, stateFolder: String?, program: String, environment: [String: String],
    givenSecrets: EnvironmentSecrets, worker: WaitingWorker? = nil, clock: Clock = .system
  ) {
    self.configFile = configFile
    self.stateFolder = stateFolder
    self.program = program
    self.environment = environment
    self.givenSecrets = givenSecrets
    self.worker = worker
    self.clock = clock
  }

  func site() throws(Failure) -> Site {
    try Site(configFile: configFile, stateFolder: stateFolder, environment: environment)
  }

  func appliance() throws(Failure) -> Appliance {
    if let opened { return opened }
    let appliance = try Appliance(
      try site(), program: program, environment: environment, givenSecrets: givenSecrets, clock: clock)
    opened = appliance
    return appliance
  }

  /// Settings have changed: the next request reads them again.
  func settingsChanged() { opened = nil }

  func takeWorker() -> WaitingWorker? {
    defer { worker = nil }
    return worker
  }

  // MARK: What is here

  package func version(_ request: Operation.Version) throws(Failure) -> Operation.Version.Answer {
    Operation.Version.Answer(versions: Version.all(program: program, environment: environment, clock: clock))
  }

  package func devices(
    _ request: Operation.Devices, events: (Event) -> Void
  ) throws(Failure) -> Operation.Devices.Answer {
    var numbers = EventNumbers(clock)
    let devices = try appliance().devices { events(numbers.next(Event(.notice, text: $0))) }
    return Operation.Devices.Answer(devices: devices.map(DeviceReport.init))
  }
}

extension Failure {
  /// Something of a later capability, as it is called where it was asked for: "--mode auto".
  package static func notServed(_ what: String) -> Failure { Failure(.programNotServed, values: ["what": what]) }
}
