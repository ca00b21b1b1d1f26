import Base

package enum DevicesCommand {
  package static let command = Command(
    "devices", in: .pages, "List the scanners that SANE finds, and what they support.",
    examples: ["devices", "devices --json"])
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(DevicesCommand.command) }
