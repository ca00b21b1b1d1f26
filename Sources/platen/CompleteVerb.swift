import Appliance
import Base
import Diagnosis
import Interface

/// Answers the shells: a word a line, its meaning after a tabulator. What is broken, a configuration or a spool, gives
/// no words; nobody could read why.
struct CompleteVerb: Verb {
  static let command = CompleteCommand.command

  let said: Said

  func run(_ output: CommandOutput) -> ExitCode {
    let words = said[CompleteCommand.words]
    let completion = Completion(words)
    let beginning = (words.last ?? "").dropFirst(completion.lead.count)
    for word in completion.words + names(completion) where word.text.lowercased().hasPrefix(beginning.lowercased()) {
      output.write(completion.lead + word.text + (word.meaning.isEmpty ? "" : "\t" + word.meaning) + "\n")
    }
    switch completion.kind {
    case .file: output.write(":file\n")
    case .folder: output.write(":folder\n")
    default: break
    }
    return .done
  }

  private func names(_ completion: Completion) -> [Completion.Word] {
    guard let kind = completion.kind else { return [] }
    return (try? Names(desk: LocalDesk(completion.said)).words(for: kind)) ?? []
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(CompleteVerb.self) }
