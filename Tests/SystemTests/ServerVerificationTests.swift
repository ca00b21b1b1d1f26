import Base
import TestKit
import Testing

/// How a server proves itself, and we to it, from the configuration to what the verb says.
@Suite struct `Server verification` {
  private let authority: CertificateAuthority
  private let own: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    own = try authority.selfSigned("own", extensions: ["subjectAltName=DNS:mx.example.test"])
  }

  private static let session: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
    .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hear("QUIT"), .say("221 bye"), .hold,
  ]

  private func desk(_ server: ScriptedServer?, _ tls: String) throws -> Desk {
    try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: \(server?.port ?? 9),
        tls: { mode: "implicit", caFile: "\(authority.file)", \(tls) } }],
      """)
  }

  private func send(_ desk: Desk) throws -> RunResult {
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    return try desk.platen("send", file, "--to", "ann@example.test")
  }

  @Test func `a pinned server gets the message, and its strange name is told`() throws {
    let server = try ScriptedServer([.startTLS()] + Self.session, certificate: own)
    let pin = base64(try CertificateAuthority.digest("sha256", ofKeyIn: own.file))
    let result = try send(desk(server, "verify: \"pin\", pin: [\"sha256//\(pin)\"]"))
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("accepted by its pinned key; its certificate is for mx.example.test"))
  }

  @Test func `a server that nothing verifies is said to be so`() throws {
    let server = try ScriptedServer([.startTLS()] + Self.session, certificate: own)
    let result = try send(desk(server, "verify: \"none\""))
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("127.0.0.1 is NOT VERIFIED"))
  }

  @Test func `our own certificate goes out with its chain`() throws {
    let middle = try authority.intermediate("middle")
    let device = try middle.issue([], named: "device")
    let whole = try authority.chained(device, [middle])
    let server = try ScriptedServer(
      [.startTLSDemandingCertificate(trusting: authority.file)] + Self.session,
      certificate: try authority.issue(["IP:127.0.0.1"]))
    let result = try send(desk(server, "certificate: \"\(whole.file)\", key: \"\(whole.key)\""))
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `what cannot be used ends with 78, a cause and a step`() throws {
    let device = try authority.issue([], named: "device")
    expectFailure(try send(desk(nil, "certificate: \"\(device.file)\"")), 78, naming: "tls.key is not")
    expectFailure(try send(desk(nil, "verify: \"pin\"")), 78, naming: "tls.pin is empty")
    expectFailure(try send(desk(nil, "verify: \"pin\", pin: [\"x\"]")), 78, naming: "\"x\" is not the SHA-256")
    expectFailure(try send(desk(nil, "verify: \"dane\"")), 78, naming: "127.0.0.1")
    try Descriptor(opening: device.key, 0).setPermissions(0o644)
    let open = try send(desk(nil, "certificate: \"\(device.file)\", key: \"\(device.key)\""))
    expectFailure(open, 78, naming: device.key)
    #expect(!open.errors.contains("PRIVATE"))
  }
}
