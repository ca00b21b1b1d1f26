import Base

package enum VersionCommand {
  package static let command = Command(
    "version", "The version of the program and of the libraries it runs on.", examples: ["version"])
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(VersionCommand.command) }
