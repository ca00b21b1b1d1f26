import Base

package enum HelpCommand {
  package static let verb = Slot.arguments("VERB", .text, "The verb, and its sub-verb.", isRequired: false)

  package static let command = Command(
    "help", "Show how the program, or one of its verbs, is used.", examples: ["help", "help jobs export"],
    takes: [verb])
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(HelpCommand.command) }
