import Diagnosis

/// The manual page platen(1), in the man macros of troff, made of the table.
package enum ManualPage {
  /// - Parameters:
  ///   - version: "Platen 0.1.0".
  ///   - date: of that version, as 2026-11-01.
  package static func text(of program: Command = CommandTable.program, version: String, date: String) -> String {
    var page = Roff()
    // The date has hyphens, not dashes to be typed.
    page.line(".TH \(program.name.uppercased()) 1 \(date) \"\(version)\" \"User Commands\"")
    page.section("NAME")
    page.line(
      "\(program.name) \\- \(Roff.escaped(program.abstract.first?.lowercased() ?? ""))"
        + Roff.escaped(String(program.abstract.dropFirst().dropLast())))
    page.section("SYNOPSIS")
    page.usage(of: [program])
    page.section("DESCRIPTION")
    page.paragraphs(program.discussion)
    page.paragraphs("Without a command it lists all commands. Every command shows its help with --help.")
    for group in Command.Group.allCases { verbs(of: group, program, &page) }
    page.section("COMMON OPTIONS")
    page.parameters(CommonOptions.parameters)
    page.section("EXIT STATUS")
    for (code, meaning) in Program.exitCodes { page.item(String(code.rawValue), meaning) }
    page.section("EXAMPLES")
    page.examples(program.examples)
    page.section("SEE ALSO")
    page.line(".BR sane (7),\n.BR scanimage (1),\n.BR sysexits (3)")
    return page.text
  }

  private static func verbs(of group: Command.Group, _ program: Command, _ page: inout Roff) {
    let verbs = program.listed.filter { $0.group == group }
    if verbs.isEmpty { return }
    page.section(group.rawValue.uppercased())
    for verb in verbs {
      describe([program, verb], &page)
      for subverb in verb.listed { describe([program, verb, subverb], &page) }
    }
  }

  private static func describe(_ path: [Command], _ page: inout Roff) {
    guard let command = path.last else { return }
    page.macro("SS", path.dropFirst().map(\.name).joined(separator: " "))
    page.usage(of: path)
    page.paragraphs(command.abstract)
    page.paragraphs(command.discussion)
    page.parameters(command.arguments + command.options)
    page.examples(command.examples)
  }
}

/// Lines for troff.
private struct Roff {
  private(set) var text = ""
  private var isAtHeading = false

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func macro(_ name: String, _ arguments: String...) {
    line("." + name + arguments.map { " \"" + Self.escaped($0) + "\"" }.joined())
  }

  mutating func section(_ title: String) {
    macro("SH", title)
    isAtHeading = true
  }

  /// A heading begins one by itself.
  private mutating func beginParagraph() {
    if !isAtHeading { macro("PP") }
    isAtHeading = false
  }

  mutating func usage(of path: [Command]) {
    isAtHeading = false
    let synopsis = Self.escaped(path.last?.synopsis.joined(separator: " ") ?? "")
    line("\\fB\(Self.escaped(path.map(\.name).joined(separator: " ")))\\fR \(synopsis)")
  }

  mutating func paragraphs(_ text: String) {
    for paragraph in FilledText.paragraphs(text) {
      beginParagraph()
      line(Self.escaped(paragraph))
    }
  }

  mutating func parameters(_ parameters: [Parameter]) {
    for parameter in parameters {
      item(parameter.usage.trimmingSpaces, parameter.meaning)
    }
  }

  mutating func item(_ term: String, _ meaning: String) {
    macro("TP")
    line("\\fB\(Self.escaped(term))\\fR")
    line(Self.escaped(meaning))
  }

  mutating func examples(_ examples: [Example]) {
    for example in examples {
      beginParagraph()
      if !example.meaning.isEmpty { line(Self.escaped(example.meaning) + ":") }
      macro("RS", "4")
      line(".nf")
      line(Self.escaped(Program.name + " " + example.line))
      line(".fi")
      macro("RE")
    }
  }

  /// As plain characters: a backslash, dashes to be typed, and no line that is a request. A quote would end a macro's
  /// argument.
  static func escaped(_ text: String) -> String {
    var escaped = text.first == "." || text.first == "'" ? "\\&" : ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "\"": escaped += "\\(dq"
      case "'": escaped += "\\(aq"
      case "~": escaped += "\\(ti"
      case "^": escaped += "\\(ha"
      case "`": escaped += "\\(ga"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

extension String {
  fileprivate var trimmingSpaces: String { String(drop { $0 == " " }) }
}
