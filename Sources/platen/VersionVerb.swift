import Base
import Diagnosis
import Interface

struct VersionVerb: Verb {
  static let command = VersionCommand.command

  let said: Said

  func run(_ face: Face) throws(Failure) -> ExitCode { try face.version(desk) }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(VersionVerb.self) }
