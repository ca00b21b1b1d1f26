import Appliance
import Base
import Diagnosis
import Glibc
import Host
import Interface

enum SecretVerb {
  struct Set: Verb {
    static let command = SecretCommand.set
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let (name, desk) = (said[SecretCommand.name], desk)
      let secret = try SecretName(name)
      // What keeps a secret from being stored is said before one is typed.
      _ = try desk.secrets(Operation.Secrets())
      return try output.setSecret(secret.text, try SecretInput.read(secret.text, output), desk)
    }
  }

  struct Unset: Verb {
    static let command = SecretCommand.unset
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      try output.unsetSecret(said[SecretCommand.name], desk)
    }
  }

  struct List: Verb {
    static let command = SecretCommand.list
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.secrets(desk) }
  }
}

/// A secret from standard input: without echo on a terminal, up to the end elsewhere; one last line end goes.
private enum SecretInput {
  private static let longest = 64 << 10

  static func read(_ name: String, _ output: CommandOutput) throws(Failure) -> [UInt8] {
    let given: [UInt8]?
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      given = isatty(0) == 1 ? try typed(input, name, output) : try input.readToEnd(limit: longest)
    } catch {
      throw .cannotRead(SystemError("read the secret from", "standard input", code: error.code))
    }
    guard var value = given else { throw Failure(.programSecretInterrupted, values: ["name": name]) }
    if value.last == 10 { value.removeLast() }
    if value.last == 13 { value.removeLast() }
    if value.isEmpty { throw Failure(.programSecretEmpty, values: ["name": name]) }
    return value
  }

  /// A line from a terminal; nil when it was broken off, and then too the terminal shows again what is typed.
  private static func typed(
    _ terminal: borrowing Descriptor, _ name: String, _ output: CommandOutput
  ) throws(SystemError) -> [UInt8]? {
    let stop = try StopSignal.signals()
    output.complain("Type the value of \(name) (not shown), then press Enter:")
    let quiet = HiddenEcho()
    defer { quiet.end() }
    return output.clock.wait(for: .input(terminal.number), stop) ? try terminal.read(upTo: longest) : nil
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

@used @section("platen_entries") private let entry: Registration = {
  Verbs.enter(SecretVerb.Set.self, SecretVerb.Unset.self, SecretVerb.List.self, below: SecretCommand.command)
}
