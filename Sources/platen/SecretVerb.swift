import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Host
import Interface

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
      try face.run { () throws(Failure) in
        let desk = LocalDesk(common)
        let secret = try keeping { () throws(SecretFault) in try SecretName(name) }
        // What keeps secrets from being kept is told before one is typed.
        _ = try desk.secrets(Operation.Secrets())
        return try face.setSecret(secret.text, try SecretInput.read(secret.text, face), desk)
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
      try face.run { () throws(Failure) in try face.unsetSecret(name, LocalDesk(common)) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The names of the secrets, their ages, and when they end.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.secrets(LocalDesk(common)) }
    }
  }
}

/// A secret from standard input: without echo on a terminal, up to the end elsewhere; one last line end goes.
private enum SecretInput {
  private static let longest = 64 << 10

  static func read(_ name: String, _ face: Face) throws(Failure) -> [UInt8] {
    let given: [UInt8]?
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      given = isatty(0) == 1 ? try typed(input, name, face) : try input.readToEnd(limit: longest)
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
  private static func typed(
    _ terminal: borrowing Descriptor, _ name: String, _ face: Face
  ) throws(SystemError) -> [UInt8]? {
    let interrupt = try Interrupt()
    face.complain("Value of \(name) (not shown), then Enter:")
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
