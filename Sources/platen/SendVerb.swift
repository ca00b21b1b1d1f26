import Base
import Diagnosis
import Interface

struct SendVerb: Verb {
  static let command = SendCommand.command

  let said: Said

  func run(_ face: Face) throws(Failure) -> ExitCode {
    let request = Operation.Send(message: wish, files: said[SendCommand.files], finish: finish)
    return try StopSignal.watching { (stop) throws(Failure) in try face.send(request, desk, stop) }
  }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(SendVerb.self) }
