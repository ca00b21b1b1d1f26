import Base
import Diagnosis
import Interface
import TestKit
import Testing

/// A command of the table, with its way from the program.
struct Listed: Sendable, CustomTestStringConvertible {
  let path: [Command]
  let command: Command

  var name: String { path.map(\.name).joined(separator: " ") }
  var testDescription: String { name }

  static let all = below([], CommandTable.program)

  private static func below(_ path: [Command], _ command: Command) -> [Listed] {
    let here = Listed(path: path + [command], command: command)
    return [here] + command.subcommands.flatMap { below(here.path, $0) }
  }
}

@Suite struct TableTests {
  /// The verbs of CONTRACT that this build has, and those that only programs use.
  static let verbs: [String: [String]] = [
    "scan": [], "send": [], "devices": [], "authorize": [], "version": [], "help": [], "completion": [],
    "complete": [], "manual": [],
    "jobs": ["list", "show", "retry", "cancel", "delete", "export", "resend"],
    "config": ["show", "get", "set", "unset", "validate", "export", "import", "schema"],
    "secret": ["set", "unset", "list"],
    "dns": ["check", "dkim"],
  ]

  @Test func `the table has every verb, each once`() {
    let verbs = CommandTable.program.subcommands
    #expect(verbs.map(\.name).sorted() == Self.verbs.keys.sorted())
    for verb in verbs { #expect(verb.subcommands.map(\.name) == Self.verbs[verb.name]) }
  }

  @Test func `every file of a command enters it`() throws {
    let folder =
      "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/Interface/Commands"
    let files = try Folder.names(in: folder).filter { $0.hasSuffix("Command.swift") }
    #expect(files.count == CommandTable.program.subcommands.count)
  }

  @Test(arguments: Listed.all)
  func `a command has no two parameters of one name or letter`(_ listed: Listed) {
    let command = listed.command
    let parameters = command.parameters + CommonOptions.parameters
    #expect(Set(parameters.map(\.name)).count == parameters.count, "\(listed.name)")
    let letters = parameters.compactMap(\.short)
    #expect(Set(letters).count == letters.count, "\(listed.name)")
    #expect(Set(command.subcommands.map(\.name)).count == command.subcommands.count)
    #expect(command.standard == nil || command.subcommand(named: command.standard ?? "") != nil)
  }

  /// The sub-verbs of one verb may stand after their options: then a letter or name has to mean one thing in all.
  @Test(arguments: Listed.all)
  func `an option means the same in all sub-verbs of a verb`(_ listed: Listed) {
    let options = listed.command.subcommands.flatMap(\.options)
    for option in options {
      let others = options.filter { $0.name == option.name || ($0.short != nil && $0.short == option.short) }
      #expect(others.allSatisfy { $0.name == option.name && $0.role == option.role }, "\(listed.name)")
    }
  }

  @Test(arguments: Listed.all)
  func `arguments come in an order that can be told apart`(_ listed: Listed) {
    let arguments = listed.command.arguments
    #expect(arguments.dropLast().allSatisfy { !$0.isRepeated })
    #expect(arguments.drop(while: \.isRequired).allSatisfy { !$0.isRequired })
  }

  @Test(arguments: Listed.all)
  func `letters are those of the contract`(_ listed: Listed) {
    let letters: [Character: String] = ["d": "device", "o": "output", "t": "to", "h": "help", "q": "quiet"]
    for option in listed.command.options {
      if let short = option.short { #expect(letters[short] == option.name) }
      if letters.values.contains(option.name) { #expect(option.short != nil) }
    }
  }

  @Test(arguments: Listed.all)
  func `every abstract and help is a sentence of one line`(_ listed: Listed) {
    let command = listed.command
    for text in [command.abstract] + command.parameters.map(\.help) {
      #expect(text.hasSuffix(".") && !text.contains("\n") && text.first?.isUppercase == true, "\(text)")
    }
    #expect(!command.examples.isEmpty || !command.subcommands.isEmpty, "\(listed.name) has no example")
  }

  @Test(arguments: Listed.all)
  func `every example can be read, as the command it stands with or another`(_ listed: Listed) throws {
    for example in listed.command.examples {
      guard case .command(let said) = try CommandParser.read(shellWords(example.line)) else {
        Issue.record("\(example.line)")
        continue
      }
      #expect(said.path.count >= 2, "\(example.line)")
    }
  }

  @Test func `the exit codes are all there`() {
    let codes = Program.exitCodes.map(\.code.rawValue)
    #expect(codes == codes.sorted() && codes == [0, 64, 65, 66, 68, 69, 70, 73, 74, 75, 76, 77, 78, 100, 130])
  }
}

/// A line as a shell takes it apart, up to a redirection.
func shellWords(_ line: String) -> [String] {
  var words: [String] = []
  var word = ""
  var quote: Character?
  for character in line + " " {
    if character == quote {
      quote = nil
    } else if quote == nil, character == "'" || character == "\"" {
      quote = character
    } else if quote == nil, character == " " {
      if word == "<" || word == ">" { return words }
      if !word.isEmpty { words.append(word) }
      word = ""
    } else {
      word.append(character)
    }
  }
  return words
}
