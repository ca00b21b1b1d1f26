import Diagnosis
import Interface
import TestKit
import Testing

private typealias Bench = Workbench

/// A line, and what its option --file is then.
private let fileLines: [(String, String?)] = [
  ("take a", nil), ("take a --file b", "b"), ("take --file b a", "b"), ("--file b take a", "b"),
  ("take a --file=b", "b"), ("take a --file=", ""), ("take a --file=b=c", "b=c"), ("take a -f b", "b"),
  ("take a -fb", "b"), ("take -fb a", "b"), ("take a -f=b", "=b"), ("take a -lf b", "b"), ("take a -lfb", "b"),
  ("take a -f -", "-"), ("take a --file -", "-"), ("take a --file=-", "-"), ("take a -f-", "-"),
  ("take a --file -- b", nil), ("take a --file=--force", "--force"), ("take a --file -x", "-x"),
  ("take a --file --unknown", "--unknown"), ("take a --file b --file c", "c"), ("take a -f b --file=c", "c"),
  ("take a --file -5", "-5"), ("take a -f 'b c'", "b c"), ("take a --file=ä", "ä"), ("take a -- --file b", nil),
]

/// A line, its first argument, and the others.
private let argumentLines: [(String, String, [String])] = [
  ("take a", "a", []), ("take a b c", "a", ["b", "c"]), ("take -l a b", "a", ["b"]), ("take a -l b", "a", ["b"]),
  ("take -", "-", []), ("take - -", "-", ["-"]), ("take -- -l", "-l", []), ("take a -- --", "a", ["--"]),
  ("take -- a", "a", []), ("take a --", "a", []), ("take -5", "-5", []), ("take a -- --help", "a", ["--help"]),
  ("take a -- -h b", "a", ["-h", "b"]), ("-- take", "", []), ("take take", "take", []),
  ("take 1 -2 3", "1", ["-2", "3"]),
]

private let writtenNumbers: [(String, Int?)] = [
  ("5", 5), ("-5", -5), ("+5", 5), ("10", 10), ("-10", -10), ("0", 0), ("007", 7),
]

private let refused: [(String, UsageProblem)] = [
  ("tke a", .unknownVerb("tke", near: "take")), ("frobnicate", .unknownVerb("frobnicate", near: nil)),
  ("TAKE a", .unknownVerb("TAKE", near: "take")), ("--json", .missingVerb), ("strict", .missingVerb),
  ("strict pikc", .unknownVerb("pikc", near: "pick")), ("group plian", .unknownVerb("plian", near: "plain")),
  ("group plain x", .extraArgument("x")), ("open r s", .extraArgument("s")),
  ("open look r s", .extraArgument("s")),
  ("take", .missing(Bench.source.parameter)), ("group pick", .missing(Bench.job.parameter)),
  ("group pick j", .missing(Bench.name.parameter)),
  ("take a --fiel b", .unknownOption("--fiel", near: "--file")),
  ("take a --fiel=b", .unknownOption("--fiel", near: "--file")),
  ("take a --xyzzy", .unknownOption("--xyzzy", near: nil)), ("take a -x", .unknownOption("-x", near: nil)),
  ("take a -lx", .unknownOption("-x", near: nil)), ("take a -file b", .unknownOption("-file", near: "--file")),
  ("--fiel take a", .unknownOption("--fiel", near: "--file")), ("take a --", .missing(Bench.source.parameter)),
  ("--colour", .unknownOption("--colour", near: nil)),
  ("take a --force=yes", .unexpectedValue(Bench.force.parameter, "yes")),
  ("take a --force=", .unexpectedValue(Bench.force.parameter, "")),
  ("take a --file", .missingValue(Bench.file.parameter)), ("take a -f", .missingValue(Bench.file.parameter)),
  ("take a --file --loud", .missingValue(Bench.file.parameter)),
  ("take a -f -l", .missingValue(Bench.file.parameter)), ("take a -lf", .missingValue(Bench.file.parameter)),
  ("take a --file --json", .missingValue(Bench.file.parameter)),
  ("take a --file --", .missingValue(Bench.file.parameter)),
  ("take a --count 0", .outOfRange(Bench.count.parameter, "0", 1 ... .max)),
  ("take a --force", .without(Bench.force.parameter, Bench.file.parameter)),
  ("take a --to b --loud", .together(Bench.to.parameter, Bench.loud.parameter)),
  ("one", .noneOf([Bench.file.parameter])),
]

