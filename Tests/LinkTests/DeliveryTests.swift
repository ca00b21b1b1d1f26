import Base
import Crypto
import Jobs
import Link
import Mail
import Routes
import TestKit
import Testing

@Suite struct `Delivery over TCP` {
  @Test func `hands over a message`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearMessage] + goodbye)
    let done = attempt(route(server))
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(done.report.peer == "127.0.0.1:\(server.port)" && done.report.encryption == nil)
    #expect(done.report.bytesSent == 7 && done.intents == 1)
    let record = try server.record()
    #expect(record.messages == [Array("hello\r\n.\r\n".utf8)])
    #expect(record.lines.first == "EHLO scanner.example.test" && record.lines.last == "QUIT" && record.fault == nil)
    #expect(
      done.progress == [
        .stage(.lookup), .stage(.connect), .connected(peer: "127.0.0.1:\(server.port)"), .stage(.greeting),
        .stage(.hello), .stage(.mail), .stage(.rcpt), .stage(.data), .stage(.body), .sent(bytes: 7, of: 7),
        .stage(.final), .stage(.quit),
      ])
  }

  @Test func `hands over megabytes unchanged, and dots too`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearMessage] + goodbye)
    let line = Array((".\(String(repeating: "x", count: 74))\r\n").utf8)
    let message = Array((0..<40000).map { _ in line }.joined())
    let done = attempt(route(server), message: message, blockSize: 7777)
    #expect(done.report.bytesSent == message.count)
    let wire = try #require(try server.record().messages.first)
    #expect(wire.count == message.count + 40000 + 3)
  }

  // case: smtp-10
  @Test func `reads a reply that drips`() throws {
    let server = try ScriptedServer(
      [.drip("220-hi", milliseconds: 1), .drip("220 there", milliseconds: 1), .hear("EHLO"), .say("250 hi")] + envelope
        + [.hearMessage] + goodbye)
    #expect(attempt(route(server)).outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
  }

  // case: smtp-50
  @Test func `hears a refusal in the middle of the message`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearBytes(1000), .say("552 too big"), .reset])
    let message = [UInt8](repeating: 120, count: 8_000_000)
    let done = attempt(route(server), message: message, blockSize: 65536)
    #expect(done.intents == 0 && done.report.bytesSent < message.count)
    switch done.outcome {
    case refused(.body, 552, "too big"): break
    // RST may overtake what was said before it.
    case .failed(.connectionLost(stage: .body, _)): break
    default: #expect(Bool(false), "\(done.report.outcomes)")
    }
  }

  // case: smtp-50
  @Test func `hears a refusal from a server that reads no further`() throws {
    let server = try ScriptedServer(
      hello + envelope + [.hearBytes(1000), .say("552 too big"), .pause(milliseconds: 1500)])
    let done = attempt(route(server), message: [UInt8](repeating: 120, count: 32_000_000), blockSize: 65536)
    #expect(done.outcome == refused(.body, 552, "too big") && done.seconds < 1.4 && done.intents == 0)
  }

  @Test(arguments: [
    ([], SMTPStage.greeting), ([.say("220 hi")], .hello), (hello, .mail), (hello + envelope.prefix(3), .rcpt),
    (hello + envelope.prefix(5), .data),
  ]) func `a connection that ends early`(_ script: [Step], _ stage: SMTPStage) throws {
    for end in [[], [Step.reset]] {
      let hearing: [Step] = stage == .greeting ? [] : [.hearBytes(1)]
      let server = try ScriptedServer(script + (script.last.map(isHearing) == true ? [] : hearing) + end)
      let done = attempt(route(server))
      switch done.outcome {
      case .failed(.connectionLost(stage, _)): break
      // A reset that comes this early is one of the connection's making.
      case .failed(.connect) where stage == .greeting: break
      default: #expect(Bool(false), "\(done.report.outcomes)")
      }
      #expect(done.intents == 0)
    }
  }

  private func isHearing(_ step: Step) -> Bool {
    if case .hear = step { true } else { false }
  }

  // case: smtp-51
  @Test func `a lost final reply is unknown`() throws {
    for end: [Step] in [[], [.reset], [.sayBytes(Array("25".utf8))], [.say("what?")]] {
      let server = try ScriptedServer(hello + envelope + [.hearMessage] + end)
      let done = attempt(route(server))
      guard case .failed(.finalReplyLost) = done.outcome else {
        return #expect(Bool(false), "\(done.report.outcomes)")
      }
      #expect(done.intents == 1)
    }
  }

  /// What the server does while a block of the message is made; the client knows only afterwards.
  private func attemptDuring(
    _ script: [Step], lastBlock: Bool
  ) throws -> Attempt {
    let server = try ScriptedServer(hello + envelope + [.hearBytes(40000)] + script)
    var blocks = 0
    return attempt(
      route(server), size: 80000,
      body: { (output: inout [UInt8]) throws(DeliveryFault) in
        output += [UInt8](repeating: 120, count: 40000)
        blocks += 1
        // The record is complete when the server has gone.
        if blocks == 2 { _ = try? server.record() }
        return !(blocks == 2 && lastBlock)
      })
  }

  // case: smtp-50
  @Test func `last words are heard when a write fails`() throws {
    let done = try attemptDuring([.say("552 too big"), .reset], lastBlock: false)
    #expect(done.outcome == refused(.body, 552, "too big") && done.intents == 0)
  }

  // case: smtp-51
  @Test func `a server that has gone before the dot leaves nothing unknown`() throws {
    let gone = try attemptDuring([.cut], lastBlock: true)
    guard case .failed(.connectionLost(stage: .body, _)) = gone.outcome else {
      return #expect(Bool(false), "\(gone.report.outcomes)")
    }
    #expect(gone.intents == 0)
    let refusal = try attemptDuring([.say("421 bye"), .cut], lastBlock: true)
    #expect(refusal.outcome == refused(.body, 421, "bye") && refusal.intents == 0)
  }

  @Test func `no dot without a recorded intent`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearMessage])
    let fault = DeliveryFault.notRecorded(detail: "no space left on device")
    let done = attempt(route(server), recordIntent: { () throws(DeliveryFault) in throw fault })
    #expect(done.outcome == .failed(fault))
    #expect(try server.record().fault == "message: the client left")
  }

  // case: smtp-66
  @Test func `no dot after a document that cannot be read`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearMessage])
    let fault = DeliveryFault.document(detail: "the file shrank")
    let done = attempt(route(server), body: { (_: inout [UInt8]) throws(DeliveryFault) in throw fault })
    #expect(done.outcome == .failed(fault) && done.intents == 0)
    #expect(try server.record().messages.isEmpty)
  }

  @Test func `an interrupt ends it at once, wherever it is`() throws {
    let places: [(script: [Step], at: SMTPStage)] = [
      ([.hold], .greeting), ([.say("220 hi"), .hold], .hello), (hello + [.hold], .mail),
      (hello + envelope + [.hearMessage, .hold], .final),
    ]
    for place in places {
      let server = try ScriptedServer(place.script)
      let pipe = try Pipe()
      let done = attempt(
        route(server), interrupt: try StopSignal(pipe),
        watch: { progress in
          if progress == .stage(place.at) { try? pipe.writer.write([1]) }
        })
      let expected: DeliveryFault =
        place.at == .final
        ? .finalReplyLost(detail: "interrupted before the reply came") : .interrupted(stage: place.at)
      #expect(done.outcome == .failed(expected))
      #expect(done.seconds < 5)
    }
  }

  // case: smtp-64
  @Test func `a message in chunks arrives byte by byte, and is never wholly sent before its intent`() throws {
    let server = try ScriptedServer(
      [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250-PIPELINING"), .say("250 CHUNKING")]
        + [.hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hearChunks] + goodbye)
    let message = (0..<3_300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let done = attempt(route(server), message: message, blockSize: 77_777)
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    let record = try server.record()
    #expect(record.messages == [message] && done.intents == 1)
    #expect(
      record.lines.filter { $0.hasPrefix("BDAT") } == [
        "BDAT 1048576", "BDAT 1048576", "BDAT 1048576", "BDAT 154272 LAST",
      ])
  }

  // case: smtp-64
  @Test func `a server that refuses a chunk and reads no further is heard`() throws {
    let folder = try TemporaryFolder()
    let clock = try SimulatedTime(in: folder, named: "clock")
    let server = try ScriptedServer(
      [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250-PIPELINING"), .say("250 CHUNKING")]
        + [.hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hearChunk, .say("552 5.3.4 too big")]
        + [.linger(reading: false, clock: clock.path)])
    let done = attempt(route(server), message: Array(repeating: 7, count: 40_000_000), blockSize: 1 << 20, clock: clock)
    #expect(
      done.outcome == .failed(.reply(stage: .body, SMTPReply(code: 552, enhanced: "5.3.4", lines: ["too big"]))))
    #expect(done.intents == 0)
  }

  // case: smtp-11
  @Test func `what is not SMTP is shown`() throws {
    let server = try ScriptedServer([.say("HTTP/1.1 400 Bad Request"), .hold])
    #expect(attempt(route(server)).outcome == .failed(.notSMTP(received: "HTTP/1.1 400 Bad Request")))
  }

  @Test func `greets by its address where it has no name`() throws {
    let server = try ScriptedServer([.say("220 hi"), .hear("EHLO [127.0.0.1]"), .say("421 bye")])
    let report = SubmissionClient(sessions: TLSSessionStore(clock: .system), clock: .system).deliver(
      Transmission(
        by: Caller(route: route(server), ehloName: "localhost"), reversePath: "", recipients: ["a@example.test"],
        size: 0),
      body: { (_: inout [UInt8]) throws(DeliveryFault) in false }, recordIntent: {}, progress: { _ in },
      interrupt: .never)
    #expect(report.outcomes == [refused(.hello, 421, "bye")])
    #expect(try server.record().fault == nil)
  }

  @Test func `nobody listens`() throws {
    let port = try ScriptedServer([.hold]).port
    let nobody = Route(name: "r", server: "127.0.0.1", port: port, tlsMode: .off)
    #expect(
      attempt(nobody).outcome == .failed(.connect(host: "127.0.0.1", port: port, detail: "connection refused")))
  }

  @Test func `a source address of the other family`() throws {
    let server = try ScriptedServer([.hold])
    let network = NetworkSettings(sourceAddress: "::1")
    guard case .failed(.connect) = attempt(route(server), network: network).outcome else {
      return #expect(Bool(false))
    }
    let good = try ScriptedServer([.say("554 no")])
    #expect(
      attempt(route(good), network: NetworkSettings(sourceAddress: "127.0.0.3")).outcome
        == refused(.greeting, 554, "no"))
  }

  // case: smtp-21
  @Test func `sends no password in clear text, unless told to, to a machine next door`() throws {
    let server = try ScriptedServer([.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hold])
    guard case .failed(.authForbidden) = attempt(route(server, username: "u")).outcome else {
      return #expect(Bool(false))
    }
    #expect(try server.record().lines.isEmpty)
    let willing = try ScriptedServer([
      .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hear("AUTH PLAIN AHUAc2VjcmV0"),
      .say("535 no"), .hear("QUIT"),
    ])
    let insecure = route(willing, username: "u") { $0.insecureCredentials = true }
    #expect(attempt(insecure).outcome == refused(.auth, 535, "no"))
    #expect(try willing.record().fault == nil)
  }

  @Test func `a password that is not set is said so`() throws {
    let server = try ScriptedServer([.hold])
    let done = attempt(route(server, mode: .starttls, username: "u"), password: nil)
    #expect(
      done.outcome == .failed(.authForbidden(reason: "the secret routes.r.password for user u is not set")))
  }
}
