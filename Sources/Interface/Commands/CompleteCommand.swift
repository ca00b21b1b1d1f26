import Base

/// What the shells' scripts ask.
package enum CompleteCommand {
  package static let words = Slot.arguments("WORD", .text, "The words of the line up to the cursor.", isRequired: false)

  package static let command = Command(
    "complete", "List the words that can complete a line.", examples: ["complete -- jobs sh"], takes: [words],
    isHidden: true)
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(CompleteCommand.command) }