@Suite struct ParserTests {
  // MARK: What is understood

  @Test(arguments: fileLines)
  func `an option's value`(_ line: String, _ file: String?) throws {
    switch Bench.problem(shellWords(line)) {
    case nil: #expect(try Bench.said(line)[Bench.file] == file)
    case let problem:
      #expect(file == nil)
      #expect([.missingValue(Bench.file.parameter), .unknownVerb("b", near: nil)].contains(problem))
    }
  }

  @Test(arguments: argumentLines)
  func `arguments stand anywhere, and after -- are never options`(
    _ line: String, _ first: String, _ others: [String]
  ) throws {
    if first.isEmpty {
      #expect(Bench.problem(shellWords(line)) == .unknownVerb("take", near: "take"))
    } else {
      let said = try Bench.said(line)
      #expect(said[Bench.source] == first && said[Bench.rest] == others)
    }
  }

  @Test func `flags may be grouped, repeated, and left out`() throws {
    #expect(try Bench.said("take a -Ff b")[Bench.force])
    #expect(try Bench.said("take a -lq")[Bench.loud] && Bench.said("take a -lq")[CommonOptions.quiet])
    #expect(try Bench.said("take a -ll --loud")[Bench.loud])
    #expect(try !Bench.said("take a")[Bench.loud])
  }

  @Test func `an option that may be repeated keeps their order`() throws {
    #expect(try Bench.said("take a -t x --to y -tz --to=x")[Bench.to] == ["x", "y", "z", "x"])
    #expect(try Bench.said("take a")[Bench.to] == [])
  }

  @Test func `common options stand before the verb, between verb and sub-verb, and after`() throws {
    for line in [
      "--state s group pick j --name n", "group --state s pick j --name n", "group pick j --name n --state s",
    ] {
      let said = try Bench.said(line)
      #expect(said[CommonOptions.state] == "s" && said.names == ["group", "pick"] && said[Bench.job] == "j")
    }
    #expect(try Bench.said("--json --config=c take a")[CommonOptions.config] == "c")
  }

  @Test func `options of a sub-verb may stand before it`() throws {
    let said = try Bench.said("group --name n pick j")
    #expect(said.names == ["group", "pick"] && said[Bench.name] == "n")
    #expect(try Bench.said("open --count 3 r")[Bench.route] == "r")
  }

  @Test func `a verb without its sub-verb is the standard one`() throws {
    #expect(try Bench.said("group").names == ["group", "plain"])
    #expect(try Bench.said("open").names == ["open", "look"])
    #expect(try Bench.said("open r")[Bench.route] == "r")
    #expect(try Bench.said("open look pick")[Bench.route] == "pick")
  }

  // MARK: Types

  @Test(arguments: writtenNumbers)
  func `numbers`(_ text: String, _ number: Int?) throws {
    #expect(try Bench.said("take a -n \(text)")[Bench.number] == number)
    #expect(try Bench.said("take a --number=\(text)")[Bench.number] == number)
  }

  @Test(arguments: ["11", "-11", "999999999"])
  func `numbers out of range`(_ text: String) {
    #expect(Bench.problem(["take", "a", "-n", text]) == .outOfRange(Bench.number.parameter, text, -10...10))
  }

  @Test(arguments: ["", "x", "1.5", "1 ", "0x1", "99999999999999999999", "٣"])
  func `what is no number`(_ text: String) {
    #expect(Bench.problem(["take", "a", "-n", text]) == .notANumber(Bench.number.parameter, text))
  }

  @Test func `durations`() throws {
    #expect(try Bench.said("take a --wait 90s")[Bench.wait] == .seconds(90))
    #expect(try Bench.said("take a --wait 1H30M")[Bench.wait] == .seconds(5400))
    #expect(try Bench.said("take a")[Bench.wait] == .seconds(600))
    for text in ["10", "", "soon", "-1s", "1s1m"] {
      #expect(Bench.problem(["take", "a", "--wait", text]) == .notADuration(Bench.wait.parameter, text))
    }
  }

