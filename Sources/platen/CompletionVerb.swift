import Base
import Diagnosis
import Interface

struct CompletionVerb: Verb {
  static let command = CompletionCommand.command

  let said: Said

  func run(_ output: CommandOutput) -> ExitCode {
    output.write(said[CompletionCommand.shell]?.text ?? "")
    return .done
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(CompletionVerb.self) }
