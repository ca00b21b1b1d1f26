/// Something that JSON can hold: answers, events, and what is kept in one column of the spool.
package protocol JSONWritable {
  var json: JSONValue { get }
}

/// Something that can be read back from JSON of ours.
package protocol JSONReadable {
  init(json: JSONValue) throws(JSONMismatch)
}

package typealias JSONStorable = JSONReadable & JSONWritable

/// JSON that is not what was to be read. It names the field, not the value: that may be a secret.
package struct JSONMismatch: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path from the outside in: "recipients.0.address"; empty where it is the whole.
  package var path: String
  /// "a string"
  package let wanted: String

  package init(_ wanted: String, at path: String = "") {
    self.wanted = wanted
    self.path = path
  }

  package var description: String { path.isEmpty ? "expected \(wanted)" : "\(path): expected \(wanted)" }

  func inside(_ name: String) -> JSONMismatch {
    JSONMismatch(wanted, at: path.isEmpty ? name : name + "." + path)
  }
}

extension JSONValue {
  /// An object without the fields that have no value.
  package static func fields(_ fields: KeyValuePairs<String, (any JSONWritable)?>) -> JSONValue {
    .object(fields.compactMap { name, value in value.map { Member(name, $0.json) } })
  }

  /// The value of a field that must be there.
  package func field<Value: JSONReadable>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(JSONMismatch) -> Value {
    do throws(JSONMismatch) { return try Value(json: self[name] ?? .null) } catch { throw error.inside(name) }
  }

  /// nil where the field is not there, or null.
  package func optional<Value: JSONReadable>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(JSONMismatch) -> Value? {
    guard let value = self[name], value != .null else { return nil }
    do throws(JSONMismatch) { return try Value(json: value) } catch { throw error.inside(name) }
  }
}

extension JSONValue: JSONWritable, JSONReadable {
  package var json: JSONValue { self }
  package init(json: JSONValue) { self = json }
}

extension String: JSONWritable, JSONReadable {
  package var json: JSONValue { .string(self) }
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .string(let text) = json else { throw JSONMismatch("a string") }
    self = text
  }
}

extension Bool: JSONWritable, JSONReadable {
  package var json: JSONValue { .boolean(self) }
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .boolean(let flag) = json else { throw JSONMismatch("true or false") }
    self = flag
  }
}

extension Double: JSONWritable, JSONReadable {
  package var json: JSONValue { .number(self) }
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .number(let number) = json else { throw JSONMismatch("a number") }
    self = number
  }
}

extension FixedWidthInteger {
  /// Text where a double would lose digits, beyond 2^53.
  package var json: JSONValue { Double(exactly: self).map { .number($0) } ?? .string(String(self)) }
  package init(json: JSONValue) throws(JSONMismatch) {
    switch json {
    case .number(let number):
      guard let value = Self(exactly: number) else { throw JSONMismatch("an integer") }
      self = value
    case .string(let text):
      guard let value = Self(text), Double(exactly: value) == nil else { throw JSONMismatch("an integer") }
      self = value
    default: throw JSONMismatch("an integer")
    }
  }
}

extension Int: JSONWritable, JSONReadable {}
extension Int32: JSONWritable, JSONReadable {}
extension Int64: JSONWritable, JSONReadable {}
extension UInt32: JSONWritable, JSONReadable {}

extension Array: JSONWritable where Element: JSONWritable {
  package var json: JSONValue { .array(map(\.json)) }
}

extension Array: JSONReadable where Element: JSONReadable {
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .array(let values) = json else { throw JSONMismatch("a list") }
    self = []
    reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      do throws(JSONMismatch) { append(try Element(json: value)) } catch { throw error.inside(String(index)) }
    }
  }
}

/// By its keys in their order, so that the same map gives the same bytes.
extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
  package var json: JSONValue {
    .object(sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value.json) })
  }
}

extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .object(let members) = json else { throw JSONMismatch("an object") }
    self = [:]
    for member in members {
      do throws(JSONMismatch) { self[member.name] = try Value(json: member.value) } catch {
        throw error.inside(member.name)
      }
    }
  }
}

/// An enumeration of words.
extension RawRepresentable where RawValue == String {
  package var json: JSONValue { .string(rawValue) }
  package init(json: JSONValue) throws(JSONMismatch) {
    guard case .string(let text) = json, let word = Self(rawValue: text) else { throw JSONMismatch("a \(Self.self)") }
    self = word
  }
}
