import Base
import Mail
import Testing

@Suite struct `SMTP AUTH` {
  @Test(arguments: cases) func `says`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  @Test(arguments: bans) func `sends no password`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  @Test func `asks without end and is stopped`() throws {
    var session = SMTPSession(.withPassword(.login))
    var sent = 0
    session.tlsEstablished()
    session.receive(Array("220 hi\r\n".utf8))
    while true {
      switch session.next() {
      case .send(let line, _):
        sent += 1
        let isHello = line.starts(with: "EHLO".utf8)
        session.receive(Array((isHello ? "250-hi\r\n250 AUTH LOGIN\r\n" : "334 VXNlcm5hbWU6\r\n").utf8))
      case .finished(let result):
        #expect(sent <= 12)
        guard case .failed(.protocolViolation(.auth, _)) = result.outcomes[0] else {
          return #expect(Bool(false), "\(result.outcomes)")
        }
        return
      default: return #expect(Bool(false))
      }
    }
  }

  @Test func `a server that quotes the password in a line that is no reply is not quoted`() throws {
    var transcript = Transcript(
      start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: bad secret!", .withPassword(), message: "",
      splitting: .whole)
    let detail = "\"bad …!\" is no SMTP reply"
    #expect(try transcript.play().outcomes == [.failed(.protocolViolation(stage: .auth, detail: detail))])
  }

  @Test func `a server that quotes the password is not quoted`() throws {
    for (quote, shown) in [
      ("secret", "…!"), ("c2VjcmV0", "…!"), ("AHUAc2VjcmV0", "…!"), ("secret\u{301}", "…\u{301}!"),
    ] {
      var transcript = Transcript(
        start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 535 5.7.8 bad \(quote)!\nC: QUIT", .withPassword(),
        message: "", splitting: .whole)
      #expect(try transcript.play().outcomes == [refused(.auth, 535, "5.7.8", "bad \(shown)")])
    }
  }

  @Test func `credentials do not describe their password`() {
    let credentials = SMTPCredentials(username: "u", password: "hush-hush")
    var dump = ""
    Swift.dump(credentials, to: &dump)
    #expect(!"\(credentials) \(String(reflecting: credentials)) \(dump)".contains("hush"))
    var planDump = ""
    Swift.dump(SMTPSession(.withPassword(password: "hush-hush")), to: &planDump)
    #expect(!planDump.contains("hush"))
  }

