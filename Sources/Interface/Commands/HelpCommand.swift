import Base

package enum HelpCommand {
  package static let verb = Slot.arguments("COMMAND", .text, "The command, and its subcommand.", isRequired: false)

  package static let command = Command(
    "help", "Show help for the program or a command.", examples: ["help", "help jobs export"],
    takes: [verb])
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(HelpCommand.command) }
