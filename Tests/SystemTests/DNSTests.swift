import Base
import FoundationEssentials
import TestKit
import Testing

/// Names end to end: a domain's mail exchanger, signatures that others believe, and what `platen dns` says.
@Suite struct `Names and signatures` {
  /// The keys as `platen dns dkim --json` tells them.
  private struct Keys: Decodable {
    struct Key: Decodable {
      let secret: String
      let selector: String
      let algorithm: String
      let name: String
      let value: String
      let zone: String
    }

    let keys: [Key]
  }

  /// A check as `platen dns --json` tells it.
  private struct Check: Decodable {
    struct Step: Decodable {
      let layer: String
      let verdict: String
      let evidence: String
      let seconds: Double
      let publish: String?
    }

    struct Failure: Decodable {
      let cause: String
      let exitCode: Int
    }

    let route: String
    let steps: [Step]
    let failure: Failure?

    var verdicts: [String: String] { Dictionary(uniqueKeysWithValues: steps.map { ($0.layer, $0.verdict) }) }
  }

  private static let identity =
    "identity: { address: \"scanner@example.test\", hostname: \"scanner.example.test\", "
    + "internalDomains: [\"example.test\"] },"

  /// A route to the mail exchangers of example.test.
  private func direct(_ preset: String, _ names: ZoneServer, port: Int, tls: String = "mode: \"off\"") -> String {
    Self.identity + """
      routes: [{ name: "direct", preset: "\(preset)", domain: "example.test", port: \(port), tls: { \(tls) } }],
      network: { dns: ["\(names.address)"] },
      """
  }

  private static let hello: [ScriptedServer.Step] = [.say("220 hi"), .hear("EHLO"), .say("250 hi")]
  private static let transaction: [ScriptedServer.Step] = [
    .hear("MAIL FROM:<scanner@example.test>"), .say("250 ok"), .hear("RCPT TO:<ann@example.test>"), .say("250 ok"),
    .hear("DATA"), .say("354 go"), .hearMessage,
  ]
  private static let taken: [ScriptedServer.Step] = [.say("250 queued"), .hear("QUIT"), .say("221 bye"), .hold]

  private func send(_ desk: Desk) throws -> RunResult {
    try desk.platen("send", try desk.folder.write(smallestPDF, to: "a.pdf"), "--to", "ann@example.test")
  }

  private func keys(_ desk: Desk, _ arguments: String...) throws -> [Keys.Key] {
    let result = try run(
      desk.command(["dns", "dkim"] + arguments, json: true), environment: desk.environment)
    try #require(result.exitCode == 0, "\(result.errors)")
    return try JSONDecoder().decode(Keys.self, from: Data(result.output)).keys
  }

  /// What dkimpy says of each signature of a message: "True" or "False".
  private func judged(_ message: [UInt8], _ keys: [Keys.Key]) throws -> [String] {
    let program = """
      import dkim, sys
      records = dict(line.rstrip("\\n").split(" ", 1) for line in open(sys.argv[2]))
      raw = open(sys.argv[1], "rb").read()
      found = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()
      for index in range(raw.count(b"DKIM-Signature:")):
          try: print(dkim.DKIM(raw).verify(idx=index, dnsfunc=found))
          except dkim.ValidationError: print(False)
      """
    let folder = try TemporaryFolder()
    let records = keys.map { "\($0.name) \($0.value)\n" }.joined()
    let result = try run([
      "/usr/bin/python3", "-c", program, try folder.write(message, to: "message"),
      try folder.write(records, to: "zone"),
    ])
    try #require(result.exitCode == 0, "\(result.errors)")
    return result.text.split(separator: "\n").map(String.init)
  }

