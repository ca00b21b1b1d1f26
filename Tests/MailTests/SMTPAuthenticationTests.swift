import Base
import Mail
import Testing

@Suite struct `SMTP AUTH` {
  // case: smtp-1
  // case: smtp-15
  // case: smtp-17
  // case: smtp-30
  // case: smtp-31
  // case: smtp-32
  // case: smtp-33
  // case: smtp-36
  // case: smtp-37
  // case: smtp-38
  // case: smtp-40
  // case: smtp-41
  @Test(arguments: cases) func `says`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-21
  @Test(arguments: bans) func `sends no password`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-39
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
    let detail = "\"bad …!\" is not an SMTP reply"
    #expect(try transcript.play().outcomes == [.failed(.protocolViolation(stage: .auth, detail: detail))])
  }

  // case: smtp-42
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

  // case: smtp-42
  @Test func `credentials do not describe their password`() {
    let credentials = SMTPCredentials(username: "u", password: "hush-hush")
    var dump = ""
    Swift.dump(credentials, to: &dump)
    #expect(!"\(credentials) \(String(reflecting: credentials)) \(dump)".contains("hush"))
    var planDump = ""
    Swift.dump(SMTPSession(.withPassword(password: "hush-hush")), to: &planDump)
    #expect(!planDump.contains("hush"))
  }

  /// RFC 2195 section 2.
  private static let cramCase = DialogueCase(
    "CRAM-MD5 where it is all there is", .withPassword(user: "tim", password: "tanstaaftanstaaf"),
    start + "S: 250 AUTH CRAM-MD5 NTLM\nC: AUTH CRAM-MD5\nS: 334 "
      + base64("<1896.697170952@postoffice.reston.mci.net>".utf8) + "\nC: "
      + base64("tim b913a602c7eda7a495b4e6e7334d3890".utf8) + "\nS: 235 ok\n" + goodEnd, [accepted()])

  /// RFC 7677 section 3.
  private static func scram(_ lastWord: String, _ end: String, _ outcome: RecipientOutcome, _ name: String)
    -> DialogueCase
  {
    let server = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    let proof =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    return DialogueCase(
      name, .withPassword(user: "user", password: "pencil") { $0.nonce = "rOprNGfwEbeRWgbNEkqO" },
      start + "S: 250 AUTH LOGIN PLAIN SCRAM-SHA-256\nC: AUTH SCRAM-SHA-256 "
        + base64("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8) + "\nS: 334 " + base64(server.utf8) + "\nC: "
        + base64(proof.utf8) + "\n" + (lastWord.isEmpty ? "" : "S: 334 " + base64(lastWord.utf8) + "\nC: \n") + end,
      [outcome])
  }

  private static let scramCases = [
    scram(
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "S: 235 ok\n" + goodEnd, accepted(),
      "SCRAM before PLAIN, in the words of the standard"),
    scram(
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "S: 235 ok\nC: QUIT", failed(unproven),
      "a server that does not know the password"),
    scram("", "S: 235 ok\nC: QUIT", failed(unproven), "a server that leaves its proof out"),
    scram("e=invalid-proof", "S: 535 5.7.8 no\nC: QUIT", refused(.auth, 535, "5.7.8", "no"), "SCRAM refused"),
  ]

  private static let unproven = DeliveryFault.protocolViolation(
    stage: .auth, detail: "the server accepted SCRAM without proving that it knows the password")

  @Test(arguments: scramCases + [cramCase]) func `proves the password`(_ dialogue: DialogueCase) throws {
    try dialogue.check()
  }

  @Test(arguments: [
    ("r=other,s=W22Z,i=4096", "SCRAM's challenge is malformed"),
    ("r=abc,s=W22Z,i=4096", "SCRAM's challenge is malformed"),
    ("r=abcd,i=4096", "SCRAM's challenge is malformed"),
    ("r=abcd,s=W22Z,i=4095", "SCRAM asks for 4095 iterations; allowed are 4096...1000000"),
    ("r=abcd,s=W22Z,i=1000001", "SCRAM asks for 1000001 iterations; allowed are 4096...1000000"),
  ])
  func `a challenge that weakens or stalls SCRAM is not answered`(challenge: String, reason: String) throws {
    let dialogue = DialogueCase(
      reason, .withPassword(.scramSHA256) { $0.nonce = "abc" },
      start + "S: 250 AUTH SCRAM-SHA-256\nC: AUTH SCRAM-SHA-256 " + base64("n,,n=u,r=abc".utf8) + "\nS: 334 "
        + base64(challenge.utf8) + "\nC: *\nS: 501 ok\nC: QUIT",
      [failed(.protocolViolation(stage: .auth, detail: reason))])
    try dialogue.check()
  }

  private static let xoauth2 = base64("user=u\u{1}auth=Bearer tok\u{1}\u{1}".utf8)
  private static let oauthBearer = base64("n,a=u=3D,\u{1}auth=Bearer tok\u{1}\u{1}".utf8)
  private static let longToken = String(repeating: "t", count: 1500)
  private static let longResponse = base64("user=u\u{1}auth=Bearer \(longToken)\u{1}\u{1}".utf8)

  @Test(arguments: [
    DialogueCase(
      "XOAUTH2", .withToken(),
      start + "S: 250 AUTH LOGIN XOAUTH2\nC: AUTH XOAUTH2 " + xoauth2 + "\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "OAUTHBEARER", .withToken(.oauthBearer, user: "u="),
      start + "S: 250 AUTH XOAUTH2 OAUTHBEARER\nC: AUTH OAUTHBEARER " + oauthBearer + "\nS: 235 ok\n" + goodEnd,
      [accepted()]),
    DialogueCase(
      "Gmail's refusal in two steps", .withToken(),
      start + "S: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2 " + xoauth2 + "\nS: 334 " + base64(#"{"status":"400"}"#.utf8)
        + "\nC: \nS: 535 5.7.8 no\nC: QUIT", [refused(.auth, 535, "5.7.8", "no")]),
    DialogueCase(
      "Exchange's refusal at once", .withToken(),
      start + "S: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2 " + xoauth2 + "\nS: 535 5.7.3 no\nC: QUIT",
      [refused(.auth, 535, "5.7.3", "no")]),
    DialogueCase(
      "OAUTHBEARER's refusal", .withToken(.oauthBearer, user: "u="),
      start + "S: 250 AUTH OAUTHBEARER\nC: AUTH OAUTHBEARER " + oauthBearer + "\nS: 334 e30=\nC: AQ==\nS: 535 no\n"
        + "C: QUIT", [refused(.auth, 535, nil, "no")]),
    DialogueCase(
      "a long token in two steps", .withToken(token: longToken),
      start + "S: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2\nS: 334 \nC: " + longResponse + "\nS: 334 e30=\nC: \nS: 535 no\n"
        + "C: QUIT", [refused(.auth, 535, nil, "no")]),
    DialogueCase(
      "a long token on the line", .withToken(token: longToken) { $0.authenticationLineLimit = 12288 },
      start + "S: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2 " + longResponse + "\nS: 235 ok\n" + goodEnd, [accepted()]),
    DialogueCase(
      "a token where only passwords go", .withToken(), start + "S: 250 AUTH LOGIN PLAIN\nC: QUIT",
      [failed(.authNotOffered(offered: ["LOGIN", "PLAIN"], wanted: "XOAUTH2 or OAUTHBEARER"))]),
    DialogueCase(
      "a token in clear text", .withToken { $0.encryption = .off }, "",
      [failed(.authForbidden(reason: "the connection is not encrypted, so the access token is not sent"))]),
  ])
  func `shows a token`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  @Test func `without TLS the password itself is the last resort`() throws {
    let errand = Errand.withPassword {
      $0.encryption = .off
      $0.unprotectedAuthentication = .allowed
    }
    let challenge = "S: 250 AUTH PLAIN LOGIN CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 !\nC: *\nS: 501 no\nC: QUIT"
    try DialogueCase(
      "", errand, start.replacing("TLS\n", with: "") + challenge,
      [failed(.protocolViolation(stage: .auth, detail: "the CRAM-MD5 challenge is not base64"))]
    ).check()
  }

  @Test func `a server that quotes the token is not quoted`() throws {
    for quote in ["tok-of-access", base64("user=u\u{1}auth=Bearer tok-of-access\u{1}\u{1}".utf8)] {
      var transcript = Transcript(
        start + "S: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2 "
          + base64("user=u\u{1}auth=Bearer tok-of-access\u{1}\u{1}".utf8) + "\nS: 535 5.7.8 bad \(quote)!\nC: QUIT",
        .withToken(token: "tok-of-access"), message: "", splitting: .whole)
      #expect(try transcript.play().outcomes == [refused(.auth, 535, "5.7.8", "bad …!")])
    }
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
      [failed(.protocolViolation(stage: .auth, detail: "AUTH sent more challenges than its mechanism has"))]),
    DialogueCase(
      "nothing offered", .withPassword(), start + "S: 250 SIZE\nC: QUIT",
      [failed(.authNotOffered(offered: [], wanted: "SCRAM-SHA-256 or PLAIN or LOGIN or CRAM-MD5"))]),
    DialogueCase(
      "nothing of ours offered", .withPassword(), start + "S: 250 AUTH XOAUTH2 NTLM\nC: QUIT",
      [failed(.authNotOffered(offered: ["XOAUTH2", "NTLM"], wanted: "SCRAM-SHA-256 or PLAIN or LOGIN or CRAM-MD5"))]),
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
      [failed(.authForbidden(reason: "the connection may be unencrypted, so the password is not sent"))]),
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
      [failed(.authForbidden(reason: "the user name or password contains a NUL, which AUTH cannot send"))]),
  ]
}

private let start = "TLS\nS: 220 hi\nC: EHLO scanner.example.test\nS: 250-hi\n"
