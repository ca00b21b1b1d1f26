import Base

/// What the shells' scripts ask.
package enum CompleteCommand {
  package static let words = Slot.arguments("WORD", .text, "The line up to where it is completed.", isRequired: false)

  package static let command = Command(
    "complete", "The words that a line can go on with.", examples: ["complete -- jobs sh"], takes: [words],
    isHidden: true)
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(CompleteCommand.command) }
