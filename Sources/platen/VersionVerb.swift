import Base
import Diagnosis
import Interface

struct VersionVerb: Verb {
  static let command = VersionCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.version(desk) }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(VersionVerb.self) }
