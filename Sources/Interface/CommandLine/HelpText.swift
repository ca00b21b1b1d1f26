import Diagnosis

/// What `--help` shows of a command, made of the table.
package enum HelpText {
  /// - Parameter path: from the program to the command.
  package static func of(_ path: [Command]) -> String {
    guard let command = path.last else { return "" }
    var text = FilledText()
    text.fill(command.abstract)
    usage(path, command, &text)
    if !command.discussion.isEmpty {
      text.add()
      text.fill(command.discussion)
    }
    examples(command, &text)
    verbs(command, isProgram: path.count == 1, &text)
    rows("Arguments", command.arguments, &text)
    rows("Options", command.options, &text)
    if let standard = command.standard.flatMap(command.subcommand) {
      rows("Options of \(standard.name)", standard.options, &text)
    }
    rows("Common options", CommonOptions.parameters, &text)
    if path.count == 1 { codes(&text) }
    return text.text
  }

  private static func usage(_ path: [Command], _ command: Command, _ text: inout FilledText) {
    let name = path.map(\.name).joined(separator: " ")
    text.add()
    text.add(FilledText.filled("Usage: \(name) " + command.synopsis.joined(separator: " "), text.width, hanging: 9))
  }

  private static func examples(_ command: Command, _ text: inout FilledText) {
    if command.examples.isEmpty { return }
    text.add()
    text.add("Examples:")
    text.list(command.examples.map { (Program.name + " " + $0.line, $0.meaning) }, column: 76)
  }

  private static func verbs(_ command: Command, isProgram: Bool, _ text: inout FilledText) {
    if command.listed.isEmpty { return }
    if !isProgram { return list("Commands", command.listed, standard: command.standard, &text) }
    for group in Command.Group.allCases {
      list(group.rawValue, command.listed.filter { $0.group == group }, standard: nil, &text)
    }
  }

  private static func list(
    _ title: String, _ commands: [Command], standard: String?, _ text: inout FilledText
  ) {
    text.add()
    text.add(title + ":")
    text.list(
      commands.map { command in
        (command.name, command.abstract + (command.name == standard ? " The default." : ""))
      })
  }

  private static func rows(_ title: String, _ parameters: [Parameter], _ text: inout FilledText) {
    if parameters.isEmpty { return }
    text.add()
    text.add(title + ":")
    text.list(parameters.map { ($0.usage, $0.meaning) })
  }

  /// In two columns.
  private static func codes(_ text: inout FilledText) {
    let cells = Program.exitCodes.map { code, meaning in
      let digits = String(code.rawValue)
      return String(repeating: " ", count: 5 - digits.count) + digits + "  " + meaning
    }
    let half = cells.count / 2
    let width = 2 + (cells.prefix(half).map(\.count).max() ?? 0)
    text.add()
    text.add("Exit codes:")
    for (row, right) in cells.dropFirst(half).enumerated() {
      let left = row < half ? cells[row] : ""
      text.add(left + String(repeating: " ", count: width - left.count) + right)
    }
  }
}
