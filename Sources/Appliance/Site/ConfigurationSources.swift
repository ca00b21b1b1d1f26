import Base
package import Diagnosis
import Glibc
import JSON
package import Settings

/// The layers of the configuration, read from where they lie (CONTRACT section 2).
package struct ConfigurationSources: Sendable {
  /// What the board and the vendor say; absent on most machines.
  private static let vendorFiles = ["/usr/share/platen/board.json5", "/usr/share/platen/defaults.json5"]
  private static let siteFile = "/etc/platen/site.json5"
  /// Far above any configuration; a file beyond it is the wrong file.
  private static let largestFile = 4 << 20

  /// The file that `set` and `import` write.
  package let file: String
  private let below: [ConfigurationLayer]
  private let site: ConfigurationLayer
  private let environment: ConfigurationLayer

  /// What is demanded of the site's file.
  package enum Requirement: Sendable {
    /// A named file must exist and be readable.
    case readable
    /// It must be readable if it exists: it is about to be changed.
    case readableIfThere
    /// Nothing: it is about to be replaced, and what it holds does not count, not even that it is broken.
    case nothing
  }

  /// - Parameter file: `--config`: then the only file that is read.
  package init(
    file: String?, environment: [String: String], demanding demand: Requirement = .readable
  ) throws(Failure) {
    self.file = file ?? Self.siteFile
    var below: [ConfigurationLayer] = []
    if file == nil {
      for path in Self.vendorFiles { if let layer = try Self.layer(path) { below.append(layer) } }
    }
    self.below = below
    let site = demand == .nothing ? nil : try Self.layer(self.file)
    if site == nil && file != nil && demand == .readable { throw .missingConfiguration(self.file) }
    self.site = site ?? ConfigurationLayer(origin: self.file, tree: .object([]))
    self.environment = try explaining { () throws(SettingsError) in try EnvironmentLayer.layer(environment) }
  }

  /// nil where there is no such file.
  private static func layer(_ path: String) throws(Failure) -> ConfigurationLayer? {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Folder.contents(of: path, limit: largestFile)
    } catch {
      if error.code == ENOENT { return nil }
      throw .unreadableConfiguration(error)
    }
    return try explaining { () throws(SettingsError) in try ConfigurationLayer(origin: path, bytes: bytes) }
  }

  package var layered: LayeredConfiguration { LayeredConfiguration(below + [site, environment]) }

  /// The site's file, to be changed.
  package var editable: SiteFile { SiteFile(site: site, below: below, environment: environment) }

  package func configuration() throws(Failure) -> Configuration {
    let layered = layered
    return try explaining { () throws(SettingsError) in try layered.configuration() }
  }
}

/// Runs what the settings may refuse, as a ``Failure``.
package func explaining<Value>(_ body: () throws(SettingsError) -> Value) throws(Failure) -> Value {
  do throws(SettingsError) { return try body() } catch { throw Failure(error) }
}

extension Failure {
  /// All problems in one failure: the first is the cause, the rest follow its step.
  package init(_ error: SettingsError) {
    let problems = error.problems.map { Failure($0) }
    self = problems[0]
    because = Array(problems.dropFirst())
  }

  private init(_ problem: SettingsProblem) {
    self.init(
      FailureID(problem.kind), code: problem.kind.rawValue,
      values: ["where": problem.place, "problem": problem.message, "advice": problem.step])
  }

  fileprivate static func missingConfiguration(_ path: String) -> Failure {
    Failure(.settingsNoFile, values: ["path": path])
  }

  fileprivate static func unreadableConfiguration(_ error: SystemError) -> Failure {
    Failure(
      error.code == EACCES ? .settingsFileForbidden : .settingsFileUnreadable, code: "errno \(error.code)",
      values: ["detail": error.description])
  }
}

extension FailureID {
  fileprivate init(_ kind: SettingsProblem.Kind) {
    self =
      switch kind {
      case .syntax: .settingsSyntax
      case .unknownKey: .settingsUnknownKey
      case .wrongType: .settingsWrongType
      case .wrongValue: .settingsWrongValue
      case .missing: .settingsMissing
      case .notServed: .settingsNotServed
      case .overridden: .settingsOverridden
      }
  }
}

extension SettingsProblem {
  /// "FILE:3:7" or "FILE".
  fileprivate var place: String {
    if let line, let column { return "\(origin):\(line):\(column)" }
    return origin
  }
}
