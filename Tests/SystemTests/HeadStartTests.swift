import Base
import Crypto
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// The session that is opened while the scanner feeds, over the whole program.
@Suite struct `A head start` {
  private typealias Step = ScriptedServer.Step

  private let authority: CertificateAuthority
  private let certificate: ServerCertificate
  private let folder: TemporaryFolder
  /// Where a server tells how far it is.
  private let bell: SimulatedTime

  init() throws {
    authority = try CertificateAuthority()
    certificate = try authority.issue(["IP:127.0.0.1"])
    folder = try TemporaryFolder()
    bell = try SimulatedTime(in: folder, named: "bell")
  }

  private static let hello: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"), .startTLS(),
    .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN XOAUTH2"),
  ]
  private static let envelope: [Step] = [
    .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage,
    .say("250 queued"), .hold,
  ]
  /// Page 2 takes minutes, until the script is another.
  private static let slow = "page 2 read delay 50\npage 2 chunk 200"

  private var ring: Step { .leap(minutes: 1, clock: bell.path) }
  private var signsIn: [Step] { Self.hello + [.hear("AUTH PLAIN"), .say("235 ok"), ring] }

  private func waitForBell() { #expect(!waitReadable([bell.descriptor], until: .after(.seconds(30))).isEmpty) }

  // MARK: A scan that can be held up

  /// A scan of two pages that is under way, and what it has said.
  private final class Scan {
    let child: ChildProcess
    let world: SaneWorld
    private let desk: Desk
    private let errors: Pipe
    private(set) var said = ""

    init(_ desk: Desk, _ world: SaneWorld) throws {
      self.world = world
      self.desk = desk
      errors = try Pipe()
      let null = try Descriptor(opening: "/dev/null", O_RDWR)
      child = try ChildProcess(
        desk.command(["scan", "--to", "ann@example.test", "--wait"]),
        environment: ourEnvironment().merging(desk.environment) { $1 },
        descriptors: [0: null.number, 1: null.number, 2: errors.writer.number])
    }

    /// What it has said by now.
    func hear() throws {
      while waitReadable([errors.reader.number], until: .now).isEmpty == false {
        said += String(decoding: try errors.reader.read(upTo: 4096), as: UTF8.self)
      }
    }

    func hear(_ words: String) throws {
      let deadline = Deadline.after(.seconds(30))
      while !said.contains(words) {
        try #require(!waitReadable([errors.reader.number], until: deadline).isEmpty, "\(said)")
        try hear()
      }
    }

    func end() throws -> ChildProcess.Ending {
      let ending = child.wait()
      try hear()
      return ending
    }
  }

  private func scan(
    port: Int, _ more: String = "", secrets: [String: String] = ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD": "hunter2!"]
  ) throws -> (Scan, Desk) {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2), script: Self.slow)
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" }, scan: { device: "replay:front", source: "adf", resolution: 75 },
      routes: [{ name: "office", server: "127.0.0.1", port: \(port), username: "u",
        tls: { caFile: "\(authority.file)" }, \(more) }],
      """, environment: world.environment.merging(secrets) { $1 })
    return (try Scan(desk, world), desk)
  }

  // MARK: Tests

  @Test func `signs in while pages come, and sends over the same connection`() throws {
    let server = try ScriptedServer(connections: [signsIn + Self.envelope, [.say("554 no")]], certificate: certificate)
    let (scan, desk) = try scan(port: server.port)
    waitForBell()
    try scan.hear()
    #expect(!scan.said.contains("page 2:"))
    try scan.world.rewrite(script: "")
    #expect(try scan.end() == .exited(0), "\(scan.said)")
    let record = try server.record()
    #expect(record.messages.count == 1 && record.lines.filter { $0.hasPrefix("AUTH") }.count == 1)
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "accepted" && job.pages == 2 && job.recipients[0].attempts == 1)
  }

  // case: smtp-42
  @Test func `a password that is refused while pages come is not shown again`() throws {
    let refusal: [Step] = [.hear("AUTH PLAIN"), .say("535 5.7.8 no"), .hear("QUIT")]
    let server = try ScriptedServer(
      connections: [Self.hello + refusal, signsIn + Self.envelope], certificate: certificate)
    let (scan, desk) = try scan(port: server.port)
    #expect(try server.record(0).fault == nil)
    try scan.world.rewrite(script: "")
    #expect(try scan.end() == .exited(77), "\(scan.said)")
    #expect(scan.said.contains("535 5.7.8") && !scan.said.contains("hunter2!"))
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "held" && job.pages == 2 && job.recipients[0].attempts == 1)
    // The second connection ever is the retry's.
    #expect(try desk.platen("jobs", "retry", job.id).exitCode == 0)
    #expect(try server.record(1).messages.count == 1)
  }

  @Test func `a server that is busy while pages come is asked again`() throws {
    let server = try ScriptedServer(
      connections: [[.say("421 4.3.2 busy")], signsIn + Self.envelope], certificate: certificate)
    let (scan, _) = try scan(port: server.port)
    _ = try server.record(0)
    try scan.hear("page 1:")
    try scan.world.rewrite(script: "")
    #expect(try scan.end() == .exited(0), "\(scan.said)")
  }

  // case: smtp-34
  @Test func `a kept token that is refused while pages come is renewed, and shown twice in all`() throws {
    func shows(_ token: String) -> Step {
      .hear("AUTH XOAUTH2 " + base64("user=scanner@example.test\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8))
    }
    let server = try ScriptedServer(
      connections: [
        Self.hello + [shows("stale"), .say("235 ok")] + Self.envelope,
        Self.hello + [shows("stale"), .say("535 5.7.3 no"), .hear("QUIT")],
        Self.hello + [shows("fresh"), .say("235 ok")] + Self.envelope,
      ], certificate: certificate)
    let endpoint = try TokenEndpoint([.token("stale"), .token("fresh")], certificate: certificate)
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2))
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" }, scan: { device: "replay:front", source: "adf", resolution: 75 },
      network: { caFile: "\(authority.file)" },
      routes: [{ name: "office", preset: "m365-oauth", server: "127.0.0.1", port: \(server.port), clientID: "app",
        tenant: "contoso.com", username: "scanner@example.test", authority: "\(endpoint.address)",
        grant: "client-secret" }],
      """,
      environment: world.environment.merging(["PLATEN_SECRET_ROUTES_OFFICE_CLIENTSECRET": "hunter2!"]) { $1 })
    // Buys the token: nobody else may.
    #expect(try desk.platen("scan", "--to", "ann@example.test", "--wait").exitCode == 0)
    try world.rewrite(script: Self.slow)
    let scan = try Scan(desk, world)
    #expect(try server.record(1).fault == nil)
    try world.rewrite(script: "")
    #expect(try scan.end() == .exited(0), "\(scan.said)")
    #expect(try endpoint.requests().count == 2 && server.record(2).messages.count == 1)
  }

  // MARK: No message

  @Test func `a scan that breaks off sends nothing, and leaves the server`() throws {
    let server = try ScriptedServer(signsIn + [.hold], certificate: certificate)
    let (scan, desk) = try scan(port: server.port)
    waitForBell()
    try scan.world.rewrite(script: "page 2 read status JAMMED")
    #expect(try scan.end() == .exited(69), "\(scan.said)")
    #expect(try !server.record().lines.contains { $0.hasPrefix("MAIL") })
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "interrupted" && job.pages == 1 && job.recipients.allSatisfy { $0.attempts == 0 })
  }

  @Test func `Ctrl-C leaves the server and the scanner`() throws {
    let server = try ScriptedServer(signsIn + [.hold], certificate: certificate)
    let (scan, _) = try scan(port: server.port)
    waitForBell()
    let raised = Deadline.now
    scan.child.send(signal: SIGINT)
    #expect(try scan.end() == .exited(130))
    #expect(Deadline.now.since(raised) < .seconds(1.5))
    #expect(try !server.record().lines.contains { $0.hasPrefix("MAIL") })
  }

  @Test func `a server that says nothing holds up no page, and no Ctrl-C after the last`() throws {
    let server = try ScriptedServer([ring, .hold])
    let (scan, desk) = try scan(port: server.port)
    waitForBell()
    try scan.world.rewrite(script: "")
    try scan.hear("sending by route")
    scan.child.send(signal: SIGINT)
    #expect(try scan.end() == .exited(130), "\(scan.said)")
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "queued" && job.pages == 2)
  }
}
