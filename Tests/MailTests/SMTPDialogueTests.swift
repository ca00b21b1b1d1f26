import Crypto
import Mail
import Testing

/// The rest of a session that goes well, after EHLO without extensions.
let goodEnd = """
  C: MAIL FROM:<scanner@example.test>
  S: 250 ok
  C: RCPT TO:<a@example.test>
  S: 250 ok
  C: DATA
  S: 354 go
  C: hello
  C: .
  S: 250 queued
  C: QUIT
  """

@Suite struct `SMTP from the greeting to STARTTLS` {
  // case: smtp-1
  // case: smtp-2
  // case: smtp-3
  // case: smtp-5
  // case: smtp-6
  // case: smtp-8
  // case: smtp-11
  // case: smtp-12
  @Test(arguments: greetings) func `greets`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-1
  // case: smtp-11
  // case: smtp-22
  @Test(arguments: foreigners) func `knows what is not SMTP`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-12
  // case: smtp-16
  // case: smtp-18
  // case: smtp-20
  // case: smtp-21
  @Test(arguments: encryptions) func `begins TLS`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  @Test func `waits five seconds for the rest of what is not SMTP`() {
    var session = SMTPSession(.sample())
    _ = session.next()
    session.receive(Array("HTTP".utf8))
    guard case .receive(let wait) = session.next() else { return #expect(Bool(false)) }
    #expect(wait.seconds == SMTPTimeout.foreignGreeting)
  }

  // case: smtp-22
  @Test func `waits but a moment for a greeting in clear text on the port of TLS`() {
    func seconds(_ encryption: SMTPPlan.Encryption, onTLSPort: Bool) -> Int? {
      var session = SMTPSession(.sample(encryption) { $0.beginsOnTLSPort = onTLSPort })
      session.tlsEstablished()
      guard case .receive(let wait) = session.next() else { return nil }
      return wait.seconds
    }
    #expect(seconds(.startTLS, onTLSPort: true) == SMTPTimeout.greetingOnTLSPort && SMTPTimeout.greetingOnTLSPort < 5)
    #expect(seconds(.startTLS, onTLSPort: false) == 300 && seconds(.implicit, onTLSPort: true) == 300)
  }

  // case: smtp-10
  @Test func `one reply has one deadline however it drips`() {
    var session = SMTPSession(.sample())
    let first = session.next()
    session.receive(Array("220 he".utf8))
    #expect(session.next() == first)
  }

  private static let greetings: [DialogueCase] = [
    DialogueCase("plainly", "S: 220 hi\nC: EHLO scanner.example.test\nS: 250 hi\n" + goodEnd, [accepted()]),
    DialogueCase(
      "with many lines", "S: 220-hi\nS: 220-\nS: 220\nC: EHLO scanner.example.test\nS: 250-hi\nS: 250\n" + goodEnd,
      [accepted()]),
    DialogueCase(
      "with bare LF, NUL and 8-bit", "S| 220-h\u{0}\u{FC}␊220 x␊\nC: EHLO scanner.example.test\nS: 250 hi\n" + goodEnd,
      [accepted()]),
    DialogueCase("554", "S: 554 5.7.1 no\nC: QUIT", [refused(.greeting, 554, "5.7.1", "no")]),
    DialogueCase("450", "S: 450 later\nC: QUIT", [refused(.greeting, 450, nil, "later")]),
    DialogueCase("421", "S: 421 4.3.2 busy", [refused(.greeting, 421, "4.3.2", "busy")]),
    DialogueCase(
      "354", "S: 354 what",
      [failed(.protocolViolation(stage: .greeting, detail: "\"354 what\" is not a valid reply here"))]),
    DialogueCase("nothing", "CLOSE", [failed(.connectionLost(stage: .greeting, detail: "closed"))]),
    DialogueCase("silence", "SILENCE", [failed(.timedOut(stage: .greeting, seconds: 300))]),
    DialogueCase("interrupted", "INTERRUPT", [failed(.interrupted(stage: .greeting))]),
    DialogueCase(
      "EHLO refused",
      "S: 220 hi\nC: EHLO scanner.example.test\nS: 502 what\nC: HELO scanner.example.test\nS: 250 hi\n"
        + goodEnd, [accepted()]),
    DialogueCase(
      "EHLO and HELO refused",
      "S: 220 hi\nC: EHLO scanner.example.test\nS: 502 what\nC: HELO scanner.example.test\nS: 504 no\nC: QUIT",
      [refused(.hello, 504, nil, "no")]),
    DialogueCase(
      "EHLO later", "S: 220 hi\nC: EHLO scanner.example.test\nS: 451 later\nC: QUIT",
      [refused(.hello, 451, nil, "later")]),
    DialogueCase(
      "EHLO 421", "S: 220 hi\nC: EHLO scanner.example.test\nS: 421 bye", [refused(.hello, 421, nil, "bye")]),
    DialogueCase(
      "two codes", "S: 220 hi\nC: EHLO scanner.example.test\nS: 250-hi\nS: 251 there",
      [failed(.protocolViolation(stage: .hello, detail: "one reply has the codes 250 and 251"))]),
    DialogueCase(
      "code 600", "S: 220 hi\nC: EHLO scanner.example.test\nS: 600 hi",
      [failed(.protocolViolation(stage: .hello, detail: "600 is not a reply code"))]),
    DialogueCase(
      "no code", "S: 220 hi\nC: EHLO scanner.example.test\nS: OK",
      [failed(.protocolViolation(stage: .hello, detail: "\"OK\" is not an SMTP reply"))]),
    DialogueCase(
      "a word too many", "S: 220 hi\nS: 220 hi again",
      [failed(.protocolViolation(stage: .hello, detail: "\"220 hi again\" was unexpected"))], splittings: [.whole]),
    DialogueCase(
      "a goodbye unasked", "S: 220 hi\nS: 421 4.3.0 bye", [refused(.hello, 421, "4.3.0", "bye")],
      splittings: [.whole]),
  ]

  private static let foreigners: [DialogueCase] = [
    DialogueCase("HTTP", "S: HTTP/1.1 400 Bad Request", [failed(.notSMTP(received: "HTTP/1.1 400 Bad Request"))]),
    DialogueCase("POP", "S: +OK ready", [failed(.notSMTP(received: "+OK ready"))]),
    DialogueCase("IMAP", "S: * OK ready", [failed(.notSMTP(received: "* OK ready"))]),
    DialogueCase("SSH", "S: SSH-2.0-OpenSSH_9.2", [failed(.notSMTP(received: "SSH-2.0-OpenSSH_9.2"))]),
    DialogueCase(
      "TLS alert", "S| \u{15}\u{3}\u{1}\u{0}\u{2}\u{2}(rest",
      [failed(.notSMTP(received: "\\x15\\x03\\x01\\x00\\x02\\x02("))]),
    DialogueCase("cut short", "S| HTTP\nCLOSE", [failed(.notSMTP(received: "HTTP"))]),
    DialogueCase("then silent", "S| +\nSILENCE", [failed(.notSMTP(received: "+"))]),
    DialogueCase("digits", "S: 12 monkeys", [failed(.notSMTP(received: "12 monkeys"))]),
    DialogueCase(
      "endless", "S| " + String(repeating: "x", count: 70),
      [failed(.notSMTP(received: String(repeating: "x", count: 64)))]),
  ]

  private static let hello = "S: 220 hi\nC: EHLO scanner.example.test\n"

  private static let encryptions: [DialogueCase] = [
    DialogueCase("implicit", .sample(.implicit), "TLS\n" + hello + "S: 250 hi\n" + goodEnd, [accepted()]),
    DialogueCase("implicit that fails", .sample(.implicit), "TLS FAILS", [failed(.tls(.other("handshake failure")))]),
    DialogueCase(
      "STARTTLS, and what was offered is forgotten", .sample(.startTLS),
      hello + "S: 250-hi\nS: 250-SIZE 1\nS: 250-PIPELINING\nS: 250 starttls\nC: STARTTLS\nS: 220 go\nTLS\n"
        + "C: EHLO scanner.example.test\nS: 250 hi\n" + goodEnd, [accepted()]),
    DialogueCase(
      "STARTTLS not offered", .sample(.startTLS), hello + "S: 250-hi\nS: 250 SIZE\nC: QUIT",
      [failed(.startTLSNotOffered)]),
    DialogueCase(
      "STARTTLS blanked out", .sample(.startTLS), hello + "S: 250-hi\nS: 250 XXXXXXXA\nC: QUIT",
      [failed(.smtpInspection(sign: "XXXXXXXA"))]),
    DialogueCase(
      "a greeting blanked out, and no STARTTLS", .sample(.startTLS),
      "S: 220 ****0*****\nC: EHLO scanner.example.test\nS: 250 hi\nC: QUIT",
      [failed(.smtpInspection(sign: "****0*****"))]),
    DialogueCase(
      "a greeting blanked out, and yet STARTTLS", .sample(.startTLS),
      "S: 220 ****0*****\nC: EHLO scanner.example.test\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\n"
        + "C: EHLO scanner.example.test\nS: 250 hi\n" + goodEnd, [accepted()]),
    DialogueCase(
      "never HELO where TLS is due", .sample(.startTLS), hello + "S: 502 what\nC: QUIT",
      [refused(.hello, 502, nil, "what")]),
    DialogueCase(
      "STARTTLS refused", .sample(.startTLS),
      hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 no\nC: QUIT",
      [refused(.starttls, 454, "4.7.0", "no")]),
    DialogueCase(
      "injection", .sample(.startTLS),
      hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS: 250 AUTH PLAIN", [failed(.startTLSInjection)],
      splittings: [.whole]),
    DialogueCase(
      "handshake fails", .sample(.startTLS), hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS FAILS",
      [failed(.tls(.other("handshake failure")))]),
    DialogueCase(
      "opportunistic, not offered", .sample(.opportunistic), hello + "S: 250 hi\n" + goodEnd, [accepted()]),
    DialogueCase(
      "opportunistic, refused", .sample(.opportunistic),
      hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no\n" + goodEnd, [accepted()]),
    DialogueCase(
      "opportunistic, and no clear text once begun", .sample(.opportunistic),
      hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS FAILS",
      [failed(.tls(.other("handshake failure")))]),
    DialogueCase(
      "closed at STARTTLS", .sample(.startTLS), hello + "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nCLOSE",
      [failed(.connectionLost(stage: .starttls, detail: "closed"))]),
  ]
}
