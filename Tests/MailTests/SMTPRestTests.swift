import Mail
import Testing

/// A session that is opened before there is a message for it.
@Suite struct `SMTP while there is no message` {
  @Test(arguments: rests) func `waits`(_ dialogue: DialogueCase) throws {
    for splitting in Transcript.Splitting.allCases {
      var transcript = Transcript(
        dialogue.text, dialogue.errand, message: "hello\r\n", splitting: splitting, isLate: true)
      #expect(try transcript.play().outcomes == dialogue.outcomes, "\(splitting)")
    }
  }

  @Test func `a message that comes while NOOP is not answered waits for that`() {
    var session = rested()
    session.keepAlive()
    #expect(said(by: session.next()) == "NOOP\r\n")
    session.begin(Errand.sample().message)
    guard case .receive(let wait) = session.next() else { return #expect(Bool(false)) }
    #expect(wait.seconds == SMTPTimeout.rest)
    session.receive(Array("250 ok\r\n".utf8))
    #expect(said(by: session.next()) == "MAIL FROM:<scanner@example.test>\r\n")
  }

  @Test func `the rest of what a server begins to say unasked is waited for but a moment`() {
    var session = rested()
    session.receive(Array("42".utf8))
    #expect(session.next() == .rest)
    session.keepAlive()
    guard case .receive(let wait) = session.next() else { return #expect(Bool(false)) }
    #expect(wait.seconds == SMTPTimeout.rest)
  }

  @Test func `there is one message, and nothing is kept alive that does not rest`() {
    var session = rested()
    session.begin(Errand.sample().message)
    session.begin(Errand.sample(recipients: ["b@example.test"]).message)
    session.keepAlive()
    session.quit()
    #expect(said(by: session.next()) == "MAIL FROM:<scanner@example.test>\r\n")
    session.receive(Array("250 ok\r\n".utf8))
    #expect(said(by: session.next()) == "RCPT TO:<a@example.test>\r\n")
  }

  @Test func `what ended it without a message is said`() {
    var session = rested()
    session.receive(Array("421 4.4.2 idle\r\n".utf8))
    guard case .finished(let result) = session.next() else { return #expect(Bool(false)) }
    let fault = DeliveryFault.reply(stage: .mail, SMTPReply(code: 421, enhanced: "4.4.2", lines: ["idle"]))
    #expect(result.fault == fault && result.outcomes.isEmpty)
  }

  @Test func `who leaves before it rests says nothing`() {
    var session = SMTPSession(Errand.sample().plan)
    session.receive(Array("220 hi\r\n".utf8))
    _ = session.next()
    session.quit()
    guard case .finished(let result) = session.next() else { return #expect(Bool(false)) }
    #expect(result.outcomes.isEmpty && result.fault == nil)
  }

  private func rested() -> SMTPSession {
    var session = SMTPSession(Errand.sample().plan)
    session.receive(Array("220 hi\r\n".utf8))
    #expect(said(by: session.next()) == "EHLO scanner.example.test\r\n")
    session.receive(Array("250 hi\r\n".utf8))
    #expect(session.next() == .rest)
    return session
  }

  private func said(by step: SMTPStep) -> String? {
    if case .send(let bytes, _) = step { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  private static let opened = "S: 220 hi\nC: EHLO scanner.example.test\n"
  private static let signedIn = """
    TLS
    S: 220 hi
    C: EHLO scanner.example.test
    S: 250-hi
    S: 250 AUTH PLAIN
    C: AUTH PLAIN AHUAc2VjcmV0

    """

  private static let rests: [DialogueCase] = [
    DialogueCase("until the message comes", opened + "S: 250 hi\nMESSAGE\n" + goodEnd, [accepted()]),
    DialogueCase(
      "behind AUTH", .withPassword(), signedIn + "S: 235 ok\nIDLE\nC: NOOP\nS: 250 ok\nMESSAGE\n" + goodEnd,
      [accepted()]),
    DialogueCase(
      "kept alive twice",
      opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 250 ok\nIDLE\nC: NOOP\nS: 250-still\nS: 250 ok\n"
        + "MESSAGE\n" + goodEnd, [accepted()]),
    DialogueCase(
      "NOOP is not known", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 500 what\nMESSAGE\n" + goodEnd, [accepted()]),
    DialogueCase(
      "NOOP is put off", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 450 busy\nMESSAGE\n" + goodEnd, [accepted()]),
    DialogueCase(
      "NOOP ends it", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 421 4.4.2 idle",
      [refused(.mail, 421, "4.4.2", "idle")]),
    DialogueCase(
      "NOOP is asked for more", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 354 go",
      [failed(.protocolViolation(stage: .mail, detail: "\"354 go\" is not a valid reply here"))]),
    DialogueCase(
      "NOOP is not answered", opened + "S: 250 hi\nIDLE\nC: NOOP\nSILENCE",
      [failed(.timedOut(stage: .mail, seconds: SMTPTimeout.rest))]),
    DialogueCase(
      "a late message is too big", .sample(size: 101), opened + "S: 250-hi\nS: 250 SIZE 100\nMESSAGE\nC: QUIT",
      [failed(.tooBig(limit: 100, size: 101))]),
    DialogueCase(
      "a late message is binary, and that is not offered", .sample { $0.isBinary = true },
      opened + "S: 250 hi\nMESSAGE\nC: QUIT", [failed(.extensionMissing("CHUNKING"))]),
    DialogueCase(
      "a late message has an address that is none", .sample(recipients: ["a"]), opened + "S: 250 hi\nMESSAGE\nC: QUIT",
      [failed(.document(detail: "the address \"a\" has no @ and was not given to the server"))]),
    DialogueCase(
      "421 while it rests", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 250 ok\nS: 421 bye",
      [refused(.mail, 421, nil, "bye")]),
    DialogueCase(
      "a word that nobody asked for", opened + "S: 250 hi\nIDLE\nC: NOOP\nS: 250 ok\nS: 250 again",
      [failed(.protocolViolation(stage: .mail, detail: "\"250 again\" was unexpected"))]),
    DialogueCase(
      "closed while it rests", opened + "S: 250 hi\nCLOSE",
      [failed(.connectionLost(stage: .mail, detail: "closed"))]),
    DialogueCase(
      "a refused password ends it before", .withPassword(), signedIn + "S: 535 5.7.8 no\nC: QUIT",
      [refused(.auth, 535, "5.7.8", "no")]),
    DialogueCase("there is none", opened + "S: 250 hi\nLEAVE\nC: QUIT", []),
  ]
}
