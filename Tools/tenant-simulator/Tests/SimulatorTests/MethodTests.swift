import Testing

/// The other methods of submission, each with its own rules.
@Suite struct MethodTests {
  @Test func `High Volume Email reaches inside only, as itself, with fresh tokens of the right kind`() throws {
    let said = try World().python(
      """
      s = connect("hve"); s.login("hve@contoso.com", "Hve-2026")
      print(mail(s, "scanner@contoso.com", [])[:10])
      print(say(s, "MAIL", "FROM:<hve@contoso.com>")); print(say(s, "RCPT", "TO:<x@example.net>")[:9])
      print([say(s, "RCPT", f"TO:<r{n}@contoso.com>")[:9] for n in range(51)][-2:]); s.docmd("RSET")
      print(mail(s, "hve@contoso.com", ["anna@contoso.com"], header_from="anna@contoso.com")[:11])
      print(mail(s, "hve@contoso.com", ["anna@contoso.com"], text="x" * 70 + ("\\r\\n" + "x" * 1000) * 10500)[:9])
      print(mail(s, "hve@contoso.com", ["anna@contoso.com"])[:6])
      s = connect("hve")
      print(say(s, "AUTH", "XOAUTH2 " + xoauth2("hve@contoso.com", app_token(1))))
      print(say(s, "AUTH", "XOAUTH2 bm90aGluZw=="))
      print(say(s, "AUTH", "XOAUTH2 " + xoauth2("hve@contoso.com", app_token(3))))
      """)
    #expect(
      said == """
        550 5.7.62
        250 2.1.0 Sender OK
        550 5.7.1
        ['250 2.1.5', '452 4.5.3']
        550 5.6.241
        552 5.3.4
        250 2.
        535 5.7.144 XOAUTH2 authentication failed. Invalid API permissions
        501 5.5.122 Invalid XOAUTH2 auth data
        235 2.7.0 Authentication successful

        """)
  }

  @Test func `a token that is about to expire is not good enough for High Volume Email`() throws {
    let said = try World("{ tokens: { lifetime: 500 } }").python(
      """
      s = connect("hve"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("hve@contoso.com", app_token(3))))
      s = connect("submission"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner@contoso.com", app_token(1)))[:3])
      """)
    #expect(said == "535 5.7.142 Token will expire soon\n235\n")
  }

  @Test func `Azure takes the client secret under each kind of user name, and tokens of its own`() throws {
    let said = try World("{ azure: { messagesPerMinute: 1 } }").python(
      """
      tenant = "11111111-2222-3333-4444-555555555555"
      for name in ["scanner-azure", f"contoso-mail.{APP}5.{tenant}", f"contoso-mail|{APP}5|{tenant}", "nobody"]:
          s = connect("azure")
          try: print(s.login(name, "contoso~secret~5")[0])
          except smtplib.SMTPAuthenticationError as e: print(e.smtp_code)
      s = connect("azure"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner-azure", app_token(5)))[:3])
      s = connect("azure"); print(say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner-azure", app_token(5, "https://communication.azure.com/.default")))[:3])
      for sender in ["anna@contoso.com", "donotreply@contoso.com", "donotreply@contoso.com"]: print(mail(s, sender, ["x@example.net"])[:9])
      """)
    #expect(said == "235\n235\n235\n535\n535\n235\n550 5.7.1\n250 2.0.0\n450 4.7.1\n")
  }

  @Test func `Gmail says what a bearer lacks before it refuses, and wants app passwords`() throws {
    let world = try World()
    let said = try world.python(
      """
      s = connect("gmail"); print(" ".join(s.esmtp_features)); print(s.esmtp_features["auth"])
      answer = say(s, "AUTH", "XOAUTH2 " + xoauth2("scanner@contoso.example", "x")); print(base64.b64decode(answer[4:]).decode())
      print(say(s, "")[:13])
      bearer = base64.b64encode(b"n,a=scanner@contoso.example,\\x01auth=Bearer x\\x01\\x01").decode()
      print(say(s, "AUTH", "OAUTHBEARER " + bearer)[:3], say(s, "AQ==")[:9])
      def plain(p): return say(s, "AUTH", "PLAIN " + base64.b64encode(b"\\0scanner@contoso.example\\0" + p).decode())[:9]
      print(plain(b"wrong"), plain(b"Gmail-2026"), plain(b"abcdefghijklmnop"))
      print(mail(s, "scanner@contoso.example", ["x@example.net"])[:12])
      s = smtplib.SMTP_SSL("localhost", place("gmailTLS"), context=trusting); s.login("scanner@contoso.example", "abcd efgh ijkl mnop")
      s = connect("gmailRelay"); print(mail(s, "scanner@contoso.example", ["x@example.net"])[:9], mail(s, "a@b.example", ["x@example.net"])[:9])
      """)
    #expect(
      said == """
        size enhancedstatuscodes pipelining auth 8bitmime chunking smtputf8
         LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH
        {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}
        535 5.7.8 Use
        334 535 5.7.8
        535 5.7.8 534 5.7.9 235 2.7.0
        250 2.0.0 OK
        250 2.0.0 550 5.7.0

        """)
  }

  @Test func `the tenant's MX takes direct sending inside, and relays for connectors only`() throws {
    let world = try World()
    let said = try world.python(
      """
      s = connect("mx", tls=False); print("auth" in s.esmtp_features)
      print(mail(s, "scanner@contoso.com", ["anna@contoso.com"])[:6])
      def outside(to="x@example.net", sender="scanner@contoso.com", **kw): return mail(connect("mx", **kw), sender, [to])[:45]
      print(say(s, "MAIL", "FROM:<scanner@contoso.com>")[:3], say(s, "RCPT", "TO:<x@example.net>")[:45], say(s, "RCPT", "TO:<x@fabrikam.com>")[:60])
      print(outside(source="127.0.0.2")[:6], outside(source="127.0.0.2", sender="a@b.example")[:9])
      client = ssl.create_default_context(cafile=W["ca"]); client.load_cert_chain(W["client"]["certificate"], W["client"]["key"])
      print(outside(context=client)[:6])
      leaf = open(W["client"]["certificate"]).read().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\\n"
      open(W["folder"] + "/leaf.pem", "w").write(leaf)
      bare = ssl.create_default_context(cafile=W["ca"]); bare.load_cert_chain(W["folder"] + "/leaf.pem", W["client"]["key"])
      print(outside(context=bare)[:9])
      """)
    #expect(
      said == """
        False
        250 2.
        250 550 5.7.64 TenantAttribution; Relay Access De 451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35.
        250 2. 503 5.5.2
        250 2.
        503 5.5.2

        """)
    let kept = try world.kept()
    #expect(kept.map(\.connector) == [nil, "by address", "by certificate"])
    #expect(kept.last?.clientCertificate == "CN=relay.contoso.com")
  }

  @Test func `Direct Send can be switched off, and unknown people turned away at the edge`() throws {
    let said = try World("{ tenant: { rejectDirectSend: true, edgeBlocking: true } }").python(
      """
      s = connect("mx")
      print(say(s, "MAIL", "FROM:<scanner@contoso.com>")[:3], say(s, "RCPT", "TO:<anna@contoso.com>")); s.docmd("RSET")
      print(say(s, "MAIL", "FROM:<a@b.example>")[:3], say(s, "RCPT", "TO:<anna@contoso.com>")[:3], say(s, "RCPT", "TO:<nobody@contoso.com>")[:70])
      """)
    #expect(
      said == """
        250 550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources
        250 250 550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [co

        """)
  }
}
