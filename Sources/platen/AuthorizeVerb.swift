import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import JSON
import Routes

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
    try face.run {
      let appliance = try Appliance(common)
      let interrupt = try Self.watchingInterrupt()
      let signIn = try appliance.authorize(
        route, inBrowser: browser, interrupt: interrupt.descriptor, news: { tell($0, face) },
        pasted: { () throws(Failure) in try PastedLine.read(interrupt.descriptor) })
      try face.emit(SignInReport(signIn))
      say(signIn, face)
    }
  }

  private static func watchingInterrupt() throws(Failure) -> Interrupt {
    do throws(SystemError) { return try Interrupt() } catch { throw .cannotRead(error) }
  }

  private func tell(_ news: SignInNews, _ face: Face) {
    switch news {
    case .code(let code, let address, let seconds):
      face.say("Open \(address) and type the code \(code)\nwithin \(seconds / 60) minutes. Waiting …")
      try? face.emit(SignInEvent(event: "code", code: code, address: address, seconds: seconds))
    case .open(let address):
      face.say("Open this address, sign in, and paste the address that the browser ends at:\n\n\(address)\n")
      try? face.emit(SignInEvent(event: "open", address: address))
    case .gettingToken(let host):
      Face.complain("getting a token from \(host)")
      try? face.emit(SignInEvent(event: "token", text: host))
    case .waiting(let reason):
      Face.complain(reason)
      try? face.emit(SignInEvent(event: "waiting", text: reason))
    }
  }

  private func say(_ signIn: SignIn, _ face: Face) {
    face.say("route \(signIn.route): \(signIn.username) has a token for \(signIn.seconds / 60) minutes")
    if signIn.isKept { face.say("the sign-in is kept, and renewed by itself") }
    if let warning = signIn.grant.warning { Face.complain("\(signIn.grant.rawValue) is \(warning)") }
  }
}

private struct SignInEvent: JSONWritable {
  let event: String
  var code: String?
  var address: String?
  var seconds: Int?
  var text: String?

  var json: JSONValue {
    .fields(["address": address, "code": code, "event": event, "seconds": seconds, "text": text])
  }
}

private struct SignInReport: JSONWritable {
  let authorized: String
  let username: String
  let grant: String
  let seconds: Int
  let kept: Bool
  let warning: String?

  init(_ signIn: SignIn) {
    authorized = signIn.route
    username = signIn.username
    grant = signIn.grant.rawValue
    seconds = signIn.seconds
    kept = signIn.isKept
    warning = signIn.grant.warning
  }

  var json: JSONValue {
    .fields([
      "authorized": authorized, "grant": grant, "kept": kept, "seconds": seconds, "username": username,
      "warning": warning,
    ])
  }
}

/// One line from standard input, or the interrupt. A code is good for minutes and for one use with what only this
/// run knows, so it is shown as it is typed.
private enum PastedLine {
  /// More than browsers and servers make of an address.
  private static let longest = 32 << 10

  static func read(_ interrupt: Int32) throws(Failure) -> String {
    var line: [UInt8] = []
    do throws(SystemError) {
      let input = Descriptor(takingOwnership: try system("read") { dup(0) })
      while line.count < longest, !line.contains(10) {
        let ready = waitReadable([input.number, interrupt], until: .never)
        if ready.contains(interrupt) { throw SystemError("read", "standard input", code: EINTR) }
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
