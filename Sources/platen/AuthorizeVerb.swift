import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Interface

struct AuthorizeVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "authorize", abstract: "Sign a route in for OAuth, or prove that it gets tokens.",
    discussion: """
      By device code it shows an address and a code: open the address on any
      computer or telephone and type the code. With --browser it shows a long
      address; sign in there, then paste the address that the browser ended at
      (a page that does not load) and press Enter. A route with a secret, a
      certificate or a service account signs in by itself, and is tried.

        platen authorize office
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: "The name of the route.") var route: String
  @Flag(help: "By a browser elsewhere, for organizations that block device codes.") var browser = false

  func run() throws {
    let face = Face(json: common.json)
    try face.run { () throws(Failure) in
      let request = Operation.Authorize(route: route, browser: browser)
      return try Stop.watching { (stop) throws(Failure) in
        try face.authorize(request, LocalDesk(common), stop) { () throws(Failure) in try PastedLine.read(stop) }
      }
    }
  }
}

/// One line from standard input, or the interrupt. A code is good for minutes and for one use with what only this
/// run knows, so it is shown as it is typed.
private enum PastedLine {
  /// More than browsers and servers make of an address.
  private static let longest = 32 << 10

  static func read(_ stop: Stop) throws(Failure) -> String {
    var line: [UInt8] = []
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      while line.count < longest, !line.contains(10) {
        _ = waitReadable([input.number] + (stop.descriptor.map { [$0] } ?? []), until: .never)
        if stop.isRaised { throw SystemError("read", "standard input", code: EINTR) }
        let bytes = try input.read(upTo: longest)
        if bytes.isEmpty { break }
        line += bytes
      }
    } catch {
      if error.code == EINTR { throw .signInInterrupted }
      throw .cannotRead(SystemError("read the address from", "standard input", code: error.code))
    }
    let text = String(decoding: line.prefix { $0 != 10 }, as: UTF8.self)
    if text.allSatisfy(\.isWhitespace) {
      throw .usage("no address was pasted", "Give the address that the browser ended at on standard input.")
    }
    return text
  }
}

extension Failure {
  fileprivate static let signInInterrupted = Failure(
    class: .transient, stage: "token", cause: "the sign-in was interrupted", who: .person,
    steps: ["Start it again: platen authorize ROUTE"], retry: true, exitCode: .interrupted)
}