  // case: smtp-76
  @Test(arguments: ["m365-direct-send", "m365-relay"])
  func `a domain's exchanger takes a message, over verified TLS`(_ preset: String) throws {
    let server = try MailServer.shared.get()
    let names = try ZoneServer("example.test MX 0 localhost")
    let desk = try Desk(
      direct(preset, names, port: server.smtpPort, tls: "mode: \"starttls\", caFile: \"\(server.authorityFile)\""))
    let sent = try send(desk)
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let message = try server.delivered(try #require(try desk.jobs().first?.messageID))
    #expect(message.parts.map(\.type) == ["text/plain", "application/pdf"])
    #expect(try names.questions().first == "example.test MX")
  }

  // case: smtp-76
  @Test func `an exchanger that fails is passed over for the next, and named`() throws {
    let server = try MailServer.shared.get()
    let names = try ZoneServer(
      "example.test MX 10 away.test\nexample.test MX 20 localhost\naway.test A 127.0.0.9")
    let desk = try Desk(
      direct(
        "m365-direct-send", names, port: server.smtpPort,
        tls: "mode: \"starttls\", caFile: \"\(server.authorityFile)\""))
    let sent = try send(desk)
    #expect(sent.exitCode == 0 && sent.errors.contains("away.test"), "\(sent.errors)")
    #expect(try server.delivered(try #require(try desk.jobs().first?.messageID)).parts.count == 2)
  }

  // case: smtp-76
  @Test(arguments: [
    ("example.test MX 0 .", 68, "example.test does not accept mail", "held"),
    ("other.test A 127.0.0.1", 68, "domain example.test does not exist", "held"),
    ("example.test SERVFAIL", 75, "SERVFAIL", "queued"),
    ("example.test MX 10 mx.example.test\nmx.example.test A 127.0.0.1", 75, "mx.example.test", "queued"),
    (
      "example.test MX 10 a.test\nexample.test MX 20 b.test\na.test A 127.0.0.1\nb.test A 127.0.0.2", 75,
      "tried: a.test: connection refused; b.test: connection refused", "queued"
    ),
  ]) func `a domain without an exchanger`(_ zone: String, _ code: Int32, _ words: String, _ state: String) throws {
    let names = try ZoneServer(zone)
    // Nobody listens on port 1.
    let desk = try Desk(direct("m365-direct-send", names, port: 1))
    expectFailure(try send(desk), code, naming: words)
    #expect(try desk.jobs().first?.state == state)
  }

  @Test func `both keys sign, the same bytes at every attempt, and dkimpy believes them`() throws {
    let server = try ScriptedServer(connections: [
      Self.hello + Self.transaction + [.say("451 4.3.0 later"), .hold], Self.hello + Self.transaction + Self.taken,
    ])
    let names = try ZoneServer("example.test A 127.0.0.1")
    let route = direct("m365-direct-send", names, port: server.port)
    let desk = try Desk(route)
    var made = try keys(desk, "--new", "r1")
    made += try keys(desk, "--new", "e1", "--second", "--algorithm", "ed25519")
    #expect(made.map(\.algorithm) == ["rsa-sha256", "ed25519-sha256"])
    #expect(made.map(\.name) == ["r1._domainkey.example.test", "e1._domainkey.example.test"])
    #expect(made.map(\.secret) == ["dkim.privateKey", "dkim.secondPrivateKey"])

    try desk.configure(route + "dkim: { selector: \"r1\", secondSelector: \"e1\" },")
    #expect(try keys(desk).map(\.value) == made.map(\.value))
    let sent = try send(desk)
    #expect(sent.exitCode == 75, "\(sent.errors)")
    #expect(try desk.platen("jobs", "retry", try desk.jobs().first?.id ?? "").exitCode == 0)
    // Without the final dot.
    let messages = try [0, 1].map { Array((try server.record($0).messages.first ?? []).dropLast(3)) }
    #expect(!messages[0].isEmpty && messages[0] == messages[1])
    #expect(try judged(messages[0], made) == ["True", "True"])
    var broken = messages[0]
    broken[broken.count - 10] ^= 1
    #expect(try judged(broken, made) == ["False", "False"])
  }

  @Test func `a signature survives Postfix`() throws {
    let server = try MailServer.shared.get()
    let desk = try Desk(server.configuration(), environment: server.secrets)
    let made = try keys(desk, "--new", "r1")
    try desk.configure(server.configuration("dkim: { selector: \"r1\" },"))
    #expect(try send(desk).exitCode == 0)
    let message = try server.delivered(try #require(try desk.jobs().first?.messageID))
    #expect(message.headers["DKIM-Signature"]?.contains("d=example.test") == true)
    let found = try #require(
      try Folder.names(in: server.maildir + "/new").first {
        String(decoding: try Folder.contents(of: server.maildir + "/new/" + $0, limit: 1 << 30), as: UTF8.self)
          .contains(message.headers["Message-ID"] ?? "none")
      })
    #expect(try judged(try Folder.contents(of: server.maildir + "/new/" + found), made) == ["True"])
  }

  @Test func `a key that is missing or unfit is told of before anything is taken over`() throws {
    let desk = try Desk(
      Self.identity + """
        routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }], dkim: { selector: "s1" },
        """)
    expectFailure(try send(desk), 78, naming: "dkim.selector", "dkim.privateKey")
    #expect(try desk.jobs().isEmpty)
    expectFailure(try desk.platen("dns", "dkim"), 78, naming: "dkim.privateKey")
    #expect(try desk.platen("secret", "set", "dkim.privateKey", input: "no key at all").exitCode == 0)
    let unfit = try send(desk)
    expectFailure(unfit, 78, naming: "dkim.privateKey")
    #expect(!unfit.errors.contains("no key at all"))
  }

  @Test func `a key in use is not lost by accident`() throws {
    let desk = try Desk(Self.identity)
    let first = try keys(desk, "--new", "s1")
    expectFailure(try desk.platen("dns", "dkim", "--new", "s1"), 78, naming: "dkim.privateKey")
    #expect(try keys(desk, "--new", "s1", "--replace").map(\.value) != first.map(\.value))
    try desk.configure(Self.identity + "dkim: { selector: \"s1\" },")
    expectFailure(try desk.platen("dns", "dkim", "--new", "s2", "--replace"), 78, naming: "dkim.selector", "s1")
    #expect(try keys(desk, "--new", "s2", "--second").map(\.selector) == ["s2"])
    expectFailure(try desk.platen("dns", "dkim", "--new", "s 2", "--second"), 65, naming: "s 2")
    #expect(try desk.platen("dns", "dkim", "--second").exitCode == 64)
  }

  @Test func `a domain with nothing in it, told line by line, and after publishing what it said`() throws {
    let bare = "example.test A 127.0.0.1\nspf.protection.outlook.com TXT \"v=spf1 ip4:40.92.0.0/15 -all\"\n"
    let before = try ZoneServer(bare)
    let desk = try Desk(direct("m365-direct-send", before, port: 25))
    let key = try #require(try keys(desk, "--new", "s1").first)
    try desk.configure(direct("m365-direct-send", before, port: 25) + "dkim: { selector: \"s1\" },")

    let words = try desk.platen("dns", "direct", "--address", "203.0.113.9")
    expectFailure(words, 78, naming: "example.test")
    #expect(words.text.contains("v=spf1 ip4:203.0.113.9 include:spf.protection.outlook.com ~all"))
    #expect(words.text.contains("s1._domainkey.example.test. IN TXT"))
    let failed = try check(desk, "--address", "203.0.113.9")
    #expect(failed.exitCode == 78)
    #expect(failed.check.verdicts["spf"] == "fail" && failed.check.verdicts["dkim"] == "fail")
    #expect(failed.check.failure?.exitCode == 78)

    let published = failed.check.steps.compactMap(\.publish).map(Self.line)
    let after = try ZoneServer(
      bare + published.joined(separator: "\n") + """

        example.test MX 0 example-test.mail.protection.outlook.com
        scanner.example.test A 203.0.113.9
        9.113.0.203.zen.spamhaus.org A 127.0.0.2
        """)
    try desk.configure(direct("m365-direct-send", after, port: 25) + "dkim: { selector: \"s1\" },")
    let passed = try check(desk, "--address", "203.0.113.9")
    #expect(passed.exitCode == 0, "\(passed.check)")
    #expect(
      passed.check.verdicts == ["mx": "pass", "spf": "pass", "dkim": "pass", "dmarc": "pass", "ptr": "pass"])
    #expect(try !after.questions().contains { $0.contains("spamhaus") })
    let listed = try check(desk, "--address", "203.0.113.9", "--dnsbl")
    #expect(listed.exitCode == 78 && listed.check.verdicts["dnsbl"] == "fail")
    #expect(key.zone.contains("( \"v=DKIM1; k=rsa; p="))
  }

