import FoundationEssentials
import Testing

/// Scripted failures, names, and how the simulator begins and ends.
@Suite struct ScriptTests {
  @Test func `a rule strikes at its stage so often, after so many, for whom it is meant`() throws {
    let world = try World(
      """
      { fail: ["b-14", { name: "b-20", first: 1 }],
        rules: [{ at: "rcpt", endpoint: "submission", only: "bad@b.c", reply: "550 5.1.10 gone {to}" },
                { at: "final", endpoint: "mx", after: 1, first: 1, reply: "keep-close" }] }
      """)
    let said = try world.python(
      """
      s = connect("submission"); print(say(s, "AUTH", "LOGIN")[:9])
      s = connect("mx")
      for _ in range(2):
          try: print(mail(s, "a@b.example", ["anna@contoso.com"])[:6])
          except smtplib.SMTPServerDisconnected: print("gone")
      """)
    #expect(said == "504 5.7.4\n250 2.\ngone\n")
    #expect(try world.kept().count == 2)
  }

  @Test func `a reply that is only said once is said once`() throws {
    let said = try World(
      """
      { fail: [{ name: "b-20", first: 1 }, { name: "b-39" }],
        rules: [{ at: "body", endpoint: "mx", bytes: 5000, reply: "reset" }] }
      """
    ).python(
      """
      s = connect("submission"); s.login("scanner@contoso.com", "Scan-2026")
      for _ in range(2): print(mail(s, "scanner@contoso.com", ["a@b.c"])[:9])
      for _ in range(2):
          say(s, "MAIL", "FROM:<scanner@contoso.com>"); print([say(s, "RCPT", f"TO:<{n}@b.c>")[:3] for n in range(3)]); s.docmd("RSET")
      s = connect("mx")
      try: print(mail(s, "a@b.example", ["anna@contoso.com"], text="x\\r\\n" * 5000))
      except (ConnectionResetError, BrokenPipeError, smtplib.SMTPServerDisconnected, ssl.SSLError) as e: print("cut")
      """)
    #expect(said == "432 4.3.2\n250 2.0.0\n['250', '452', '452']\n['250', '452', '452']\ncut\n")
  }

  @Test(arguments: [
    ("b-172a", "CERTIFICATE_VERIFY_FAILED"), ("b-172b", "CERTIFICATE_VERIFY_FAILED"),
    ("b-172c", "CERTIFICATE_VERIFY_FAILED"), ("b-173", "Hostname mismatch"), ("b-174a", "certificate has expired"),
    ("b-174b", "not yet valid"), ("b-170", "WRONG_VERSION_NUMBER"), ("b-171", "ALERT_PROTOCOL_VERSION"),
  ]) func `a handshake can be made to fail`(failure: String, words: String) throws {
    let said = try World("{ fail: ['\(failure)'] }", hasOwnAuthority: true).python(
      """
      trusting.minimum_version = ssl.TLSVersion.TLSv1_2
      try: smtplib.SMTP_SSL("localhost", place("gmailTLS"), context=trusting)
      except ssl.SSLError as e: print(e)
      """)
    #expect(said.contains(words))
  }

  /// A client that goes as far as it can at whatever endpoint, and hears every refusal on the way.
  @Test func `every failure of the catalogue that SMTP can say is said`() throws {
    let rows = try Row.catalogue().filter {
      $0.endpoint != nil && $0.reply.first?.isNumber == true
        && ["greeting", "ehlo", "starttls", "mechanism", "auth", "mail", "rcpt", "final"].contains($0.at)
    }
    #expect(rows.count > 150)
    // One after the other: each strikes once and leaves the moment to the next.
    let stages = Dictionary(grouping: rows) { ($0.endpoint ?? "") + " " + $0.at }
    for (place, rows) in stages {
      let names = rows.map { "{ name: '\($0.name)', first: 1 }" }.joined(separator: ", ")
      let words = place.split(separator: " ")
      let heard = try World("{ fail: [\(names)] }").python(
        "NAME, AT, COUNT = '\(words[0])', '\(words[1])', \(rows.count)\n" + farClient)
      for row in rows {
        let start = row.reply.prefix { $0 != "{" && $0 != "\n" }.dropFirst(4)
        #expect(heard.contains(start), "\(row.name)")
      }
    }
  }

