import Base

package enum CompletionCommand {
  package static let shell = Slot.argument("SHELL", .word(CompletionScript.self), "The shell.", isRequired: true)

  package static let command = Command(
    "completion", "Print the shell completion script.",
    "In ~/.bashrc: source <(platen completion bash). In ~/.zshrc: source <(platen completion zsh).",
    examples: ["completion bash", "completion zsh > _platen"], takes: [shell])
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(CompletionCommand.command) }
