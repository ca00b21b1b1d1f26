/// What every command takes.
package enum CommonOptions {
  package static let config = Slot.option(
    "config", nil, "FILE", .file, "Read only this configuration file, instead of all layers.")
  package static let state = Slot.option("state", nil, "DIR", .folder, "The folder for spool, journal and secrets.")
  package static let json = Slot.flag(
    "json", nil, "Print only JSON on standard output: one object, or one per line.")
  package static let quiet = Slot.flag("quiet", "q", "Show no progress on standard error.")
  static let help = Slot.flag("help", "h", "Show this help.")
  static let version = Slot.flag("version", nil, "Show the version.")

  package static let parameters: [Parameter] = [
    config.parameter, state.parameter, json.parameter, quiet.parameter, help.parameter, version.parameter,
  ]
}
