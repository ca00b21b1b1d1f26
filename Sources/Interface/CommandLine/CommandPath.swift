/// The commands that the words of a line name, and the words that are left.
struct CommandPath {
  /// From the program on; the last one's standard sub-verb is not among them.
  private(set) var commands: [Command]
  private(set) var rest: [String] = []
  /// The word that is no verb, where one could stand.
  private(set) var stray: String?

  init(_ words: [String], from program: Command) {
    commands = [program]
    var words = words[...]
    while let word = words.first, word != "--" {
      words.removeFirst()
      if OptionWord.isOne(word) {
        rest.append(word)
        if wantsValue(word), let value = words.popFirst() { rest.append(value) }
      } else if let command = last.subcommand(named: word) {
        commands.append(command)
      } else {
        rest.append(word)
        stray = word
        break
      }
    }
    rest += words
  }

  var last: Command { commands[commands.count - 1] }

  /// With the default sub-verb where none is named.
  var completed: [Command] {
    guard let standard = last.standard.flatMap(last.subcommand) else { return commands }
    return commands + [standard]
  }

  /// Options may come before the verb that takes them: whether one has a value is known from every verb still possible.
  private func wantsValue(_ word: String) -> Bool {
    let parameters = CommonOptions.parameters + last.options + last.subcommands.flatMap(\.options)
    return (try? OptionWord(word, among: parameters))?.wantsValue ?? false
  }
}
