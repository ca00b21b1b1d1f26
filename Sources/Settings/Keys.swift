import JSON

/// The keys of a group, each declared once, by the line that reads it:
///
///     resolution = keys.integer("resolution", 1...9600, default: 300, "dots per inch")
///
/// From such lines the schema comes (``SchemaShape/configuration``), and with it the checks, the defaults, the
/// environment's variables, completion and what `config` prints, in the order of the lines. The schema runs them
/// without a tree; with one that it has checked they read it, and what only describes a key is not evaluated.
struct Keys {
  /// An object that is read; nil: the lines describe what they would read.
  private let tree: JSONValue?
  private var declared: [SchemaKey] = []

  private init(of tree: JSONValue?) { self.tree = tree }

  /// A group's values out of a tree that the schema has checked; a value that is not there takes its default.
  static func values<Group>(of tree: JSONValue, by read: (inout Keys) -> Group) -> Group {
    var keys = Keys(of: tree)
    return read(&keys)
  }

  /// A group's keys, in their order.
  static func declared<Group>(by read: (inout Keys) -> Group) -> [SchemaKey] {
    var keys = Keys(of: nil)
    _ = read(&keys)
    return keys.declared
  }

  // MARK: Groups

  mutating func group<Group>(
    _ name: String, _ summary: @autoclosure () -> String, _ read: (inout Keys) -> Group
  ) -> Group {
    if let tree { return Keys.values(of: tree[name] ?? .object([]), by: read) }
    declare(name, summary(), .group(Keys.declared(by: read)))
    return Keys.values(of: .object([]), by: read)
  }

  /// A list of groups, which their `name` tells apart; a layer replaces it whole.
  mutating func elements<Group>(
    _ name: String, _ summary: @autoclosure () -> String, _ read: (inout Keys) -> Group
  ) -> [Group] {
    if let tree { return (tree[name]?.elements ?? []).map { Keys.values(of: $0, by: read) } }
    declare(name, summary(), .elements(Keys.declared(by: read)))
    return []
  }

  // MARK: Values

  mutating func text(
    _ name: String, _ form: @autoclosure () -> TextForm, default fallback: String,
    _ summary: @autoclosure () -> String
  ) -> String {
    value(name, .text(form()), .string(fallback), summary())?.text ?? fallback
  }

  /// A text that may not be set.
  mutating func text(
    _ name: String, _ form: @autoclosure () -> TextForm, _ summary: @autoclosure () -> String
  ) -> String? {
    value(name, .text(form()), .null, summary())?.text
  }

  /// One of some words; `later` holds those that belong to a later capability.
  mutating func choice(
    _ name: String, _ words: @autoclosure () -> [String], later: @autoclosure () -> [String] = [],
    default fallback: String, _ summary: @autoclosure () -> String
  ) -> String {
    value(name, .choice(words(), later: later()), .string(fallback), summary())?.text ?? fallback
  }

  /// A word that may not be set.
  mutating func choice(
    _ name: String, _ words: @autoclosure () -> [String], _ summary: @autoclosure () -> String
  ) -> String? {
    value(name, .choice(words(), later: []), .null, summary())?.text
  }

  mutating func integer(
    _ name: String, _ range: @autoclosure () -> ClosedRange<Int>, default fallback: Int,
    _ summary: @autoclosure () -> String
  ) -> Int {
    value(name, .integer(range()), .number(Double(fallback)), summary())?.integer ?? fallback
  }

  /// A number that may not be set.
  mutating func integer(
    _ name: String, _ range: @autoclosure () -> ClosedRange<Int>, _ summary: @autoclosure () -> String
  ) -> Int? {
    value(name, .integer(range()), .null, summary())?.integer
  }

  mutating func flag(_ name: String, default fallback: Bool, _ summary: @autoclosure () -> String) -> Bool {
    value(name, .boolean, .boolean(fallback), summary())?.flag ?? fallback
  }

  /// Texts, none by default.
  mutating func texts(
    _ name: String, each form: @autoclosure () -> TextForm, _ summary: @autoclosure () -> String
  ) -> [String] {
    (value(name, .list(of: .text(form())), .array([]), summary())?.elements ?? []).compactMap(\.text)
  }

  /// A key that is known, but belongs to a later capability: setting it is an error, never ignored.
  mutating func later(
    _ name: String, _ type: @autoclosure () -> SettingType, _ summary: @autoclosure () -> String
  ) {
    if tree == nil { declare(name, summary(), .value(type(), default: .null), isServed: false) }
  }

  // MARK: Both ways

  private mutating func value(
    _ name: String, _ type: @autoclosure () -> SettingType, _ fallback: @autoclosure () -> JSONValue,
    _ summary: @autoclosure () -> String
  ) -> JSONValue? {
    if let tree { return tree[name] }
    declare(name, summary(), .value(type(), default: fallback()))
    return nil
  }

  private mutating func declare(_ name: String, _ summary: String, _ shape: SchemaShape, isServed: Bool = true) {
    declared.append(SchemaKey(name: name, summary: summary, isServed: isServed, shape: shape))
  }
}