  @Test func `what cannot be looked at`() throws {
    let names = try ZoneServer("example.test SERVFAIL\n_dmarc.example.test SERVFAIL")
    let desk = try Desk(direct("m365-direct-send", names, port: 25))
    #expect(try check(desk).exitCode == 75)
    expectFailure(try desk.platen("dns", "nowhere"), 78, naming: "nowhere")
    expectFailure(try desk.platen("dns", "--address", "1.2.3"), 65, naming: "1.2.3")
    let gone = try ZoneServer("other.test A 127.0.0.1")
    try desk.configure(direct("m365-direct-send", gone, port: 25))
    #expect(try check(desk).exitCode == 68)
    #expect(try Desk(Self.identity).platen("dns").exitCode == 78)
  }

  private func check(_ desk: Desk, _ arguments: String...) throws -> (check: Check, exitCode: Int32?) {
    let result = try run(desk.command(["dns", "direct"] + arguments, json: true))
    return (try JSONDecoder().decode(Check.self, from: Data(result.output)), result.exitCode)
  }

  /// A line of a zone file as ``ZoneServer`` reads it.
  private static func line(_ zone: String) -> String {
    zone.replacing("\n", with: " ").replacing(" IN ", with: " ").replacing("( ", with: "").replacing(" )", with: "")
  }
}
