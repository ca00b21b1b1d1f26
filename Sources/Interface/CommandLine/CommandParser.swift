import Settings

/// What a command line asks for.
package enum Reading: Sendable {
  case command(Said)
  /// Help with the last command of the path.
  case help([Command])
  case version
}

/// Reads a command line as GNU's programs do: `--name value`, `--name=value`, `-o file`, `-ofile`, letters without a
/// value in one word, options anywhere, `--` before words that are no options.
package struct CommandParser {
  private let path: [Command]
  /// The last that was named: that before the standard sub-verb.
  private let named: Command
  private let parameters: [Parameter]
  private var words: ArraySlice<String>
  private var given: [Said.Given] = []
  private var arguments: [String] = []

  /// - Parameter words: without the program's name.
  package static func read(
    _ words: [String], program: Command = CommandTable.program
  ) throws(UsageError) -> Reading {
    let path = CommandPath(words, from: program)
    let ahead = path.rest.prefix { $0 != "--" }
    if words.isEmpty || ahead.contains("--help") || ahead.contains("-h") { return try help(path) }
    if ahead.contains("--version") { return .version }
    var parser = CommandParser(path)
    do throws(UsageProblem) { return try parser.read() } catch {
      throw UsageError(problem: error, path: path.commands)
    }
  }

  /// Help with what was understood; but with nothing else where the verb itself is not known.
  private static func help(_ path: CommandPath) throws(UsageError) -> Reading {
    guard path.commands.count == 1, let word = path.stray else { return .help(path.commands) }
    let near = nearestName(to: word, among: path.last.listed.map(\.name))
    throw UsageError(problem: .unknownVerb(word, near: near), path: path.commands)
  }

  /// Whether the answer is to be JSON, an answer to a line that cannot be read too.
  package static func asksForJSON(_ words: [String]) -> Bool { words.prefix { $0 != "--" }.contains("--json") }

  private init(_ line: CommandPath) {
    path = line.completed
    named = line.last
    words = line.rest[...]
    parameters = (path.last?.parameters ?? []) + CommonOptions.parameters
  }

  private mutating func read() throws(UsageProblem) -> Reading {
    var mayBeOption = true
    while let word = words.popFirst() {
      if mayBeOption, word == "--" {
        mayBeOption = false
      } else if mayBeOption, OptionWord.isOne(word) {
        try take(OptionWord(word, among: options))
      } else {
        arguments.append(word)
      }
    }
    if has(CommonOptions.help) { return .help(path) }
    if has(CommonOptions.version) { return .version }
    try takeArguments()
    if path.last?.subcommands.isEmpty == false { throw .missingVerb }
    for parameter in parameters where parameter.isRequired && !has(parameter) { throw .missing(parameter) }
    for rule in path.last?.rules ?? [] { try check(rule) }
    return .command(Said(path: path, given: given))
  }

  private var options: [Parameter] { parameters.filter { $0.role != .argument } }

  // MARK: Options

  private mutating func take(_ word: OptionWord) throws(UsageProblem) {
    for (parameter, attached) in word.options {
      if parameter.role == .flag {
        given.append(Said.Given(name: parameter.name, text: ""))
      } else {
        let value = if let attached { attached } else { try nextValue(of: parameter) }
        try accept(value, for: parameter)
      }
    }
  }

  /// Another option is no value: most likely the value was forgotten. `--name=value` takes any.
  private mutating func nextValue(of parameter: Parameter) throws(UsageProblem) -> String {
    guard let word = words.first, word != "--" else { throw .missingValue(parameter) }
    if OptionWord.isOne(word), (try? OptionWord(word, among: options)) != nil { throw .missingValue(parameter) }
    words.removeFirst()
    return word
  }

  // MARK: Arguments

  private mutating func takeArguments() throws(UsageProblem) {
    var wanted = parameters.filter { $0.role == .argument }[...]
    for word in arguments {
      guard let parameter = wanted.first else { throw tooMany(word) }
      if !parameter.isRepeated { wanted.removeFirst() }
      try accept(word, for: parameter)
    }
  }

  /// A word too many, where a verb could have stood, was meant as one.
  private func tooMany(_ word: String) -> UsageProblem {
    if named.subcommands.isEmpty || arguments.first != word { return .extraArgument(word) }
    return .unknownVerb(word, near: nearestName(to: word, among: named.listed.map(\.name)))
  }

  // MARK: Values

  private mutating func accept(_ text: String, for parameter: Parameter) throws(UsageProblem) {
    given.append(Said.Given(name: parameter.name, text: try checked(text, parameter)))
  }

  /// As the kind has it: words in the letters of the list.
  private func checked(_ text: String, _ parameter: Parameter) throws(UsageProblem) -> String {
    switch parameter.kind {
    case .number(let range):
      guard let number = Int(text) else { throw .notANumber(parameter, text) }
      if !range.contains(number) { throw .outOfRange(parameter, text, range) }
    case .duration:
      let lowercased = text.lowercased()
      if DurationText.parse(lowercased) == nil { throw .notADuration(parameter, text) }
      return lowercased
    case .word(let words):
      let typed = text.lowercased()
      if let word = words.first(where: { $0.lowercased() == typed }) { return word }
      throw .unknownWord(parameter, text, words, near: nearestName(to: text, among: words))
    default: break
    }
    return text
  }

  // MARK: Rules

  private func has(_ parameter: Parameter) -> Bool { given.contains { $0.name == parameter.name } }
  private func has(_ slot: any Taken) -> Bool { has(slot.parameter) }

  private func check(_ rule: ParameterRule) throws(UsageProblem) {
    let there = rule.parameters.filter(has)
    switch rule.demand {
    case .oneOf: if there.isEmpty { throw .noneOf(rule.shown) }
    case .only(let other): if let one = there.first, !has(other) { throw .without(one, other) }
    case .notTogether: if there.count > 1 { throw .together(there[0], there[1]) }
    }
  }
}
