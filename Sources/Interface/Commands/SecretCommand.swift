import Base

package enum SecretCommand {
  package static let name = Slot.argument("NAME", .secret, "Like routes.office.password.")

  package static let set = Command(
    "set", "Set a secret; its value comes from standard input.",
    examples: ["secret set routes.office.password < password.txt"], takes: [name])

  package static let unset = Command(
    "unset", "Remove a secret.", examples: ["secret unset routes.office.password"], takes: [name])

  package static let list = Command(
    "list", "The names of the secrets, their ages, and when they end.", examples: ["secret list"])

  package static let command = Command(
    "secret", in: .settings, "Set, remove and list secrets; their values are never shown.",
    "Secrets are kept encrypted in the state folder, under names like routes.office.password.",
    examples: ["secret set routes.office.password < password.txt"], subcommands: [set, unset, list], standard: "list")
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(SecretCommand.command) }
