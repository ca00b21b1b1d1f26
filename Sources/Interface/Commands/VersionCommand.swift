import Base

package enum VersionCommand {
  package static let command = Command(
    "version", "Show the version of the program and its libraries.", examples: ["version"])
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(VersionCommand.command) }
