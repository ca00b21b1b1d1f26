/// A verb, or a sub-verb, as data.
package struct Command: Sendable {
  /// The heading of a verb in the list of all verbs.
  package enum Group: String, Sendable, CaseIterable {
    case pages = "Scan and send"
    case spool = "Jobs"
    case settings = "Settings and routes"
    case program = "Program"
  }

  package let name: String
  package let group: Group
  /// One line.
  package let abstract: String
  /// Paragraphs, apart by empty lines; they are filled to the width there is.
  package let discussion: String
  package let examples: [Example]
  /// Without those that every command takes.
  package let parameters: [Parameter]
  package let rules: [ParameterRule]
  package let subcommands: [Command]
  /// The name of the default sub-verb.
  package let standard: String?
  /// Known, and listed nowhere: other programs' business.
  package let isHidden: Bool

  package init(
    _ name: String, in group: Group = .program, _ abstract: String, _ discussion: String = "",
    examples: [Example] = [], takes slots: [any Taken] = [], rules: [ParameterRule] = [], subcommands: [Command] = [],
    standard: String? = nil, isHidden: Bool = false
  ) {
    self.name = name
    self.group = group
    self.abstract = abstract
    self.discussion = discussion
    self.examples = examples
    parameters = slots.map(\.parameter)
    self.rules = rules
    self.subcommands = subcommands
    self.standard = standard
    self.isHidden = isHidden
  }

  package var arguments: [Parameter] { parameters.filter { $0.role == .argument } }
  package var options: [Parameter] { parameters.filter { $0.role != .argument } }

  package func subcommand(named name: String) -> Command? { subcommands.first { $0.name == name } }

  /// Those that help lists.
  package var listed: [Command] { subcommands.filter { !$0.isHidden } }
}

/// A line that a person could type, without the program's name, and what it does.
package struct Example: Sendable, ExpressibleByStringLiteral {
  package let line: String
  package let meaning: String

  package init(_ line: String, _ meaning: String = "") {
    self.line = line
    self.meaning = meaning
  }

  package init(stringLiteral line: String) { self.init(line) }
}

/// What a command demands of its parameters together.
package struct ParameterRule: Sendable {
  enum Demand: Sendable { case oneOf, only(with: Parameter), notTogether }

  let demand: Demand
  let parameters: [Parameter]
  /// Those that the error names: the rest are variants of them.
  let shown: [Parameter]

  /// At least one of these; the error names `shown`.
  package static func oneOf(_ slots: [any Taken], shown: [any Taken]) -> ParameterRule {
    ParameterRule(demand: .oneOf, parameters: slots.map(\.parameter), shown: shown.map(\.parameter))
  }

  /// Each of these says something of `other`, and is nothing without it.
  package static func only(with other: any Taken, _ slots: [any Taken]) -> ParameterRule {
    ParameterRule(demand: .only(with: other.parameter), parameters: slots.map(\.parameter), shown: [])
  }

  /// At most one of these.
  package static func notTogether(_ slots: [any Taken]) -> ParameterRule {
    ParameterRule(demand: .notTogether, parameters: slots.map(\.parameter), shown: [])
  }
}
