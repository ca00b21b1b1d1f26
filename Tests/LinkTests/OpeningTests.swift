import Base
import Crypto
import Jobs
import Link
import Mail
import Routes
import TestKit
import Testing

/// Sessions that are open before there is a message for them.
@Suite struct `Opened ahead` {
  private let authority: CertificateAuthority
  private let folder: TemporaryFolder
  private let clock: SimulatedTime
  /// Where a script tells that it has come to a point.
  private let bell: SimulatedTime

  init() throws {
    authority = try CertificateAuthority()
    folder = try TemporaryFolder()
    clock = try SimulatedTime(in: folder, named: "clock")
    bell = try SimulatedTime(in: folder, named: "bell")
  }

  private static let taken = RecipientOutcome.accepted(SMTPReply(code: 250, lines: ["queued"]))
  private static let good = envelope + [.hearMessage] + goodbye
  private static let ahead: [Step] = [
    .say("220 hi"), .hear("EHLO scanner.example.test"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"),
    .say("220 go"), .startTLS(), .hear("EHLO"), .say("250-hi"), .say("250-SIZE 99"), .say("250 AUTH PLAIN"),
  ]
  private static let signedIn = ahead + [.hear("AUTH PLAIN"), .say("235 ok")]

  private func server(_ scripts: [Step]...) throws -> ScriptedServer {
    try ScriptedServer(connections: scripts, certificate: try authority.issue(["IP:127.0.0.1"]))
  }

  private func way(_ server: ScriptedServer) -> Route {
    route(server, mode: .starttls, trusting: authority, username: "u")
  }

  private func open(
    _ route: Route, password: String = "secret", ehloName: String = "scanner.example.test", onClock: Bool = false
  ) throws -> Opening {
    let clock = onClock ? clock.clock : .system
    let client = SubmissionClient(sessions: TLSSessionStore(clock: clock), clock: clock)
    return try client.open(Caller(route: route, password: password, ehloName: ehloName))
  }

  private var ring: Step { .leap(minutes: 1, clock: bell.path) }

  private func waitForBell() { #expect(!waitReadable([bell.descriptor], until: .after(.seconds(20))).isEmpty) }

  private func wait(until isSo: () -> Bool) {
    let deadline = Deadline.after(.seconds(20))
    while !isSo() && !deadline.hasPassed { _ = waitReadable([], until: .after(.milliseconds(2))) }
    #expect(isSo())
  }

  // MARK: It goes on

  @Test func `is signed in before there is a message, and nothing is said twice`() throws {
    let server = try server(Self.signedIn + Self.good)
    let opening = try open(way(server))
    wait { opening.isWaiting }
    let done = attempt(way(server), by: opening)
    #expect(done.outcome == Self.taken && done.intents == 1)
    #expect(done.report.peer == "127.0.0.1:\(server.port)" && done.report.encryption?.version == .tls13)
    #expect(done.report.greeting?.code == 220 && done.report.capabilities?.sizeLimit == 99)
    #expect(done.peers == ["127.0.0.1:\(server.port)"])
    let stages = done.progress.compactMap { if case .stage(let stage) = $0 { stage } else { nil } }
    #expect(stages == [.mail, .rcpt, .data, .body, .final, .quit])
    let record = try server.record()
    #expect(record.messages.count == 1 && record.lines.filter { $0.hasPrefix("AUTH") }.count == 1)
  }

  @Test func `one that is still being opened is waited for`() throws {
    let server = try server(Self.signedIn + Self.good, [.say("554 a second connection")])
    let done = attempt(way(server), by: try open(way(server)))
    #expect(done.outcome == Self.taken && done.peers.count == 1)
  }

  @Test func `what depends on the message is decided when it is there`() throws {
    let server = try server(Self.signedIn + [.hear("QUIT")])
    let opening = try open(way(server))
    wait { opening.isWaiting }
    let done = attempt(way(server), message: Array(repeating: 65, count: 100), by: opening)
    #expect(done.outcome == .failed(.tooBig(limit: 99, size: 100)))
    #expect(try server.record().fault == nil)
  }

  @Test func `serves one attempt`() throws {
    let server = try server(Self.signedIn + Self.good, Self.signedIn + Self.good)
    let opening = try open(way(server))
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
    #expect(try server.record(1).messages.count == 1)
  }

  @Test func `is kept alive`() throws {
    let wait: [Step] = [.leap(minutes: 1, clock: clock.path), .hear("NOOP")]
    let server = try server(
      Self.signedIn + wait + [.say("250 ok")] + wait + [.say("502 what")] + [ring] + Self.good)
    let opening = try open(way(server), onClock: true)
    waitForBell()
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
    #expect(try server.record().fault == nil)
  }

  // MARK: Another takes its place

  @Test(arguments: ["route", "policy", "password", "name"])
  func `is no one else's`(change: String) throws {
    let server = try server(Self.signedIn + [.hear("QUIT")], Self.signedIn + Self.good)
    var other = way(server)
    if change == "route" { other.name = "other" }
    if change == "policy" { other.tls.floor = .tls13 }
    let opening = try open(
      other, password: change == "password" ? "other" : "secret",
      ehloName: change == "name" ? "scanner.example.test.other" : "scanner.example.test")
    wait { opening.isWaiting }
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
    #expect(try server.record(0).fault == nil && server.record(1).messages.count == 1)
  }

  private static let ends: [[Step]] = [
    [.say("421 4.4.2 idle")], [.say("250 unasked")], [.cut], [.reset], [.hear("MAIL"), .cut],
    [.hear("MAIL"), .say("421 4.4.2 idle"), .hold],
  ]

  @Test(arguments: ends) func `one that went while it rested is replaced without a word`(end: [Step]) throws {
    let server = try server(Self.signedIn + end, Self.signedIn + Self.good)
    let opening = try open(way(server))
    if end.count == 1 { _ = try server.record(0) }
    let done = attempt(way(server), by: opening)
    #expect(done.outcome == Self.taken && done.intents == 1 && done.notices.isEmpty, "\(done.report)")
    #expect(try server.record(1).messages.count == 1)
  }

  @Test func `a server that does not answer NOOP is not waited for long`() throws {
    let wait: Step = .leap(minutes: 1, clock: clock.path)
    let server = try server(Self.signedIn + [wait, .hear("NOOP"), wait, .hold], Self.signedIn + Self.good)
    let opening = try open(way(server), onClock: true)
    self.wait { opening.isOver }
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
  }

  @Test func `a server that does not answer MAIL after a rest is not waited for long`() throws {
    let server = try server(
      Self.signedIn + [.hear("MAIL"), .leap(minutes: 2, clock: clock.path), .hold], Self.signedIn + Self.good)
    let opening = try open(way(server), onClock: true)
    wait { opening.isWaiting }
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
  }

  @Test func `is given up after ten minutes`() throws {
    let server = try server(
      Self.signedIn + [.leap(minutes: 11, clock: clock.path), .hear("QUIT")], Self.signedIn + Self.good)
    let opening = try open(way(server), onClock: true)
    wait { opening.isOver }
    #expect(try server.record(0).fault == nil)
    #expect(attempt(way(server), by: opening).outcome == Self.taken)
  }

  @Test func `what failed for the moment is tried again when it is due`() throws {
    for first: [Step] in [
      [.say("421 busy")], [.cut], Self.ahead + [.hear("AUTH"), .say("454 4.7.0 later"), .hear("QUIT")],
    ] {
      let server = try server(first, Self.signedIn + Self.good)
      let opening = try open(way(server))
      wait { opening.isOver }
      #expect(attempt(way(server), by: opening).outcome == Self.taken)
    }
  }

  // MARK: What is final

  private static let finals: [([Step], RecipientOutcome)] = [
    ([.hear("AUTH"), .say("535 no"), .hear("QUIT")], refused(.auth, 535, "no")),
    (
      [.hear("AUTH"), .cut],
      .failed(.connectionLost(stage: .auth, detail: "the server closed the connection"))
    ),
  ]

  @Test(arguments: finals)
  func `a password is shown once, whatever is said to it`(end: [Step], outcome: RecipientOutcome) throws {
    let server = try server(Self.ahead + end, Self.signedIn + Self.good)
    let opening = try open(way(server))
    wait { opening.isOver }
    let done = attempt(way(server), to: ["a@example.test", "b@example.test"], by: opening)
    #expect(done.report.outcomes == [outcome, outcome] && done.intents == 0)
    #expect(done.peers.count == 1 && done.report.peer != nil && done.report.encryption != nil)
  }

  @Test func `a certificate that nobody vouches for is asked for once`() throws {
    let server = try ScriptedServer(
      connections: [Self.ahead, [.say("554 a second connection")]],
      certificate: try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"]))
    let opening = try open(way(server))
    wait { opening.isOver }
    let done = attempt(way(server), by: opening)
    guard case .failed(.tls) = done.outcome else { return #expect(Bool(false), "\(done.report)") }
    #expect(done.peers.count == 1)
  }

  // MARK: There is no message

  @Test func `takes leave of the server`() throws {
    let server = try server(Self.signedIn + [.hear("QUIT")])
    let opening = try open(way(server))
    wait { opening.isWaiting }
    opening.close()
    #expect(opening.isOver)
    #expect(try server.record().fault == nil)
  }

  @Test(arguments: [[.hold], [.say("220 hi"), .hear("EHLO"), .hold], ahead.dropLast(5) + [.halfHandshake, .hold]])
  func `a server that hangs holds up nobody who leaves`(script: [Step]) throws {
    let server = try server(script)
    let opening = try open(way(server))
    opening.close()
    #expect(opening.isOver)
  }

  @Test func `a person who interrupts is heard while a server hangs`() throws {
    let server = try server([ring, .hold])
    let opening = try open(way(server))
    waitForBell()
    let interrupt = try Beacon()
    interrupt.raise()
    let done = attempt(way(server), interrupt: interrupt.signal, by: opening)
    guard case .failed(.interrupted) = done.outcome else { return #expect(Bool(false), "\(done.report)") }
  }
}
