import Base
import Diagnosis
import Interface

struct HelpVerb: Verb {
  static let command = HelpCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
    do throws(UsageError) {
      if case .help(let path) = try CommandParser.read(said[HelpCommand.verb] + ["--help"]) {
        output.write(HelpText.of(path))
      }
    } catch {
      throw Failure(error)
    }
    return .done
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(HelpVerb.self) }
