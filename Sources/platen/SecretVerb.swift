import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Host
import JSON
import Routes

struct SecretVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Set, remove and list secrets; their values are never shown.",
    discussion: """
      Secrets are kept encrypted in the state folder, under names like
      routes.office.password.

        platen secret set routes.office.password < password.txt
      """,
    subcommands: [Set.self, Unset.self, List.self], defaultSubcommand: List.self)

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Set a secret; its value comes from standard input.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like routes.office.password.") var name: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let site = try Site(common)
        let secret = try keeping { () throws(SecretFault) in try SecretName(name) }
        let value = try SecretInput.read(name)
        try SecretStore(site).replace(secret, with: value)
        let doubt = site.doubt(about: secret)
        try face.emit(["set": name, "notice": doubt].compactMapValues { $0 })
        face.say("\(name) is set")
        if let doubt { Face.complain(doubt) }
      }
    }
  }

  struct Unset: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unset", abstract: "Remove a secret.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Like routes.office.password.") var name: String

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let store = try SecretStore(common)
        let wasThere = try store.remove(try keeping { () throws(SecretFault) in try SecretName(name) })
        try face.emit(["unset": name])
        face.say("\(name) " + (wasThere ? "is removed" : "was not set"))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The names of the secrets, their ages, and when they end.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let site = try Site(common)
        let ages = try SecretStore(site).ages(for: site.routes)
        try face.emit(SecretListing(secrets: ages.map(SecretListing.Entry.init)))
        if ages.isEmpty { face.say("no secrets") }
        for age in ages { face.say("\(age.name)  set \(age.modified.inJSON)" + words(age)) }
      }
    }

    private func words(_ age: SecretAge) -> String {
      let used = age.lastUsed.map { "  last used \($0.inJSON)" } ?? ""
      let note = age.note.map { " (\($0))" } ?? ""
      guard let ends = age.ends else { return used + (note.isEmpty ? "" : " " + note) }
      let warning =
        switch age.state {
        case .good, .unknown: ""
        case .endsSoon(let days): "  ENDS SOON: \(count(days, "day"))"
        case .ended: "  ENDED"
        }
      return used + "  ends \(ends.inJSON)" + note + warning
    }
  }
}

private struct SecretListing: JSONWritable {
  struct Entry: JSONWritable {
    let name: String
    let modified: String
    let lastUsed: String?
    let ends: String?
    /// "good", "endsSoon" or "ended"; nil where nobody knows.
    let state: String?
    let note: String?

    init(_ age: SecretAge) {
      name = age.name.text
      modified = age.modified.inJSON
      lastUsed = age.lastUsed?.inJSON
      ends = age.ends?.inJSON
      note = age.note
      state =
        switch age.state {
        case .good: "good"
        case .endsSoon: "endsSoon"
        case .ended: "ended"
        case .unknown: nil
        }
    }

    var json: JSONValue {
      .fields([
        "ends": ends, "lastUsed": lastUsed, "modified": modified, "name": name, "note": note, "state": state,
      ])
    }
  }

  let secrets: [Entry]

  var json: JSONValue { .fields(["secrets": secrets]) }
}

/// A secret from standard input: without echo on a terminal, up to the end elsewhere; one last line end goes.
private enum SecretInput {
  private static let longest = 64 << 10

  static func read(_ name: String) throws(Failure) -> [UInt8] {
    let given: [UInt8]?
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      given = isatty(0) == 1 ? try typed(input, name) : try input.readToEnd(limit: longest)
    } catch {
      throw .cannotRead(SystemError("read the secret from", "standard input", code: error.code))
    }
    guard var value = given else { throw .secretInterrupted(name) }
    if value.last == 10 { value.removeLast() }
    if value.last == 13 { value.removeLast() }
    if value.isEmpty { throw .usage("the secret is empty", "Give its value on standard input.") }
    return value
  }

  /// A line from a terminal; nil when it was broken off, and then too the terminal shows again what is typed.
  private static func typed(_ terminal: borrowing Descriptor, _ name: String) throws(SystemError) -> [UInt8]? {
    let interrupt = try Interrupt()
    Face.complain("Value of \(name) (not shown), then Enter:")
    let quiet = HiddenEcho()
    defer { quiet.end() }
    let ready = waitReadable([terminal.number, interrupt.descriptor], until: .never)
    return ready.contains(interrupt.descriptor) ? nil : try terminal.read(upTo: longest)
  }
}

extension Failure {
  fileprivate static func secretInterrupted(_ name: String) -> Failure {
    Failure(
      class: .configuration, stage: "secret", cause: "interrupted; \(name) is as it was", who: .person,
      steps: ["Start it again: platen secret set \(name)"], retry: true, exitCode: .interrupted)
  }
}

/// Keeps a terminal from showing what is typed, until `end`.
private struct HiddenEcho {
  private var before = termios()
  private let isTerminal: Bool

  init() {
    isTerminal = unsafe tcgetattr(0, &before) == 0
    guard isTerminal else { return }
    var quiet = before
    quiet.c_lflag &= ~tcflag_t(ECHO)
    unsafe tcsetattr(0, TCSAFLUSH, &quiet)
  }

  func end() {
    guard isTerminal else { return }
    var before = before
    unsafe tcsetattr(0, TCSAFLUSH, &before)
  }
}

extension SecretStore {
  fileprivate init(_ common: CommonOptions) throws(Failure) { self.init(try Site(common)) }
}
