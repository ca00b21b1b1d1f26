import Base
import Crypto
package import Diagnosis
import Glibc
package import Interface
import JSON
import Settings

extension LocalDesk {
  package func configuration(
    _ request: Operation.Configuration
  ) throws(Failure) -> Operation.Configuration.Answer {
    let sources = try sources()
    return Operation.Configuration.Answer(values: try rows(request, sources), commit: sources.commit)
  }

  private func rows(
    _ request: Operation.Configuration, _ sources: ConfigurationSources
  ) throws(Failure) -> [ConfigurationView.Row] {
    if request.isOwn {
      let file = sources.editable
      return [ConfigurationView.Row(key: "", value: file.tree, origin: file.origin, isOverridden: false)]
    }
    let view = ConfigurationView(sources.layered)
    guard let key = request.key else { return view.rows }
    return [try explaining { () throws(SettingsError) in try view.row(of: key) }]
  }

  package func schema(_ request: Operation.Schema) throws(Failure) -> Operation.Schema.Answer {
    Operation.Schema.Answer(schema: JSONText.json(SchemaShape.configuration.jsonSchema))
  }

  package func change(_ request: Operation.Change) throws(Failure) -> Operation.Change.Answer {
    try request.checkIsServed()
    if request.isDry && request.edits.isEmpty { return Operation.Change.Answer(problems: validate()) }
    if request.isDry { return try changed(request) }
    let file = try sources(demanding: .nothing).file
    return try withLock(of: file) { () throws(Failure) in try changed(request) }
  }

  /// The caller keeps others from the file, or leaves it as it is.
  private func changed(_ request: Operation.Change) throws(Failure) -> Operation.Change.Answer {
    let demand: ConfigurationSources.Requirement =
      request.whole == nil || request.base != nil ? .readableIfThere : .nothing
    let sources = try sources(demanding: demand)
    if let base = request.base, base != sources.commit { throw .changedMeanwhile(sources.file) }
    let text: String
    do throws(SettingsError) {
      text = try sources.editable.changing(request)
    } catch {
      return Operation.Change.Answer(problems: [Explanation(Failure(error))])
    }
    if request.isDry { return Operation.Change.Answer() }
    do throws(SystemError) {
      try Folder.replace(sources.file, with: Array(text.utf8), mode: 0o644)
    } catch {
      throw .cannotWrite(error)
    }
    settingsChanged()
    return Operation.Change.Answer(commit: try self.sources().commit)
  }

  /// What is wrong with the configuration, and with the files that it names.
  private func validate() -> [Explanation] {
    do throws(Failure) {
      try site().checkFiles(at: clock.date)
      return []
    } catch {
      return [Explanation(error)]
    }
  }

  private func sources(
    demanding demand: ConfigurationSources.Requirement = .readable
  ) throws(Failure) -> ConfigurationSources {
    try ConfigurationSources(file: configFile, environment: environment, demanding: demand)
  }

  /// How long another process that changes the file is waited for; it takes milliseconds.
  private static let patience = Duration.seconds(10)

  /// So that after a power cut either the old file or the new one is there, and of two processes neither undoes what
  /// the other changed.
  private func withLock<Value>(of file: String, _ change: () throws(Failure) -> Value) throws(Failure) -> Value {
    let folder = Folder.parent(of: file) ?? (file.hasPrefix("/") ? "/" : ".")
    do throws(SystemError) { try Folder.make(folder) } catch { throw .cannotWrite(error) }
    let value = try Folder.withLock(
      folder, until: clock.after(Self.patience), clock, refused: Failure.cannotWrite, change)
    guard let value else { throw .beingChanged(file) }
    return value
  }
}

extension ConfigurationSources {
  /// Of what the site has set, and of nothing else.
  fileprivate var commit: String {
    String(hexadecimal(SHA256.hash(Array(SiteFile.text(editable.tree).utf8))).prefix(12))
  }
}

extension SiteFile {
  /// The file's new text.
  fileprivate func changing(_ request: Operation.Change) throws(SettingsError) -> String {
    if let whole = request.whole {
      return try replacing(with: ConfigurationLayer(origin: request.source ?? SiteFile.commandLine, tree: whole))
    }
    return try changing(request.edits.map { ($0.key, $0.value) })
  }
}

extension Operation.Change {
  /// All settings, where they are replaced at once.
  fileprivate var whole: JSONValue? { edits.count == 1 && edits[0].key.isEmpty ? edits[0].value : nil }

  fileprivate func checkIsServed() throws(Failure) {
    if !secrets.isEmpty { throw .notServed("Change.secrets") }
    if comment != nil { throw .notServed("Change.comment") }
    if confirm != nil { throw .notServed("Change.confirm") }
  }
}

extension Failure {
  fileprivate static func beingChanged(_ file: String) -> Failure {
    Failure(.programFileBeingChanged, values: ["file": file])
  }

  fileprivate static func changedMeanwhile(_ file: String) -> Failure {
    Failure(.programFileChangedMeanwhile, values: ["file": file])
  }

  fileprivate static func cannotWrite(_ error: SystemError) -> Failure {
    Failure(
      error.code == EACCES || error.code == EPERM ? .programWriteForbidden : .programWriteFailed,
      code: "errno \(error.code)", values: ["detail": error.description])
  }
}
