import Appliance
import ArgumentParser
import Base
import Diagnosis
import Interface
import Settings

struct ConfigVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show, change and check the configuration; it never holds a secret.",
    subcommands: [
      Show.self, Get.self, Set.self, Unset.self, Validate.self, Export.self, Import.self, Schema.self,
    ],
    defaultSubcommand: Show.self)

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Every value, and where it comes from.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.configuration(LocalDesk(common)) }
    }
  }

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "The value of one key.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like scan.resolution or routes.office.server.") var key: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.setting(key, LocalDesk(common)) }
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Set a key in the site's file.",
      discussion: """
        The value is JSON5; a plain word needs no quotes. The file is
        written anew, without its comments.

          platen config set scan.resolution 200
          platen config set routes.office.server smtp.example.com
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like scan.resolution or routes.office.server.") var key: String
    @Argument(help: "Like 300, lineart or '[\"10.0.0.1:53\"]'.") var value: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in
        let json = try explaining { () throws(SettingsError) in try SiteFile.value(value, for: key) }
        return try face.change(Operation.Change(edits: [Edit(key: key, value: json)]), LocalDesk(common))
      }
    }
  }

  struct Unset: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unset", abstract: "Take a key out of the site's file.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like scan.resolution.") var key: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in
        try face.change(Operation.Change(edits: [Edit(key: key, value: nil)]), LocalDesk(common))
      }
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate", abstract: "All that is wrong with the configuration.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.validate(LocalDesk(common)) }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "The site's own settings, on standard output.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.exportSettings(LocalDesk(common)) }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Replace the site's settings by those of a file.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The file, in JSON5.") var file: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in
        let bytes = try reading(file)
        let layer = try explaining { () throws(SettingsError) in try ConfigurationLayer(origin: file, bytes: bytes) }
        let edit = Edit(key: "", value: layer.tree)
        return try face.change(Operation.Change(edits: [edit], source: file), LocalDesk(common))
      }
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Every key, what it takes, and its default.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.schema(LocalDesk(common)) }
    }
  }
}

/// The whole of a small input file.
private func reading(_ path: String) throws(Failure) -> [UInt8] {
  do throws(SystemError) { return try Folder.contents(of: path) } catch { throw .cannotRead(error) }
}
