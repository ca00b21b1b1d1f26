import Testing

/// smtp.office365.com and smtp-legacy, as python's smtplib, curl, swaks and openssl see them.
@Suite struct SubmissionTests {
  @Test func `a signed-in mailbox sends, and what it sent is kept with how it came`() throws {
    let world = try World()
    let said = try world.python(
      """
      s = connect("submission")
      s.login("scanner@contoso.com", "Scan-2026")
      s.sendmail("scanner@contoso.com", ["anna@contoso.com", "x@example.net"], "From: scanner@contoso.com\\r\\n\\r\\n.dot\\r\\n")
      print(s.quit()[0])
      """)
    #expect(said == "221\n")
    let kept = try #require(try world.kept().first)
    #expect(kept.endpoint == "submission")
    #expect(kept.tls == "TLSv1.3")
    #expect(kept.mechanism == "LOGIN")
    #expect(kept.identity == "scanner@contoso.com")
    #expect(kept.recipients == ["anna@contoso.com", "x@example.net"])
    #expect(kept.transfer == "DATA")
    #expect(kept.bytesReceived > kept.size)
    #expect(try world.text("0001-submission.eml") == "From: scanner@contoso.com\r\n\r\n.dot\r\n")
  }

  @Test func `EHLO offers AUTH only over TLS and the words are those of the log`() throws {
    let said = try World().python(
      """
      s = smtplib.SMTP(local_hostname="scanner.contoso.com")
      code, banner = s.connect("localhost", place("submission")); s._host = "localhost"
      print(banner.decode().startswith("smtp.office365.com Microsoft ESMTP MAIL Service ready at "))
      s.ehlo(); print(s.ehlo_resp.decode().replace("\\n", "|"))
      print(s.starttls(context=trusting)); s.ehlo(); print(s.ehlo_resp.decode().replace("\\n", "|"))
      """)
    #expect(
      said == """
        True
        smtp.office365.com Hello [127.0.0.1]|SIZE 157286400|PIPELINING|DSN|ENHANCEDSTATUSCODES|STARTTLS|8BITMIME|BINARYMIME|CHUNKING|SMTPUTF8
        (220, b'2.0.0 SMTP server ready')
        smtp.office365.com Hello [127.0.0.1]|SIZE 157286400|PIPELINING|DSN|ENHANCEDSTATUSCODES|AUTH LOGIN XOAUTH2|8BITMIME|BINARYMIME|CHUNKING|SMTPUTF8

        """)
  }

  @Test func `each refusal comes at its stage in the documented words`() throws {
    let said = try World().python(
      """
      s = connect("submission", tls=False)
      print(mail(s, "scanner@contoso.com", ["a@b.c"])[:45])
      s = connect("submission")
      print(mail(s, "scanner@contoso.com", ["a@b.c"])[:54])
      print(say(s, "AUTH", "PLAIN AAAA"))
      print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner@contoso.com", "nonsense")))
      try: s.login("scanner@contoso.com", "wrong")
      except smtplib.SMTPAuthenticationError as e: print(e.smtp_code, e.smtp_error.decode()[:76])
      s.login("scanner@contoso.com", "Scan-2026")
      print(mail(s, "anna@contoso.com", ["a@b.c"]))
      r = mail(s, "scanner@contoso.com", ["a@b.c"], header_from="anna@contoso.com"); print(r[:85], len(r) > 1000)
      print(mail(s, "frontdesk@contoso.com", ["a@b.c"]))
      print(say(s, "MAIL", "FROM:<scanner@contoso.com> SIZE=157286401"))
      """)
    #expect(
      said == """
        451 5.7.3 STARTTLS is required to send mail [
        530 5.7.57 Client not authenticated to send mail. [smt
        504 5.7.4 Unrecognized authentication type [smtp.office365.com]
        535 5.7.3 Authentication unsuccessful [smtp.office365.com]
        535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [s
        550 5.7.60 SMTP; Client does not have permissions to send as this sender [smtp.office365.com]
        554 5.2.252 SendAsDenied; scanner@contoso.com not allowed to send as anna@contoso.com True
        250 2.0.0 OK <1@scanner> [Hostname=smtp.office365.com]
        552 5.3.4 Message size exceeds fixed maximum message size

        """)
  }

  @Test(arguments: [
    ("{ tenant: { smtpAuth: false } }", "SmtpClientAuthentication is disabled for the Tenant."),
    ("{ tenant: { securityDefaults: true } }", "user is locked by your organization's security defaults policy."),
    ("{ tenant: { conditionalAccess: true } }", "the request did not meet the criteria"),
    ("{ tenant: { basicAuth: false } }", "Basic authentication is not supported for Client Submission."),
    (
      "{ mailboxes: [{ address: 'scanner@contoso.com', password: 'Scan-2026', smtpAuth: false }] }",
      "SmtpClientAuthentication is disabled for the Mailbox."
    ),
    (
      "{ mailboxes: [{ address: 'scanner@contoso.com', password: 'Scan-2026', allowsBasic: false }] }",
      "basic authentication is disabled."
    ),
    ("{ mailboxes: [{ address: 'scanner@contoso.com', password: 'Scan-2026', state: 'locked' }] }", "account locked."),
  ]) func `every switch refuses in its words`(scenario: String, words: String) throws {
    let said = try World(scenario).python(
      """
      s = connect("submission")
      try: s.login("scanner@contoso.com", "Scan-2026")
      except smtplib.SMTPAuthenticationError as e: print(e.smtp_error.decode())
      """)
    #expect(said.contains(words))
  }

  @Test func `one mailbox has three sessions, and thirty messages a minute`() throws {
    let world = try World("{ submission: { messagesPerMinute: 2 } }")
    let said = try world.python(
      """
      sessions = [connect("submission") for _ in range(4)]
      for s in sessions:
          try: print(s.login("scanner@contoso.com", "Scan-2026")[0])
          except smtplib.SMTPAuthenticationError as e: print(e.smtp_code, e.smtp_error.decode()[:44])
      for _ in range(3): print(mail(sessions[0], "scanner@contoso.com", ["a@b.c"])[:30])
      """)
    #expect(
      said == """
        235
        235
        235
        432 4.3.2 Concurrent connections limit exceeded.
        250 2.0.0 OK <1@scanner> [Host
        250 2.0.0 OK <1@scanner> [Host
        421 4.4.2 Message submission r

        """)
  }

  @Test func `BINARYMIME goes by BDAT, bit by bit`() throws {
    let world = try World()
    let said = try world.python(
      """
      s = connect("submission"); s.login("scanner@contoso.com", "Scan-2026")
      print(say(s, "MAIL", "FROM:<scanner@contoso.com> BODY=BINARYMIME")); print(say(s, "RCPT", "TO:<a@b.c>"))
      print(say(s, "DATA"))
      part = b"From: scanner@contoso.com\\r\\n\\r\\n" + bytes(range(256)); rest = b"\\n.\\r\\n" * 3
      s.send(b"BDAT %d\\r\\n" % len(part) + part); print(s.getreply()[1].decode())
      s.send(b"BDAT %d LAST\\r\\n" % len(rest) + rest); print(s.getreply()[0])
      print(open(W["folder"] + "/0001-submission.eml", "rb").read() == part + rest)
      """)
    #expect(
      said == """
        250 2.1.0 Sender OK
        250 2.1.5 Recipient OK
        503 5.5.1 DATA is not possible here, use BDAT
        2.6.0 CHUNK received OK, 285 octets
        250
        True

        """)
    let kept = try #require(try world.kept().first)
    #expect(kept.transfer == "BDAT")
    #expect(kept.chunks == 2)
    #expect(kept.body == "BINARYMIME")
  }

  @Test func `TLS 1_0 is turned away in words at submission and served at the legacy endpoint`() throws {
    let world = try World()
    let old = """
      old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); old.load_verify_locations(W["ca"])
      old.set_ciphers("DEFAULT@SECLEVEL=0"); old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
      import warnings; warnings.simplefilter("ignore")
      s = smtplib.SMTP("localhost", place(NAME)); s.ehlo(); s.starttls(context=old)
      print(s.sock.version(), say(s, "EHLO", "x")[:60])
      """
    let refused = try world.python("NAME='submission'\n" + old)
    #expect(refused.hasPrefix("TLSv1 421 4.7.66 TLS 1.0 and 1.1 are not supported."), "\(refused)")
    #expect(try world.python("NAME='legacy'\n" + old).hasPrefix("TLSv1 250 smtp-legacy.office365.com Hello"))
  }

  @Test func `swaks signs in and sends`() throws {
    let world = try World()
    let result = try run([
      "swaks", "--server", "localhost", "--port", world.port("submission"), "--tls", "--auth", "LOGIN",
      "--auth-user", "scanner@contoso.com", "--auth-password", "Scan-2026", "--from", "scanner@contoso.com",
      "--to", "anna@contoso.com", "--silent", "2",
    ])
    #expect(result.code == 0, "\(result.output)")
    #expect(try world.kept().map(\.from) == ["scanner@contoso.com"])
  }
}
