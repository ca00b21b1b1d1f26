import Base
import Diagnosis
import Interface

struct CompletionVerb: Verb {
  static let command = CompletionCommand.command

  let said: Said

  func run(_ face: Face) -> ExitCode {
    face.output(said[CompletionCommand.shell]?.text ?? "")
    return .done
  }
}

@used @section("platen_entries") private let entry: Entry = { Verbs.enter(CompletionVerb.self) }