  private static let cases: [DialogueCase] = [
    DialogueCase(
      "PLAIN before LOGIN", .withPassword(),
      start + "S: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "LOGIN where it is all there is", .withPassword(),
      start + "S: 250 AUTH GSSAPI NTLM LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dQ==\nS: 334 UGFzc3dvcmQ6\n"
        + "C: c2VjcmV0\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "LOGIN by position, whatever the prompts", .withPassword(.login),
      start + "S: 250-auth=login\nS: 250 AUTH PLAIN\nC: AUTH LOGIN\nS: 334\nC: dQ==\nS: 334 user name?\n"
        + "C: c2VjcmV0\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "PLAIN from several lines", .withPassword(),
      start + "S: 250-AUTH XOAUTH2\nS: 250-AUTH=NTLM\nS: 250 Auth plain\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 235 ok\n"
        + goodEnd, [accepted()]),
    DialogueCase(
      "a long password in two steps, on one line", .withPassword(password: String(repeating: "p", count: 400)),
      start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN\nS: 334 \nC: "
        + base64([0, 117, 0] + [UInt8](repeating: 112, count: 400)) + "\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "a password beyond ASCII", .withPassword(password: " pä%ß "),
      start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN " + base64([0, 117, 0] + Array(" pä%ß ".utf8)) + "\nS: 235 ok\n"
        + goodEnd, [accepted()]),
    DialogueCase(
      "a wrong password, once", .withPassword(),
      start + "S: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 535 5.7.8 no\nC: QUIT",
      [refused(.auth, 535, "5.7.8", "no")]),
    DialogueCase(
      "a user refused", .withPassword(.login),
      start + "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 x\nC: dQ==\nS: 535 no\nC: QUIT",
      [refused(.auth, 535, nil, "no")]),
    DialogueCase(
      "a password refused at the last step of LOGIN", .withPassword(.login),
      start + "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 x\nC: dQ==\nS: 334 x\nC: c2VjcmV0\nS: 550 no\nC: QUIT",
      [refused(.auth, 550, nil, "no")]),
    DialogueCase(
      "LOGIN refused as such", .withPassword(.login),
      start + "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 504 5.7.4 no\nC: QUIT", [refused(.auth, 504, "5.7.4", "no")]),
    DialogueCase(
      "not now", .withPassword(),
      start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 454 4.7.0 later\nC: QUIT",
      [refused(.auth, 454, "4.7.0", "later")]),
    DialogueCase(
      "421", .withPassword(), start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 421 bye",
      [refused(.auth, 421, nil, "bye")]),
    DialogueCase(
      "one question too many", .withPassword(),
      start + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 334 more\nC: *\nS: 501 ok\nC: QUIT",
      [failed(.protocolViolation(stage: .auth, detail: "AUTH asked for more than its mechanism has"))]),
    DialogueCase(
      "nothing offered", .withPassword(), start + "S: 250 SIZE\nC: QUIT",
      [failed(.authNotOffered(offered: [], wanted: "PLAIN or LOGIN"))]),
    DialogueCase(
      "nothing of ours offered", .withPassword(), start + "S: 250 AUTH XOAUTH2 NTLM\nC: QUIT",
      [failed(.authNotOffered(offered: ["XOAUTH2", "NTLM"], wanted: "PLAIN or LOGIN"))]),
    DialogueCase(
      "never an unlisted one", .withPassword(.plain), start + "S: 250 AUTH LOGIN\nC: QUIT",
      [failed(.authNotOffered(offered: ["LOGIN"], wanted: "PLAIN"))]),
    DialogueCase("none wanted", .withPassword(.none), start + "S: 250 AUTH PLAIN\n" + goodEnd, [accepted()]),
    DialogueCase(
      "EHLO refused where AUTH is due", .withPassword(),
      "TLS\nS: 220 hi\nC: EHLO scanner.example.test\nS: 502 no\nC: QUIT",
      [refused(.hello, 502, nil, "no")]),
    DialogueCase(
      "allowed in clear text",
      .withPassword {
        $0.encryption = .off; $0.unprotectedAuthentication = .allowed
      },
      start.replacing("TLS\n", with: "") + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAc2VjcmV0\nS: 235 ok\n" + goodEnd,
      [accepted()]),
  ]

  private static let bans: [DialogueCase] = [
    DialogueCase(
      "in clear text", .withPassword { $0.encryption = .off }, "",
      [failed(.authForbidden(reason: "the connection is not encrypted, so the password is not sent"))]),
    DialogueCase(
      "where TLS is only tried", .withPassword { $0.encryption = .opportunistic }, "",
      [failed(.authForbidden(reason: "the connection need not be encrypted, so the password is not sent"))]),
    DialogueCase(
      "to whom nobody verifies", .withPassword { $0.verifiesPeer = false }, "",
      [failed(.authForbidden(reason: "the server's certificate is not verified, so the password is not sent"))]),
    DialogueCase(
      "to the public",
      .withPassword {
        $0.encryption = .off; $0.unprotectedAuthentication = .forbiddenTo(address: "8.8.8.8")
      },
      "",
      [
        failed(
          .authForbidden(
            reason:
              "the connection is not encrypted, and the server's address 8.8.8.8 is not private, so the password is not sent"
          ))
      ]),
    DialogueCase(
      "with a NUL", .withPassword(password: "a\u{0}b"), start + "S: 250 AUTH PLAIN\nC: QUIT",
      [failed(.authForbidden(reason: "the user name or the password holds a NUL, which AUTH cannot carry"))]),
  ]
}

private let start = "TLS\nS: 220 hi\nC: EHLO scanner.example.test\nS: 250-hi\n"
