import Base

package enum ConfigCommand {
  package static let key = Slot.argument("KEY", .key, "Like scan.resolution or routes.office.server.")
  package static let value = Slot.argument("VALUE", .text, "Like 300, lineart or '[\"10.0.0.1:53\"]'.")
  package static let file = Slot.argument("FILE", .file, "The file, in JSON5.")

  package static let show = Command("show", "Every value, and where it comes from.", examples: ["config show"])

  package static let get = Command(
    "get", "The value of one key.", examples: ["config get scan.resolution"], takes: [key])

  package static let set = Command(
    "set", "Set a key in the site's file.",
    "The value is JSON5; a plain word needs no quotes. The file is written anew, without its comments.",
    examples: ["config set scan.resolution 200", "config set routes.office.server smtp.example.com"],
    takes: [key, value])

  package static let unset = Command(
    "unset", "Take a key out of the site's file.", examples: ["config unset scan.resolution"], takes: [key])

  package static let validate = Command(
    "validate", "All that is wrong with the configuration.", examples: ["config validate --config site.json5"])

  package static let export = Command(
    "export", "The site's own settings, on standard output.", examples: ["config export > site.json5"])

  package static let `import` = Command(
    "import", "Replace the site's settings by those of a file.", examples: ["config import site.json5"], takes: [file])

  package static let schema = Command(
    "schema", "Every key, what it takes, and its default.", examples: ["config schema", "config schema --json"])

  package static let command = Command(
    "config", in: .settings, "Show, change and check the configuration; it never holds a secret.",
    subcommands: [show, get, set, unset, validate, export, `import`, schema], standard: "show")
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(ConfigCommand.command) }
