import Base
import Diagnosis
import Glibc
import Interface

struct AuthorizeVerb: Verb {
  static let command = AuthorizeCommand.command

  let said: Said

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
    let request = Operation.Authorize(route: said[AuthorizeCommand.route], browser: said[AuthorizeCommand.browser])
    return try StopSignal.watching { (stop) throws(Failure) in
      try output.authorize(request, desk, stop) { () throws(Failure) in try PastedLine.read(stop, output.clock) }
    }
  }
}

/// One line from standard input, or the interrupt. A code is good for minutes and for one use with what only this
/// run knows, so it is shown as it is typed.
private enum PastedLine {
  /// More than browsers and servers make of an address.
  private static let longest = 32 << 10

  static func read(_ stop: StopSignal, _ clock: Clock) throws(Failure) -> String {
    var line: [UInt8] = []
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      while line.count < longest, !line.contains(10) {
        if !clock.wait(for: .input(input.number), stop) {
          throw SystemError("read", "standard input", code: EINTR)
        }
        let bytes = try input.read(upTo: longest)
        if bytes.isEmpty { break }
        line += bytes
      }
    } catch {
      if error.code == EINTR { throw Failure(.programSignInInterrupted) }
      throw .cannotRead(SystemError("read the address from", "standard input", code: error.code))
    }
    let text = String(decoding: line.prefix { $0 != 10 }, as: UTF8.self)
    if text.allSatisfy(\.isWhitespace) {
      throw Failure(.programNothingPasted)
    }
    return text
  }
}

@used @section("platen_entries") private let entry: Registration = { Verbs.enter(AuthorizeVerb.self) }
