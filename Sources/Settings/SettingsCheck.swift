package import JSON

/// Checks a tree of settings against the schema and names every fault.
package enum SettingsCheck {
  package static func problems(of layer: ConfigurationLayer) -> [SettingsProblem] {
    problems(of: layer.tree, as: .configuration, at: SettingPath([]), origin: layer.origin)
  }

  package static func problems(
    of value: JSONValue, as shape: SchemaShape, at path: SettingPath, origin: String
  ) -> [SettingsProblem] {
    switch shape {
    case .value(let type, let fallback):
      if value == .null, fallback == .null { return [] }
      return Value(origin: origin, path: path).problem(of: value, as: type).map { [$0] } ?? []
    case .group(let keys): return group(value, keys, at: path, origin: origin)
    case .elements(let keys): return elements(value, keys, at: path, origin: origin)
    }
  }

  private static func group(
    _ value: JSONValue, _ keys: [SchemaKey], at path: SettingPath, origin: String
  ) -> [SettingsProblem] {
    guard case .object(let members) = value else {
      return [Value(origin: origin, path: path).wrongType(value, wanted: "an object in { }")]
    }
    return members.flatMap { member -> [SettingsProblem] in
      let inner = path.appending(member.name)
      guard let key = keys.first(where: { $0.name == member.name }) else {
        return [unknown(inner, among: keys, parent: path, origin: origin)]
      }
      if !key.isServed { return [notServed(inner, member.value, origin: origin)] }
      return problems(of: member.value, as: key.shape, at: inner, origin: origin)
    }
  }

  private static func elements(
    _ value: JSONValue, _ keys: [SchemaKey], at path: SettingPath, origin: String
  ) -> [SettingsProblem] {
    guard case .array(let elements) = value else {
      return [Value(origin: origin, path: path).wrongType(value, wanted: "a list in [ ]")]
    }
    var names: Set<String> = []
    return elements.enumerated().flatMap { at, element -> [SettingsProblem] in
      let name = element["name"]?.text ?? String(at)
      let inner = path.appending(name)
      var found = problems(of: element, as: .group(keys), at: inner, origin: origin)
      if case .object = element { found += naming(element, at: inner, origin: origin) }
      if !names.insert(name).inserted { found.append(duplicate(inner, origin: origin)) }
      return found
    }
  }

  private static func naming(_ element: JSONValue, at path: SettingPath, origin: String) -> [SettingsProblem] {
    if element["name"] ?? .null != .null { return [] }
    return [
      SettingsProblem(
        .missing, origin: origin, key: path.appending("name").description,
        message: "\(path) has no name, which its secrets need",
        step: "Give it a name: \(TextForm.routeName.demand)")
    ]
  }

  private static func duplicate(_ path: SettingPath, origin: String) -> SettingsProblem {
    SettingsProblem(
      .wrongValue, origin: origin, key: path.description, message: "two elements are named \(path)",
      step: "Give each route a unique name")
  }

  // MARK: Keys

  /// Names under which people look for secrets in the configuration; each is a `platen secret`.
  private static let secretNames: Set<String> = [
    "password", "clientSecret", "refreshToken", "privateKey", "secondPrivateKey", "serviceAccountKey",
  ]

  /// The error for a key that no capability knows.
  package static func unknown(
    _ path: SettingPath, among keys: [SchemaKey], parent: SettingPath, origin: String
  ) -> SettingsProblem {
    let name = path.parts.last ?? ""
    if secretNames.contains(name) {
      return SettingsProblem(
        .unknownKey, origin: origin, key: path.description, message: "\(path) is a secret, not a setting",
        step: "Remove it from the configuration and set it with: platen secret set \(path)")
    }
    let known = keys.filter(\.isServed).map(\.name)
    let message: String
    let step: String
    if let near = nearest(path, among: keys, parent: parent) {
      message = "unknown key \(path); did you mean \(near)?"
      step = "Write \(near), or remove \(path)"
    } else {
      message =
        "unknown key \(path); \(parent.parts.isEmpty ? "keys here" : "keys of \(parent)"): "
        + known.joined(separator: ", ")
      step = "Remove \(path); all keys: platen config schema"
    }
    return SettingsProblem(.unknownKey, origin: origin, key: path.description, message: message, step: step)
  }

  /// The error for a path that goes on below a single value.
  static func noKeyInside(_ path: SettingPath, parent: SettingPath, origin: String) -> SettingsProblem {
    SettingsProblem(
      .unknownKey, origin: origin, key: path.description,
      message: "unknown key \(path); \(parent) is a single value and has no keys; did you mean \(parent)?",
      step: "Write \(parent)")
  }

  /// A key of the same group, else one of that name anywhere.
  private static func nearest(_ path: SettingPath, among keys: [SchemaKey], parent: SettingPath) -> String? {
    let name = path.parts.last ?? ""
    if let near = nearestName(to: name, among: keys.map(\.name)) { return parent.appending(near).description }
    let anywhere = SchemaShape.configuration.leaves().map(\.path).filter { !$0.contains("[]") }
    return anywhere.first { $0.split(separator: ".").last.map(String.init) == name }
      ?? nearestName(to: path.description, among: anywhere)
  }

  /// The error for a key that belongs to a later capability.
  static func notServed(_ path: SettingPath, _ value: JSONValue, origin: String) -> SettingsProblem {
    SettingsProblem(
      .notServed, origin: origin, key: path.description,
      message: "\(path) (\(JSONText.shown(value))) is not supported by this build",
      step: "Remove \(path), or use a build that supports it; platen config schema lists what this one supports")
  }

  // MARK: Values

  /// The checks of one value.
  private struct Value {
    let origin: String
    let path: SettingPath

    func problem(of value: JSONValue, as type: SettingType) -> SettingsProblem? {
      switch (type, value) {
      case (.text(let form), .string(let text)): problem(of: text, form)
      case (.choice(let words, let later), .string(let text)): problem(of: text, words, later)
      case (.integer(let range), .number):
        value.integer.map(range.contains) == true ? nil : wrong(value, type.demand)
      case (.duration, .string(let text)): DurationText.parse(text) == nil ? wrong(value, type.demand) : nil
      case (.boolean, .boolean): nil
      case (.list(let element), .array(let elements)):
        elements.lazy.compactMap { self.problem(of: $0, as: element) }.first
      case (.choice, .number), (.text, .number):
        wrongType(value, wanted: type.demand, hint: "in quotes: \"\(JSONText.shown(value))\"")
      default: wrongType(value, wanted: type.demand)
      }
    }

    private func problem(of text: String, _ form: TextForm) -> SettingsProblem? {
      if !form.admits(text) { return wrong(.string(text), form.demand, step: advice(on: text, form)) }
      guard case .template(let words, _) = form else { return nil }
      return TextTemplate(text).words.first { !words.contains($0) }.map { unknownWord($0, among: words) }
    }

    private func unknownWord(_ word: String, among words: [String]) -> SettingsProblem {
      let near = nearestName(to: word, among: words).map { "; did you mean {\($0)}?" } ?? ""
      return SettingsProblem(
        .wrongValue, origin: origin, key: path.description, message: "unknown placeholder {\(word)} in \(path)" + near,
        step: "Use only " + TextTemplate.list(words))
    }

    private func problem(of text: String, _ words: [String], _ later: [String]) -> SettingsProblem? {
      if words.contains(text) { return nil }
      if later.contains(text) {
        return SettingsProblem(
          .notServed, origin: origin, key: path.description,
          message: "\(path) \"\(text)\" is not supported by this build; supported: \(words.joined(separator: ", "))",
          step: "Set \(path) to one of those, or use a build that supports \"\(text)\"")
      }
      let near = nearestName(to: text, among: words + later)
      let demand = SettingType.choice(words, later: later).demand
      guard let near else { return wrong(.string(text), demand) }
      return wrong(
        .string(text), demand + "; did you mean \"\(near)\"?", step: "Set \(path) to \"\(near)\", or another of those")
    }

    private func advice(on text: String, _ form: TextForm) -> String? {
      form.advice(on: text).map { step(form.demand) + "; " + $0 }
    }

    private func wrong(_ value: JSONValue, _ wanted: String, step: String? = nil) -> SettingsProblem {
      SettingsProblem(
        .wrongValue, origin: origin, key: path.description,
        message: "\(path) is \(JSONText.shown(value)); it must be \(wanted)", step: step ?? self.step(wanted))
    }

    func wrongType(_ value: JSONValue, wanted: String, hint: String? = nil) -> SettingsProblem {
      let hint = hint.map { ", " + $0 } ?? ""
      return SettingsProblem(
        .wrongType, origin: origin, key: path.description,
        message: "\(path.parts.isEmpty ? "the configuration" : path.description) is \(value.description); "
          + "it must be \(wanted)\(hint)",
        step: step(wanted))
    }

    private func step(_ wanted: String) -> String { "Set \(path) to \(wanted.split(separator: ";")[0])" }
  }
}
