/// A value of the configuration, before anyone knows what it means.
package indirect enum Setting: Sendable, Equatable {
  case object([Member])
  case array([Setting])
  case string(String)
  case number(Double)
  case boolean(Bool)
  case null

  /// A key and its value, in the order of the file.
  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: Setting

    package init(_ name: String, _ value: Setting) {
      self.name = name
      self.value = value
    }
  }

  package var members: [Member] { if case .object(let members) = self { members } else { [] } }
  package var elements: [Setting] { if case .array(let elements) = self { elements } else { [] } }
  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }

  /// A whole number, where it is one and fits.
  package var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

  /// The member of an object; setting nil takes it away, a new one goes to the end. Anything but an object
  /// becomes one.
  package subscript(_ name: String) -> Setting? {
    get { members.first { $0.name == name }?.value }
    set {
      var all = members
      switch (all.firstIndex { $0.name == name }, newValue) {
      case (let at?, let value?): all[at].value = value
      case (let at?, nil): all.remove(at: at)
      case (nil, let value?): all.append(Member(name, value))
      case (nil, nil): break
      }
      self = .object(all)
    }
  }

  /// What the value is, as an error says it: `"300", a string`.
  package var description: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "\(SettingText.shown(self)), a string"
    case .number: "\(SettingText.shown(self)), a number"
    case .boolean: "\(SettingText.shown(self)), a truth value"
    case .null: "null"
    }
  }
}

/// Where a setting is: "routes.office.tls.mode". An element of a list goes by its `name`, or by its number
/// from 0.
package struct SettingPath: Sendable, Hashable, CustomStringConvertible {
  package var parts: [String]

  package init(_ parts: [String]) { self.parts = parts }

  /// From dotted text; nil when a part is empty.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.contains("") { return nil }
    self.parts = parts
  }

  package func appending(_ part: String) -> SettingPath { SettingPath(parts + [part]) }

  package var description: String { parts.joined(separator: ".") }
}

extension Setting {
  /// The value at a path, or nil when there is none.
  package func value(at path: some Collection<String>) -> Setting? {
    guard let first = path.first else { return self }
    let rest = path.dropFirst()
    if case .array(let elements) = self {
      return Setting.index(of: first, in: elements).flatMap { elements[$0].value(at: rest) }
    }
    return self[first]?.value(at: rest)
  }

  /// Puts a value at a path, making the objects on the way, and in a list the element of that name; nil
  /// takes it away, and with it the objects that are empty then.
  package mutating func set(_ value: Setting?, at path: some Collection<String>) {
    guard let first = path.first else {
      self = value ?? .null
      return
    }
    let rest = path.dropFirst()
    if case .array(var elements) = self {
      Setting.set(value, at: rest, ofElement: first, in: &elements)
      self = .array(elements)
    } else if rest.isEmpty {
      self[first] = value
    } else {
      var child = self[first] ?? .object([])
      child.set(value, at: rest)
      self[first] = value == nil && child == .object([]) ? nil : child
    }
  }

  private static func set(
    _ value: Setting?, at rest: some Collection<String>, ofElement name: String, in elements: inout [Setting]
  ) {
    let found = index(of: name, in: elements)
    if rest.isEmpty, value == nil {
      if let found { elements.remove(at: found) }
      return
    }
    var element = found.map { elements[$0] } ?? .object([Member("name", .string(name))])
    element.set(value, at: rest)
    if rest.isEmpty, element["name"] == nil { element = .object([Member("name", .string(name))] + element.members) }
    if let found { elements[found] = element } else { elements.append(element) }
  }

  /// An element's place, by its name first, then by its number.
  package static func index(of name: String, in elements: [Setting]) -> Int? {
    if let named = elements.firstIndex(where: { $0["name"]?.text == name }) { return named }
    return Int(name).flatMap { elements.indices.contains($0) ? $0 : nil }
  }
}
