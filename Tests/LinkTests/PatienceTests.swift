import Base
import Crypto
import Glibc
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// Servers that take minutes, and when it is too much; the minutes are simulated.
@Suite struct Patience {
  private let folder: TemporaryFolder
  private let clock: SimulatedTime

  init() throws {
    folder = try TemporaryFolder()
    clock = try SimulatedTime(in: folder, named: "clock")
  }

  private func after(_ minutes: Int) -> [Step] { [.leap(minutes: minutes, clock: clock.path)] }

  private func outcome(_ script: [Step]) throws -> RecipientOutcome? {
    let server = try ScriptedServer(script)
    return attempt(route(server), clock: clock).outcome
  }

  // case: smtp-10
  @Test func `a greeting after four minutes is waited for in silence`() throws {
    let server = try ScriptedServer(
      after(4) + [.hearNothing(milliseconds: 30)] + hello + envelope + [.hearMessage] + goodbye)
    #expect(attempt(route(server), clock: clock).outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(try server.record().fault == nil)
  }

  // case: smtp-10
  @Test func `a greeting after six minutes is not`() throws {
    #expect(
      try outcome([.linger(reading: true, clock: clock.path)]) == .failed(.timedOut(stage: .greeting, seconds: 300)))
  }

  // case: smtp-52
  @Test func `the answer to the message may take nine minutes`() throws {
    #expect(
      try outcome(hello + envelope + [.hearMessage] + after(9) + [.pause(milliseconds: 30)] + goodbye)
        == .accepted(SMTPReply(code: 250, lines: ["queued"])))
  }

  // case: smtp-52
  @Test func `after more than ten it is unknown, and a late one answers nothing else`() throws {
    let server = try ScriptedServer(
      hello + envelope + [.hearMessage] + after(11) + [.pause(milliseconds: 50), .say("250 late"), .hold])
    let done = attempt(route(server), clock: clock)
    #expect(done.outcome == .failed(.finalReplyLost(detail: "no reply within 600 s")))
    #expect(try server.record().lines.last == "DATA")
  }

  // case: smtp-41
  @Test func `an answer to a password that a tarpit holds back for four minutes is waited for`() throws {
    let server = try ScriptedServer(
      [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hear("AUTH")] + after(4)
        + [.pause(milliseconds: 30), .say("454 4.7.0 later"), .hear("QUIT")])
    let insecure = route(server, username: "u") { $0.insecureCredentials = true }
    let reply = SMTPReply(code: 454, enhanced: "4.7.0", lines: ["later"])
    #expect(attempt(insecure, clock: clock).outcome == .failed(.reply(stage: .auth, reply)))
  }

  /// A block every minute or two would never be too slow by itself; the matrix has the block that is.
  // case: smtp-79
  @Test func `a message that is taken in sips has a limit as a whole`() throws {
    let server = try ScriptedServer(
      connections: [hello + envelope + [.sip(100, clock: clock.path)]], apart: true)
    let block = [UInt8](repeating: 120, count: 65536)
    let done = attempt(
      route(server), size: 2048 * 100, clock: clock,
      body: { (output: inout [UInt8]) throws(DeliveryFault) in
        output += block
        return true
      })
    // 20 minutes, and what 16 kbit/s need.
    #expect(done.outcome == .failed(.timedOut(stage: .body, seconds: 1200 + 100)) && done.intents == 0)
    #expect(try server.record().messages.isEmpty)
  }

  /// Only root may listen on 465.
  // case: smtp-22
  @Test(.enabled(if: geteuid() == 0)) func `clear text on the port of TLS is given up after four seconds`() throws {
    // An address of its own, so that it meets nobody else's server.
    let address = "127.\(getpid() & 0x7F).\(getpid() >> 7 & 0xFF).\((getpid() >> 15) + 1)"
    let server = try ScriptedServer(
      connections: [[.linger(reading: true, clock: clock.path)]], address: address, port: 465)
    let silent = route(server, host: address, mode: .starttls)
    #expect(
      attempt(silent, clock: clock).outcome
        == .failed(.timedOut(stage: .greeting, seconds: SMTPTimeout.greetingOnTLSPort)))
  }
}
