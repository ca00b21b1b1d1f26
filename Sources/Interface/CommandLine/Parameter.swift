/// The kind of a value: it decides what the parser refuses, and what the shell completes.
package enum ValueKind: Sendable, Equatable {
  case text
  case file
  case folder
  case number(ClosedRange<Int>)
  case duration
  /// One of these, in any case.
  case word([String])
  case address
  case route
  case job
  /// Of the configuration.
  case key
  case secret
  case device
  case preset
}

/// One thing that a command takes, as data: what the parser, the help, the manual and the shell's completion go by.
package struct Parameter: Sendable, Equatable {
  package enum Role: Sendable, Equatable { case flag, option, argument }

  package let role: Role
  /// "output" of `--output`; of an argument the placeholder.
  package let name: String
  package let short: Character?
  package let kind: ValueKind
  /// The placeholder of the value in help: "FILE".
  package let placeholder: String
  package let help: String
  package let isRepeated: Bool
  package let isRequired: Bool
  /// What holds where it is not given.
  package let fallback: String?

  /// As errors name it: `--output`, `FILE`.
  package var spelling: String { role == .argument ? placeholder : "--" + name }
}
