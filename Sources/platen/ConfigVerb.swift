import Appliance
import Base
import Diagnosis
import Interface
import Settings

enum ConfigVerb {
  struct Show: Verb {
    static let command = ConfigCommand.show
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.configuration(desk) }
  }

  struct Get: Verb {
    static let command = ConfigCommand.get
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.setting(said[ConfigCommand.key], desk) }
  }

  struct Set: Verb {
    static let command = ConfigCommand.set
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let (key, value) = (said[ConfigCommand.key], said[ConfigCommand.value])
      let json = try explaining { () throws(SettingsError) in try SiteFile.value(value, for: key) }
      return try output.change(Operation.Change(edits: [Edit(key: key, value: json)]), desk)
    }
  }

  struct Unset: Verb {
    static let command = ConfigCommand.unset
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      try output.change(Operation.Change(edits: [Edit(key: said[ConfigCommand.key], value: nil)]), desk)
    }
  }

  struct Validate: Verb {
    static let command = ConfigCommand.validate
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.validate(desk) }
  }

  struct Export: Verb {
    static let command = ConfigCommand.export
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.exportSettings(desk) }
  }

  struct Import: Verb {
    static let command = ConfigCommand.import
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let file = said[ConfigCommand.file]
      let bytes = try reading(file)
      let layer = try explaining { () throws(SettingsError) in try ConfigurationLayer(origin: file, bytes: bytes) }
      let edit = Edit(key: "", value: layer.tree)
      return try output.change(Operation.Change(edits: [edit], source: file), desk)
    }
  }

  struct Schema: Verb {
    static let command = ConfigCommand.schema
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.schema(desk) }
  }
}

/// The whole of a small input file.
private func reading(_ path: String) throws(Failure) -> [UInt8] {
  do throws(SystemError) { return try Folder.contents(of: path) } catch { throw .cannotRead(error) }
}

@used @section("platen_entries") private let entry: Registration = {
  Verbs.enter(
    ConfigVerb.Show.self, ConfigVerb.Get.self, ConfigVerb.Set.self, ConfigVerb.Unset.self, ConfigVerb.Validate.self,
    ConfigVerb.Export.self, ConfigVerb.Import.self, ConfigVerb.Schema.self, below: ConfigCommand.command)
}
