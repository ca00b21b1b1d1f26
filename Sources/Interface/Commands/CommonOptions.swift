/// What every command takes.
package enum CommonOptions {
  package static let config = Slot.option(
    "config", nil, "FILE", .file, "The only configuration file to read, in place of the layers.")
  package static let state = Slot.option("state", nil, "DIR", .folder, "The folder of spool, journal and secrets.")
  package static let json = Slot.flag(
    "json", nil, "Print JSON on standard output, one object or one a line, and nothing else there.")
  package static let quiet = Slot.flag("quiet", "q", "No progress on standard error.")
  static let help = Slot.flag("help", "h", "Show this.")
  static let version = Slot.flag("version", nil, "Show the version.")

  package static let parameters: [Parameter] = [
    config.parameter, state.parameter, json.parameter, quiet.parameter, help.parameter, version.parameter,
  ]
}
