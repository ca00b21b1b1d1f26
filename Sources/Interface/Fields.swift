package import Base
import JSON

extension WallTime {
  /// RFC 3339 in UTC, as all of JSON has it.
  package var inJSON: String { CivilTime(self, offsetMinutes: 0).iso8601 }
}

extension JSONValue {
  func time(_ name: String) throws(JSONMismatch) -> WallTime {
    guard let time = try optionalTime(name) else { throw JSONMismatch("a time", at: name) }
    return time
  }

  /// nil where the field is not there, or null.
  func optionalTime(_ name: String) throws(JSONMismatch) -> WallTime? {
    guard let text = try optional(name, as: String.self) else { return nil }
    guard let civil = CivilTime(iso8601: text) else { throw JSONMismatch("a time like 2026-02-28T23:59:59Z", at: name) }
    return WallTime(seconds: civil.seconds)
  }

  /// A word that must be one of ours: of a request, where another would ask for something that is not served.
  func optionalWord<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, as type: Word.Type = Word.self
  ) throws(JSONMismatch) -> Word? {
    guard let text = try optional(name, as: String.self) else { return nil }
    if let word = Word(rawValue: text) { return word }
    throw JSONMismatch("one of " + Word.allCases.map(\.rawValue).joined(separator: ", "), at: name)
  }
}

extension Array {
  /// A list that may be left out is left out where it is empty.
  var unlessEmpty: [Element]? { isEmpty ? nil : self }
}
