import Base
import Diagnosis
import Interface

struct HelpVerb: Verb {
  static let command = HelpCommand.command

  let said: Said

  func run(_ face: Face) throws(Failure) -> ExitCode {
    do throws(UsageError) {
      if case .help(let path) = try CommandParser.read(said[HelpCommand.verb] + ["--help"]) {
        face.output(HelpText.of(path))
      }
    } catch {
      throw Failure(error)
    }
    return .done
  }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(HelpVerb.self) }
