import Base
package import JSON

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

extension JSONValue {
  /// The value at a path; nil if it has none.
  package func value(at path: some Collection<String>) -> JSONValue? {
    guard let first = path.first else { return self }
    let rest = path.dropFirst()
    if case .array(let elements) = self {
      return JSONValue.index(of: first, in: elements).flatMap { elements[$0].value(at: rest) }
    }
    return self[first]?.value(at: rest)
  }

  /// Puts a value at a path, making the objects on the way, and in a list the element of that name; nil
  /// takes it away, and with it the objects that are empty then.
  package mutating func set(_ value: JSONValue?, at path: some Collection<String>) {
    guard let first = path.first else {
      self = value ?? .null
      return
    }
    let rest = path.dropFirst()
    if case .array(var elements) = self {
      JSONValue.set(value, at: rest, ofElement: first, in: &elements)
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
    _ value: JSONValue?, at rest: some Collection<String>, ofElement name: String, in elements: inout [JSONValue]
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
  package static func index(of name: String, in elements: [JSONValue]) -> Int? {
    if let named = elements.firstIndex(where: { $0["name"]?.text == name }) { return named }
    return Int(name).flatMap { elements.indices.contains($0) ? $0 : nil }
  }
}

extension JSONValue {
  /// What the value is, as an error says it: `"300", a string`.
  package var description: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "\(JSONText.shown(self)), a string"
    case .number: "\(JSONText.shown(self)), a number"
    case .boolean: "\(JSONText.shown(self)), a boolean"
    case .null: "null"
    }
  }
}

extension JSONText {
  /// The value as an error shows it: on one line, short, and without the user and password that a URL may hold.
  static func shown(_ setting: JSONValue) -> String { withoutUserInfo(line(setting)).onOneLine(limit: 200) }

  private static func withoutUserInfo(_ text: String) -> String {
    guard let at = text.lastIndex(of: "@") else { return text }
    var start = text.startIndex
    while let slash = text[start..<at].firstIndex(of: "/") {
      start = text.index(after: slash)
      if text[start..<at].first == "/" {
        return text[...start] + "…" + text[at...]
      }
    }
    return text
  }
}
