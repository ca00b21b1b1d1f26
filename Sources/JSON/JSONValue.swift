/// A value as JSON and JSON5 have it; members keep the order of the text.
package enum JSONValue: Sendable, Equatable {
  case object([Member])
  case array([JSONValue])
  case string(String)
  case number(Double)
  case boolean(Bool)
  case null

  /// A key and its value, in the order of the file.
  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  package var members: [Member] { if case .object(let members) = self { members } else { [] } }
  package var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }

  /// A whole number, where it is one and fits.
  package var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

  /// The member of an object; setting nil takes it away, a new one goes to the end. Anything but an object
  /// becomes one.
  package subscript(_ name: String) -> JSONValue? {
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
}
