import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Host

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
        let store = try SecretStore(common)
        let secret = try keeping { () throws(SecretFault) in try SecretName(name) }
        let value = try SecretInput.read(name)
        try keeping { () throws(SecretFault) in try store.set(secret, to: value) }
        try face.emit(["set": name])
        face.say("\(name) is set")
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
        try keeping { () throws(SecretFault) in _ = try store.unset(try SecretName(name)) }
        try face.emit(["unset": name])
        face.say("\(name) is removed")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The names of the secrets, and when each was set.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run {
        let store = try SecretStore(common)
        let secrets = try keeping { () throws(SecretFault) in try store.list() }
        try face.emit(SecretListing(secrets: secrets.map { .init(name: $0.name.text, modified: $0.modified.inJSON) }))
        if secrets.isEmpty { face.say("no secrets") }
        for secret in secrets { face.say("\(secret.name)  set \(secret.modified.inJSON)") }
      }
    }
  }
}

private struct SecretListing: Encodable {
  struct Entry: Encodable {
    let name: String
    let modified: String
  }

  let secrets: [Entry]
}

/// A secret from standard input: without echo on a terminal, up to the end elsewhere; one last line end goes.
private enum SecretInput {
  private static let longest = 64 << 10

  static func read(_ name: String) throws(Failure) -> [UInt8] {
    if isatty(0) == 1 { Face.complain("Value of \(name) (not shown), then Enter:") }
    let quiet = HiddenEcho()
    defer { quiet.end() }
    var value: [UInt8]
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      value = isatty(0) == 1 ? try input.read(upTo: longest) : try input.readToEnd(limit: longest)
    } catch {
      throw .cannotRead(SystemError("read the secret from", "standard input", code: error.code))
    }
    if value.last == 10 { value.removeLast() }
    if value.last == 13 { value.removeLast() }
    if value.isEmpty { throw .usage("the secret is empty", "Give its value on standard input.") }
    return value
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
  fileprivate init(_ common: CommonOptions) throws(Failure) {
    let site = try Site(
      configFile: common.config, stateFolder: common.state, environment: ProcessEnvironment.variables())
    self.init(site)
  }
}
