import Base

/// What `Tools/man` writes down.
package enum ManualCommand {
  package static let command = Command(
    "manual", "Print the manual page as troff source.", examples: ["manual > platen.1"], isHidden: true)
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(ManualCommand.command) }
