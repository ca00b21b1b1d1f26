import Base
import Diagnosis
import Interface

struct DevicesVerb: Verb {
  static let command = DevicesCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.devices(desk) }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(DevicesVerb.self) }
