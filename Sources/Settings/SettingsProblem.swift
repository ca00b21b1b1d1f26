import Base

/// Something wrong with the configuration: what, where, and what to do about it.
package struct SettingsProblem: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case syntax, unknownKey, wrongType, wrongValue, missing, notServed, overridden
  }

  package let kind: Kind
  /// A file's path, ``ConfigurationLayer/environmentOrigin``, or "command line".
  package let origin: String
  /// The dotted key, where there is one.
  package let key: String?
  /// One sentence, without the origin: `scan.resolution is "x", a string; it must be …`.
  package let message: String
  /// What to do next.
  package let step: String
  /// Of a syntax error, from 1.
  package let line: Int?
  package let column: Int?

  /// Longer than any of ours. Keys and values are quoted as they are in a file: they may hold anything.
  private static let longest = 2000

  package init(
    _ kind: Kind, origin: String, key: String? = nil, message: String, step: String, line: Int? = nil,
    column: Int? = nil
  ) {
    self.kind = kind
    self.origin = origin
    self.key = key
    self.message = message.onOneLine(limit: Self.longest)
    self.step = step.onOneLine(limit: Self.longest)
    self.line = line
    self.column = column
  }

  /// The cause as a terminal shows it: "FILE:3:7: message" or "FILE: message".
  package var description: String {
    if let line, let column { return "\(origin):\(line):\(column): \(message)" }
    return "\(origin): \(message)"
  }
}

/// Everything that is wrong with a configuration; at least one problem.
package struct SettingsError: Error, Sendable, Equatable {
  package let problems: [SettingsProblem]

  package init(_ first: SettingsProblem, _ rest: [SettingsProblem] = []) { problems = [first] + rest }

  /// nil when nothing is wrong.
  package init?(_ problems: [SettingsProblem]) {
    if problems.isEmpty { return nil }
    self.problems = problems
  }
}
