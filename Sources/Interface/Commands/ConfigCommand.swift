import Base

package enum ConfigCommand {
  package static let key = Slot.argument("KEY", .key, "The key, such as scan.resolution or routes.office.server.")
  package static let value = Slot.argument("VALUE", .text, "The value, such as 300, lineart or '[\"10.0.0.1:53\"]'.")
  package static let file = Slot.argument("FILE", .file, "The JSON5 file.")

  package static let show = Command("show", "Show every value and where it comes from.", examples: ["config show"])

  package static let get = Command(
    "get", "Show the value of a key.", examples: ["config get scan.resolution"], takes: [key])

  package static let set = Command(
    "set", "Set a key in the site configuration.",
    "The value is JSON5; a single word needs no quotes. The file is rewritten without its comments.",
    examples: ["config set scan.resolution 200", "config set routes.office.server smtp.example.com"],
    takes: [key, value])

  package static let unset = Command(
    "unset", "Remove a key from the site configuration.", examples: ["config unset scan.resolution"], takes: [key])

  package static let validate = Command(
    "validate", "Check the configuration and list all errors.", examples: ["config validate --config site.json5"])

  package static let export = Command(
    "export", "Print the site configuration.", examples: ["config export > site.json5"])

  package static let `import` = Command(
    "import", "Replace the site configuration with a file.", examples: ["config import site.json5"], takes: [file])

  package static let schema = Command(
    "schema", "List every key with its type and default.", examples: ["config schema", "config schema --json"])

  package static let command = Command(
    "config", in: .settings, "Show, change and check the configuration, which contains no secrets.",
    subcommands: [show, get, set, unset, validate, export, `import`, schema], standard: "show")
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(ConfigCommand.command) }
