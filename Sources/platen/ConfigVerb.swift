import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Host
import Interface
import JSON
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
      try face.run {
        let rows = ConfigurationView(try common.sources().layered).rows
        let settings = JSONValue.fields(["settings": rows])
        print(face.json ? JSONText.json(settings) : ConfigurationView.text(rows), terminator: "")
      }
    }
  }

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "The value of one key.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like scan.resolution or routes.office.server.") var key: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let view = ConfigurationView(try common.sources().layered)
        let value = try explaining { () throws(SettingsError) in try view.value(of: key) }
        face.json ? print(JSONText.json(value), terminator: "") : print(JSONText.bare(value))
      }
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
      try Face(json: common.json).run {
        try common.rewrite { (file) throws(SettingsError) in try file.setting(key, to: value) }
      }
    }
  }

  struct Unset: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unset", abstract: "Take a key out of the site's file.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like scan.resolution.") var key: String

    func run() throws {
      try Face(json: common.json).run {
        try common.rewrite { (file) throws(SettingsError) in try file.unsetting(key) }
      }
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate", abstract: "All that is wrong with the configuration.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let site = try Site(common)
        try site.checkFiles()
        try face.emit(["valid": true])
        face.say("the configuration is valid")
      }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "The site's own settings, on standard output.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try Face(json: common.json).run { print(try common.sources().editable.exported, terminator: "") }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Replace the site's settings by those of a file.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The file, in JSON5.") var file: String

    func run() throws {
      try Face(json: common.json).run {
        let bytes = try reading(file)
        try common.rewrite { (site) throws(SettingsError) in try site.importing(bytes, from: file) }
      }
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Every key, what it takes, and its default.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let shape = SchemaShape.configuration
      print(common.json ? JSONText.json(shape.jsonSchema) : shape.text, terminator: "")
    }
  }
}

extension CommonOptions {
  fileprivate func sources(mayBeMissing: Bool = false) throws(Failure) -> ConfigurationSources {
    try ConfigurationSources(
      file: config, environment: ProcessEnvironment.variables(), mayBeMissing: mayBeMissing)
  }

  /// How long another process that changes the file is waited for; it takes milliseconds.
  private static var patience: Duration { .seconds(10) }

  /// Changes the site's file, so that after a power cut either the old or the new one is there, and of two processes
  /// neither undoes what the other changed.
  fileprivate func rewrite(_ change: (SiteFile) throws(SettingsError) -> String) throws(Failure) {
    let file = try sources(mayBeMissing: true).file
    let folder = Folder.parent(of: file) ?? (file.hasPrefix("/") ? "/" : ".")
    var lock: Descriptor?
    do throws(SystemError) {
      try Folder.make(folder)
      lock = try Folder.lock(folder, until: .after(Self.patience))
    } catch {
      throw .cannotWrite(error)
    }
    guard let lock else { throw .beingChanged(file) }
    defer { _ = lock.number }
    let editable = try sources(mayBeMissing: true).editable
    let text = try explaining { () throws(SettingsError) in try change(editable) }
    do throws(SystemError) {
      try Folder.replace(file, with: Array(text.utf8), mode: 0o644)
    } catch {
      throw .cannotWrite(error)
    }
  }
}

/// The whole of a small input file.
private func reading(_ path: String) throws(Failure) -> [UInt8] {
  do throws(SystemError) { return try Folder.contents(of: path) } catch { throw .cannotRead(error) }
}

extension Failure {
  fileprivate static func beingChanged(_ file: String) -> Failure {
    Failure(
      class: .transient, stage: "settings", cause: "another process keeps \(file) from being changed", who: .person,
      steps: ["Try again in a moment; if it stays so, end that process."], retry: true, exitCode: .notAcceptedYet)
  }

  static func cannotWrite(_ error: SystemError) -> Failure {
    Failure(
      class: .configuration, stage: "storage", cause: error.description, who: .installer,
      steps: ["Run as a user who may write there, or name another file."], retry: true,
      exitCode: error.code == EACCES || error.code == EPERM ? .refused : .cannotCreate)
  }

  static func cannotRead(_ error: SystemError) -> Failure {
    Failure(
      class: .configuration, stage: "input", cause: error.description, who: .person,
      steps: ["Check the name, and that this user may read it."], retry: true, exitCode: .noInput)
  }
}
