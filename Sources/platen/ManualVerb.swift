import Appliance
import Base
import Diagnosis
import Interface

struct ManualVerb: Verb {
  static let command = ManualCommand.command

  let said: Said

  func run(_ face: Face) -> ExitCode {
    let day = CivilTime(Version.made, offsetMinutes: 0).isoDate
    face.output(ManualPage.text(version: Version.product, date: day))
    return .done
  }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(ManualVerb.self) }
