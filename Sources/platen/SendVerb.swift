import Base
import Diagnosis
import Interface

struct SendVerb: Verb {
  static let command = SendCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
    let request = Operation.Send(message: message, files: said[SendCommand.files], finish: finish)
    return try StopSignal.watching { (stop) throws(Failure) in try output.send(request, desk, stop) }
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(SendVerb.self) }
