import Interface

/// A table of its own, with one of everything, so that the parser is not tested by what the verbs happen to take.
enum Workbench {
  enum Colour: String, Sendable, CaseIterable { case red, green, darkBlue = "dark-blue" }

  static let file = Slot.option("file", "f", "FILE", .file, "A file.")
  static let to = Slot.options("to", "t", "ADDR", .address, "Addresses.")
  static let number = Slot.option("number", "n", "N", .number(-10...10), "A number.")
  static let count = Slot.option("count", nil, "N", .count, "A count.")
  static let wait = Slot.option("wait", nil, "DURATION", .duration, "A duration.", fallback: "10m")
  static let colour = Slot.option("colour", "c", "WORD", .word(Colour.self), "A colour.")
  static let force = Slot.flag("force", "F", "A flag.")
  static let loud = Slot.flag("loud", "l", "Another flag.")
  static let source = Slot.argument("SOURCE", .file, "An argument.")
  static let rest = Slot.arguments("REST", .text, "More arguments.", isRequired: false)

  static let job = Slot.argument("JOB", .job, "A job.")
  static let name = Slot.required("name", nil, "NAME", .text, "It must be there.")
  static let route = Slot.argument("ROUTE", .route, "A route.", isRequired: false)

  static let take = Command(
    "take", "Take.", takes: [file, to, number, count, wait, colour, force, loud, source, rest] as [any Taken],
    rules: [.only(with: file, [force]), .notTogether([to, loud])])
  static let plain = Command("plain", "Plain.")
  static let pick = Command("pick", "Pick.", takes: [job, name])
  static let look = Command("look", "Look.", takes: [route, count])
  static let group = Command("group", "Group.", subcommands: [plain, pick], standard: "plain")
  static let open = Command("open", "Open.", subcommands: [look, pick], standard: "look")
  static let strict = Command("strict", "Strict.", subcommands: [pick])
  static let one = Command("one", "One.", takes: [file, to], rules: [.oneOf([file, to], shown: [file])])
  static let program = Command("bench", "Bench.", subcommands: [take, group, open, strict, one])

  static func said(_ line: String) throws -> Said {
    guard case .command(let said) = try CommandParser.read(shellWords(line), program: program) else {
      throw NoCommand()
    }
    return said
  }

  struct NoCommand: Error {}

  static func problem(_ words: [String]) -> UsageProblem? {
    do throws(UsageError) {
      _ = try CommandParser.read(words, program: program)
      return nil
    } catch {
      return error.problem
    }
  }
}
