import Appliance
import Base
import Diagnosis
import Interface

struct ManualVerb: Verb {
  static let command = ManualCommand.command

  let said: Said

  func run(_ output: CommandOutput) -> ExitCode {
    let day = CivilTime(Version.made, offsetMinutes: 0).isoDate
    output.write(ManualPage.text(version: Version.product, date: day))
    return .done
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(ManualVerb.self) }
