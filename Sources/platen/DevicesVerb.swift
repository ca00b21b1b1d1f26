import Base
import Diagnosis
import Interface

struct DevicesVerb: Verb {
  static let command = DevicesCommand.command

  let said: Said

  func run(_ face: Face) throws(Failure) -> ExitCode { try face.devices(desk) }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(DevicesVerb.self) }
