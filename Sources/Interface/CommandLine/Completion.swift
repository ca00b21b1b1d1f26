/// What may stand where a line ends: the same for the shells, and for anything else that reads such lines.
package struct Completion: Sendable {
  package struct Word: Sendable, Equatable {
    package let text: String
    package let meaning: String

    package init(text: String, meaning: String) {
      self.text = text
      self.meaning = meaning
    }
  }

  /// What the table knows.
  package private(set) var words: [Word] = []
  /// What it does not: a file, or the name of something that is there.
  package private(set) var kind: ValueKind?
  /// What of the last word stands before what is completed: "--output=".
  package private(set) var lead = ""
  /// The line as far as it is understood: where the configuration and the state are.
  package let said: Said

  /// - Parameter words: without the program's name; the last is completed, and may be empty.
  package init(_ words: [String], program: Command = CommandTable.program) {
    let path = CommandPath(words.dropLast(), from: program)
    var line = UnfinishedLine(path)
    line.read(path.rest)
    said = Said(path: path.completed, given: line.given)
    let last = words.last ?? ""
    if let option = line.pending {
      offer(option)
    } else if let (option, value) = line.assignment(last) {
      offer(option)
      lead = String(last.dropLast(value.count))
    } else if line.mayBeOption, last.hasPrefix("-") {
      self.words = line.openOptions
    } else {
      self.words = line.openVerbs
      if let argument = line.argument { offer(argument) }
      if self.words.isEmpty, kind == nil, line.mayBeOption, line.argument == nil { self.words = line.openOptions }
    }
  }

  private mutating func offer(_ parameter: Parameter) {
    switch parameter.kind {
    case .word(let words): self.words += words.map { Word(text: $0, meaning: "") }
    case .text, .number, .duration, .address: break
    default: kind = parameter.kind
    }
  }
}

/// A line that may still go on; what is wrong in it stays unsaid.
private struct UnfinishedLine {
  private let path: CommandPath
  private let parameters: [Parameter]
  private var arguments = 0
  private(set) var mayBeOption = true
  private(set) var given: [Said.Given] = []
  /// The option whose value comes next.
  private(set) var pending: Parameter?

  init(_ path: CommandPath) {
    self.path = path
    parameters = (path.completed.last?.parameters ?? []) + CommonOptions.parameters
  }

  private var options: [Parameter] { parameters.filter { $0.role != .argument } }

  mutating func read(_ words: [String]) {
    for word in words {
      if let option = pending {
        given.append(Said.Given(name: option.name, text: word))
        pending = nil
      } else if mayBeOption, word == "--" {
        mayBeOption = false
      } else if mayBeOption, OptionWord.isOne(word) {
        take(try? OptionWord(word, among: options))
      } else {
        arguments += 1
      }
    }
  }

  private mutating func take(_ word: OptionWord?) {
    guard let word else { return }
    for (parameter, value) in word.options where parameter.role == .flag || value != nil {
      given.append(Said.Given(name: parameter.name, text: value ?? ""))
    }
    if word.wantsValue { pending = word.options.last?.parameter }
  }

  /// The option and the value so far of a word like `--output=le`.
  func assignment(_ word: String) -> (Parameter, Substring)? {
    guard mayBeOption, word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return nil }
    guard let option = options.first(where: { $0.role == .option && $0.spelling == word[..<equals] }) else {
      return nil
    }
    return (option, word[equals...].dropFirst())
  }

  /// The verbs that can stand here.
  var openVerbs: [Completion.Word] {
    if arguments > 0 || !mayBeOption { return [] }
    return path.last.listed.map { Completion.Word(text: $0.name, meaning: $0.abstract) }
  }

  /// What the next argument is.
  var argument: Parameter? {
    let wanted = parameters.filter { $0.role == .argument }
    if arguments < wanted.count { return wanted[arguments] }
    return wanted.last.flatMap { $0.isRepeated ? $0 : nil }
  }

  /// The options that can still be given.
  var openOptions: [Completion.Word] {
    options
      .filter { option in option.isRepeated || !given.contains { $0.name == option.name } }
      .map { Completion.Word(text: $0.spelling, meaning: $0.help) }
  }
}
