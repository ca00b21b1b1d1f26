import Base
import TestKit
import Testing

/// Servers that are not what they should be, or say no: each named, with a step, its exit code, and the job kept.
@Suite struct `Bad servers` {
  private let authority: CertificateAuthority

  init() throws { authority = try CertificateAuthority() }

  private static let offering: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"),
  ]

  /// Sends a small document to a server and expects it to stay in the spool, in that state.
  private func expectKept(
    _ route: String, port: Int, code: Int32, state: String, naming value: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: \(port), \(route) }],
      """, environment: ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD": "hunter2!"])
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let send = try desk.platen("send", file, "--to", "ann@example.test")
    expectFailure(send, code, naming: value, at: location)
    #expect(!send.errors.contains("hunter2!") && !send.text.contains("hunter2!"))
    let job = try desk.jobs().first
    #expect(job?.state == state, "\(send.errors)", sourceLocation: location)
    let output = desk.folder.file("kept.pdf")
    #expect(try desk.platen("jobs", "export", job?.id ?? "", "--output", output).exitCode == 0)
    #expect(try Folder.contents(of: output) == Array(smallestPDF.utf8), sourceLocation: location)
  }

  private var trusted: String { "username: \"u\", tls: { caFile: \"\(authority.file)\" }" }

  @Test func `a server that speaks HTTP`() throws {
    let server = try ScriptedServer([.say("HTTP/1.1 400 Bad Request"), .say(""), .hold])
    try expectKept("tls: { mode: \"off\" }", port: server.port, code: 76, state: "held", naming: "HTTP")
  }

  @Test func `TLS below the floor`() throws {
    let good = try authority.issue(["IP:127.0.0.1"])
    let server = try ScriptedServer(Self.offering + [.startTLS(upTo: "1.1"), .hold], certificate: good)
    try expectKept(trusted, port: server.port, code: 76, state: "held", naming: "1.2")
  }

  @Test func `a certificate for another name`() throws {
    let wrong = try authority.issue(["DNS:other.example.test"])
    let server = try ScriptedServer(Self.offering + [.startTLS(), .hold], certificate: wrong)
    try expectKept(trusted, port: server.port, code: 76, state: "held", naming: "other.example.test")
  }

  @Test func `an expired certificate`() throws {
    let old = try authority.issue(["IP:127.0.0.1"], from: "20200101000000Z", to: "20200201000000Z")
    let server = try ScriptedServer(Self.offering + [.startTLS(), .hold], certificate: old)
    try expectKept(trusted, port: server.port, code: 76, state: "held", naming: "2020-02-01")
  }

  @Test func `a certificate that nobody vouches for`() throws {
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    let server = try ScriptedServer(Self.offering + [.startTLS(), .hold], certificate: own)
    try expectKept(trusted, port: server.port, code: 76, state: "held", naming: "127.0.0.1")
  }

  // case: smtp-31
  // case: smtp-42
  @Test func `a refused password is asked once and holds the job`() throws {
    let good = try authority.issue(["IP:127.0.0.1"])
    let refusal: [ScriptedServer.Step] = [
      .startTLS(), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN LOGIN"), .hear("AUTH PLAIN"),
      .say("535 5.7.8 no"), .hear("QUIT"), .hold,
    ]
    let server = try ScriptedServer(Self.offering + refusal, certificate: good)
    try expectKept(trusted, port: server.port, code: 77, state: "held", naming: "535 5.7.8")
    let record = try server.record()
    #expect(record.fault == nil && record.lines.filter { $0.hasPrefix("AUTH") }.count == 1)
  }

  // case: smtp-21
  @Test func `a server that strips STARTTLS gets neither password nor message`() throws {
    let server = try ScriptedServer([.say("220 hi"), .hear("EHLO"), .say("250 hi"), .hold])
    try expectKept(trusted, port: server.port, code: 76, state: "held", naming: "STARTTLS")
    let lines = try server.record().lines
    #expect(!lines.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
  }

  @Test func `nobody at home`() throws {
    try expectKept("tls: { mode: \"off\" }", port: 1, code: 75, state: "queued", naming: "127.0.0.1")
  }

  // case: smtp-77
  @Test func `a name that does not exist`() throws {
    let names = try NameServer(["--host-record=mail.example.test,127.0.0.1"])
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" }, network: { dns: ["\(names.address)"] },
      routes: [{ name: "office", server: "nowhere.example.test" }],
      """)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    expectFailure(try desk.platen("send", file, "--to", "ann@example.test"), 68, naming: "nowhere.example.test")
    #expect(try desk.jobs().first?.state == "held")
  }

  // case: smtp-51
  // case: smtp-70
  @Test func `a lost final reply is unknown, and a retry carries the same Message-ID`() throws {
    let hello: [ScriptedServer.Step] = [
      .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
      .hear("DATA"), .say("354 go"), .hearMessage,
    ]
    let server = try ScriptedServer(connections: [hello + [.reset], hello + [.say("250 queued"), .hold]])
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: \(server.port), tls: { mode: "off" } }],
      """)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    #expect(try desk.platen("send", file, "--to", "ann@example.test").exitCode == 75)
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "unknown")
    #expect(try desk.platen("jobs", "retry", job.id).exitCode == 0)
    #expect(try desk.jobs().first?.state == "accepted")
    #expect(try server.record(0).messages == server.record(1).messages)
  }
}
