import Base

package enum SecretCommand {
  package static let name = Slot.argument("NAME", .secret, "The name, such as routes.office.password.")

  package static let set = Command(
    "set", "Set a secret, read from standard input.",
    examples: ["secret set routes.office.password < password.txt"], takes: [name])

  package static let unset = Command(
    "unset", "Remove a secret.", examples: ["secret unset routes.office.password"], takes: [name])

  package static let list = Command(
    "list", "List the secrets, when they were set and when they expire.", examples: ["secret list"])

  package static let command = Command(
    "secret", in: .settings, "Set, remove and list secrets; values are never shown.",
    "Secrets are stored encrypted in the state folder, under names such as routes.office.password.",
    examples: ["secret set routes.office.password < password.txt"], subcommands: [set, unset, list], standard: "list")
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(SecretCommand.command) }