  @Test func `words of a list are read in any case`() throws {
    for text in ["dark-blue", "DARK-BLUE", "Dark-Blue"] {
      #expect(try Bench.said("take a -c \(text)")[Bench.colour] == .darkBlue)
    }
    let words = ["red", "green", "dark-blue"]
    #expect(
      Bench.problem(["take", "a", "--colour", "gren"])
        == .unknownWord(Bench.colour.parameter, "gren", words, near: "green"))
    #expect(
      Bench.problem(["take", "a", "--colour", "xyzzy"])
        == .unknownWord(Bench.colour.parameter, "xyzzy", words, near: nil))
  }

  // MARK: What is refused

  @Test(arguments: refused)
  func `what is refused`(_ line: String, _ problem: UsageProblem) {
    // Here "--" ends the options, and "a" stands before it.
    let words = line == "take a --" ? ["take", "--"] : shellWords(line)
    #expect(Bench.problem(words) == problem)
  }

  @Test func `a rule that is kept is silent`() {
    #expect(Bench.problem(["one", "--to", "x"]) == nil)
    #expect(Bench.problem(["take", "a", "--force", "--file", "f"]) == nil)
    #expect(Bench.problem(["take", "a", "--loud"]) == nil)
  }

  // MARK: Help, version, JSON

  @Test(arguments: [
    "--help", "-h", "", "take --help", "take -h", "take a -lh", "take --bogus --help", "take --file --help",
    "group --help", "group pick -h", "--help group pick",
  ])
  func `help is shown whatever else is wrong`(_ line: String) throws {
    guard case .help(let path) = try CommandParser.read(shellWords(line), program: Bench.program) else {
      Issue.record("no help")
      return
    }
    let verbs = shellWords(line).filter { !$0.hasPrefix("-") && $0 != "a" }
    #expect(path.map(\.name) == ["bench"] + verbs)
  }

  @Test(arguments: ["--version", "take --version", "group pick --version"])
  func `version`(_ line: String) throws {
    guard case .version = try CommandParser.read(shellWords(line), program: Bench.program) else {
      Issue.record("no version")
      return
    }
  }

  @Test func `a line that cannot be read still says whether it wants JSON`() {
    #expect(CommandParser.asksForJSON(["scan", "--bogus", "--json"]))
    #expect(!CommandParser.asksForJSON(["send", "--", "--json"]))
  }

  // MARK: Words

  @Test(arguments: refused)
  func `a problem names what is wrong in one line, and the next step`(_ line: String, _ problem: UsageProblem) {
    let failure = Failure(UsageError(problem: problem, path: [Bench.program, Bench.take]))
    let (cause, steps) = (failure.cause, failure.steps)
    #expect(!cause.isEmpty && !cause.contains("\n") && !cause.contains("{") && cause.count <= 160)
    #expect(steps.last?.contains("platen take --help") == true && failure.id.name.hasPrefix("usage."))
    let named = failure.values.filter { !["near", "verb", "subverb", "high", "low"].contains($0.key) }
    for value in named.values where !value.contains(" ") { #expect(cause.contains(value), "\(cause) lacks \(value)") }
    if let near = failure.values["near"] { #expect(steps.first?.contains(near) == true) }
  }

  private func cause(_ problem: UsageProblem) -> String {
    Failure(UsageError(problem: problem, path: [Bench.program])).cause
  }

  @Test func `sentences`() {
    let file = Bench.file.parameter
    #expect(cause(.noneOf([file])) == "nothing to do: add --file FILE")
    #expect(
      cause(.outOfRange(Bench.count.parameter, "0", 1 ... .max)) == "--count must be 1 or more, not 0")
    #expect(
      cause(.notADuration(Bench.wait.parameter, "x"))
        == "--wait \"x\" is not a duration such as 90s, 10m or 1h30m")
    #expect(cause(.unknownVerb("a\nb", near: nil)) == "unknown command \"a\\x0ab\"")
  }
}