  @Test func `every failure of the catalogue that the token endpoint can say is said`() throws {
    let rows = try Row.catalogue().filter { $0.at == "token" && $0.reply.first?.isNumber == true }
    #expect(rows.count > 40)
    let names = rows.map { "{ name: '\($0.name)', first: 1 }" }.joined(separator: ", ")
    let heard = try World("{ fail: [\(names)] }").python(
      """
      for _ in range(\(rows.count)):
          r = post(TOKEN, grant_type="refresh_token"); print(r["error"], r["error_description"])
      """)
    for row in rows { #expect(heard.contains(row.reply.dropFirst(4)), "\(row.name)") }
  }

  @Test func `dig reads the zone over UDP and TCP`() throws {
    let world = try World()
    func dig(_ words: String...) throws -> String {
      try run(["dig", "@127.0.0.1", "-p", String(world.announced.dns.port), "+short"] + words).output
    }
    #expect(try dig("contoso.com", "MX") == "0 contoso-com.mail.protection.outlook.com.\n")
    #expect(try dig("+tcp", "contoso-com.mail.protection.outlook.com", "A") == "127.0.0.1\n")
    #expect(try dig("-x", "127.0.0.1") == "scanner.contoso.com.\n")
    #expect(try dig("nomail.example", "MX") == "0 .\n")
    #expect(try dig("several.example", "MX").split(separator: "\n").count == 2)
    #expect(try dig("_25._tcp.contoso-com.mail.protection.outlook.com", "TLSA").hasPrefix("3 1 1 "))
    #expect(try dig("selector1._domainkey.contoso.com", "TXT").contains("v=DKIM1"))
    #expect(try dig("_dmarc.contoso.com", "TXT").contains("p=quarantine"))
    #expect(
      try run(["dig", "@127.0.0.1", "-p", String(world.announced.dns.port), "no.example"]).output.contains("NXDOMAIN"))
    let failing = try World("{ fail: ['b-162a'] }")
    let failed = try run(["dig", "@127.0.0.1", "-p", String(failing.announced.dns.port), "contoso.com"])
    #expect(failed.output.contains("SERVFAIL"))
  }

  @Test func `openssl sees the server's whole chain`() throws {
    let world = try World()
    let result = try run([
      "sh", "-c",
      "openssl s_client -connect localhost:\(world.port("gmailTLS")) -CAfile \(world.announced.ca) -verify_return_error "
        + "-verify_hostname smtp.gmail.com </dev/null",
    ])
    #expect(result.output.contains("Verify return code: 0 (ok)"))
  }

  @Test func `it ends with its input or by SIGTERM, and leaves nothing`() throws {
    let first = try World(hasOwnAuthority: true)
    #expect(first.end() == 0)
    #expect(!FileManager.default.fileExists(atPath: first.announced.ca))
    let second = try World(hasOwnAuthority: true)
    #expect(second.terminate() == 0)
    #expect(!FileManager.default.fileExists(atPath: second.announced.ca))
  }

  @Test func `a misspelt scenario is refused by name`() throws {
    let file = Scratch.shared.file("misspelt.json5")
    for (text, words) in [
      ("{ tenant: { smtpAut: true } }", "unknown key \"tenant.smtpAut\""),
      ("{ mailboxes: [{ adress: 'a@b.c' }] }", "unknown key \"adress\""),
      ("{ fail: ['b-999'] }", "no failure \"b-999\""),
      ("{ rules: [{ at: 'nowhere', reply: '1' }] }", "rules.[0].at"),
    ] {
      try text.write(toFile: file, atomically: false, encoding: .utf8)
      let result = try run([products + "/tenant-simulator", "--data", package, "--scenario", file])
      #expect(result.code == 78)
      #expect(result.output.contains(words), "\(result.output)")
    }
  }
}

/// An entry of `failures.json5`.
private struct Row: Decodable {
  let name: String
  let endpoint: String?
  let at: String
  let reply: String

  static func catalogue() throws -> [Row] {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let text = try String(contentsOfFile: package + "/failures.json5", encoding: .utf8)
    return try decoder.decode([Row].self, from: Data(text.utf8))
  }
}

private let farClient = """
  users = {"submission": ("scanner@contoso.com", "Scan-2026"), "hve": ("hve@contoso.com", "Hve-2026"),
           "azure": ("scanner-azure", "contoso~secret~5"), "gmail": ("scanner@contoso.example", "abcdefghijklmnop"), "smtp": ("scanner", "Smtp-2026")}
  senders = {"azure": "donotreply@contoso.com", "smtp": "scanner@contoso.com", "mx": "a@b.example", "gmailRelay": "scanner@contoso.example"}
  def attempt():
      s = smtplib.SMTP(local_hostname="scanner.contoso.com")
      r = s.connect("localhost", place(NAME)); yield r
      if r[0] != 220: return
      r = s.ehlo(); yield r
      if r[0] != 250: return
      r = s.docmd("STARTTLS"); yield r
      if r[0] != 220: return
      s.sock = trusting.wrap_socket(s.sock, server_hostname="localhost"); s.file = None
      yield s.docmd("EHLO", "scanner.contoso.com")
      if NAME in users:
          name, secret = users[NAME]
          r = s.docmd("AUTH", "LOGIN " + base64.b64encode(name.encode()).decode()); yield r
          if r[0] != 334: return
          r = s.docmd(base64.b64encode(secret.encode()).decode()); yield r
          if r[0] != 235: return
      sender = senders.get(NAME, users.get(NAME, [""])[0])
      r = s.docmd("MAIL", f"FROM:<{sender}>"); yield r
      if r[0] != 250: return
      for n in range(2):
          r = s.docmd("RCPT", "TO:<anna@contoso.com>"); yield r
          if r[0] != 250: return
      yield s.docmd("DATA")
      s.send(f"From: {sender}\\r\\n\\r\\nhello\\r\\n.\\r\\n".encode()); yield s.getreply()
  for _ in range(COUNT):
      try:
          for code, words in attempt():
              if code >= 400: print(code, words.decode())
      except smtplib.SMTPServerDisconnected: pass
  """
