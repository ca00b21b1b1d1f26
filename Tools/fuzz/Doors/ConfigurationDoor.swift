import JSON
import Settings

/// Texts between NULs: the site's file, the vendor's, a key, and a value for it.
enum ConfigurationDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    let parts = input.split(separator: 0, omittingEmptySubsequences: false)
    func bytes(_ index: Int) -> [UInt8] { parts.count > index ? Array(parts[index]) : [] }
    guard let site = try layer("/etc/platen/site.json5", bytes(0)) else { return }
    try checkWriting(site.tree)
    let vendor = bytes(1).isEmpty ? nil : try layer("/usr/share/platen/defaults.json5", bytes(1))
    let below = vendor.map { [$0] } ?? []
    try checkLayers(LayeredConfiguration(below + [site]))
    guard parts.count > 2 else { return }
    let key = String(decoding: bytes(2), as: UTF8.self)
    let value = String(decoding: bytes(3), as: UTF8.self)
    try checkOverride(key, value)
    try checkChange(SiteFile(site: site, below: below), key, value)
  }

  private static func layer(_ origin: String, _ bytes: [UInt8]) throws(BrokenPromise) -> ConfigurationLayer? {
    do throws(SettingsError) {
      return try ConfigurationLayer(origin: origin, bytes: bytes)
    } catch {
      try check(error.problems)
      let hasPlace = error.problems.allSatisfy { ($0.line ?? 0) > 0 && ($0.column ?? 0) > 0 }
      try promise(hasPlace, "a fault without a place: \(error.problems)")
      return nil
    }
  }

  /// What was read can be written, and that read again.
  private static func checkWriting(_ tree: JSONValue) throws(BrokenPromise) {
    for text in [JSONText.file(tree), JSONText.json(tree), JSONText.line(tree)] {
      let again = try read(text)
      try promise(isSame(again, tree), "written and read it is another tree: \(text)")
    }
    _ = JSONText.bare(tree)
    _ = TextTemplate(JSONText.bare(tree)).filled(with: ["name": "x"])
  }

  private static func read(_ text: String) throws(BrokenPromise) -> JSONValue {
    try must("our own text is not readable, \(text)") { () throws(JSON5Reader.Fault) in
      try JSON5Reader.read(Array(text.utf8))
    }
  }

  /// Equal byte for byte; numbers that are none are equal too.
  private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    Array(JSONText.line(one).utf8) == Array(JSONText.line(other).utf8)
  }

  private static func check(_ problems: [SettingsProblem]) throws(BrokenPromise) {
    for problem in problems {
      try promise(isOneLine(problem.description), "an error over lines: \(problem.description.debugDescription)")
      try promise(isOneLine(problem.step), "a step over lines: \(problem.step.debugDescription)")
    }
  }

  private static func checkLayers(_ configuration: LayeredConfiguration) throws(BrokenPromise) {
    try check(configuration.problems)
    let rows = ConfigurationView(configuration).rows
    let lines = ConfigurationView.text(rows).utf8.split(separator: 10)
    try promise(lines.allSatisfy { isOneLine(String(decoding: Array($0), as: UTF8.self)) }, "show is not plain text")
    _ = try read(JSONText.json(.array(rows.map(\.value))))
    var found: [SettingsProblem] = []
    do throws(SettingsError) { _ = try configuration.configuration() } catch { found = error.problems }
    try promise(found == configuration.problems, "other problems than those it has: \(found)")
  }

  private static func checkOverride(_ key: String, _ value: String) throws(BrokenPromise) {
    let layer: ConfigurationLayer
    do throws(SettingsError) {
      layer = try EnvironmentLayer.layer([EnvironmentLayer.variable(of: key): value])
    } catch {
      return try check(error.problems)
    }
    try checkLayers(LayeredConfiguration([layer]))
  }

  /// `config set`, the same again, and `unset`.
  private static func checkChange(_ file: SiteFile, _ key: String, _ value: String) throws(BrokenPromise) {
    let edit: (key: String, value: JSONValue?)
    let text: String
    do throws(SettingsError) {
      edit = (key, try SiteFile.value(value, for: key))
      text = try file.changing([edit])
    } catch {
      return try check(error.problems)
    }
    let (again, unset) = try must("what was set is not taken") { () throws(SettingsError) in
      let layer = try ConfigurationLayer(origin: file.origin, bytes: Array(text.utf8))
      let changed = SiteFile(site: layer, below: file.below)
      return (try changed.changing([edit]), try changed.changing([(key, nil)]))
    }
    try promise(again == text, "set twice it is another file: \(text), \(again)")
    _ = try read(unset)
  }
}
