import Base
import Diagnosis
import Interface
import ScanSane

struct ScanVerb: Verb {
  static let command = ScanCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try run(output, by: nil) }

  /// - Parameter worker: one that was started ahead.
  func run(_ output: CommandOutput, by worker: WaitingWorker?) throws(Failure) -> ExitCode {
    let request = Operation.Scan(message: message, scan: settings, finish: finish)
    return try StopSignal.watching { (stop) throws(Failure) in try output.scan(request, desk(worker), stop) }
  }

  private var settings: ScanSettings {
    var settings = ScanSettings()
    settings.device = said[ScanCommand.device]
    settings.source = said[ScanCommand.source]
    settings.mode = said[ScanCommand.mode]
    settings.resolution = said[ScanCommand.resolution].map { Double($0) }
    settings.paper = said[ScanCommand.paper]
    settings.pages = said[ScanCommand.pages]
    return settings
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(ScanVerb.self) }
