import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// Every fault at every moment of a session, against a server of Python's over real sockets and TLS; the minutes that
/// pass are simulated.
@Suite struct `Fault matrix` {
  private let authority: CertificateAuthority
  private let folder: TemporaryFolder
  private static let password = "hush-hush"

  init() throws {
    authority = try CertificateAuthority()
    folder = try TemporaryFolder()
  }

  // case: smtp-49
  // case: smtp-64
  // case: smtp-80
  @Test(arguments: Dialogue.allCases) func `nothing is lost, and nothing doubled unsaid`(_ dialogue: Dialogue) throws {
    let cells = Cell.all.filter { $0.dialogue == dialogue }
    let clocks = try cells.indices.map { try SimulatedTime(in: folder, named: "\($0)") }
    let server = try ScriptedServer(
      connections: zip(cells, clocks).map { $0.script($1.path) }, apart: true,
      certificate: try authority.issue(["IP:127.0.0.1"]))
    for (number, cell) in cells.enumerated() {
      let route = route(to: server.ports[number], dialogue)
      let done = deliver(cell, route, clocks[number])
      expect(done, cell, route)
      expectNothingUnsaid(done, cell, try server.record(number))
    }
  }

  @Test func `has more than two hundred cells`() {
    print("figure: fault matrix cells = \(Cell.all.count)")
    #expect(Cell.all.count > 200)
  }

  private func route(to port: Int, _ dialogue: Dialogue) -> Route {
    var route = Route(name: "r", server: "127.0.0.1", port: port, tlsMode: .off)
    switch dialogue {
    case .clear, .chunks: return route
    case .starttls: route.tlsMode = .starttls
    case .implicit: route.tlsMode = .implicit
    }
    route.username = "u"
    route.tls.authorityFile = authority.file
    return route
  }

  private func deliver(_ cell: Cell, _ route: Route, _ clock: SimulatedTime) -> Attempt {
    let recipients = ["a@example.test", "b@example.test"]
    if !cell.needsLongMessage { return attempt(route, to: recipients, password: Self.password, clock: clock) }
    let block = Array(repeating: Array("\(String(repeating: "x", count: 76))\r\n".utf8), count: 800).flatMap { $0 }
    var left = 1000
    return attempt(
      route, to: recipients, size: block.count * left, password: Self.password, clock: clock,
      body: { (output: inout [UInt8]) throws(DeliveryFault) in
        output += block
        left -= 1
        return left > 0
      })
  }

  // MARK: What came of it

  private func expect(_ done: Attempt, _ cell: Cell, _ route: Route) {
    let about: Comment = "\(cell): \(done.report.outcomes)"
    guard done.report.outcomes.count == 2 else { return #expect(Bool(false), about) }
    #expect(isAsExpected(done.report.outcomes[0], cell), about)
    if cell.isRefusalHeard {
      let reply = SMTPReply(code: 550, enhanced: "5.1.1", lines: ["nobody here"])
      #expect(done.report.outcomes[1] == .failed(.reply(stage: .rcpt, reply)), about)
    } else {
      #expect(isAsExpected(done.report.outcomes[1], cell), about)
    }
    guard case .failed(let fault) = done.report.outcomes[0] else { return }
    let facts = RouteFacts(name: route.name, server: route.server, port: route.port, tlsMode: route.tlsMode.rawValue)
    let failure = Failure(fault, route: facts)
    if let wanted = cell.ending.failureClass { #expect(failure.class == wanted, about) }
    #expect(failure.class == .unknown || cell.ending != .unknown, about)
    #expect(!"\(failure) \(done.report)".contains(Self.password), about)
  }

  private func isAsExpected(_ outcome: RecipientOutcome, _ cell: Cell) -> Bool {
    switch (cell.ending, outcome) {
    case (.accepted, .accepted(let reply)): reply == SMTPReply(code: 250, enhanced: "2.0.0", lines: ["queued"])
    case (.lost, .failed(.connectionLost(let stage, _))): stage == cell.stage
    // A reset that comes this early is one of the connection's making.
    case (.lost, .failed(.connect)): cell.index == 0
    case (.silence, .failed(.timedOut(let stage, let seconds))):
      stage == cell.stage && seconds == Self.patience(at: stage)
    case (.goodbye, .failed(.reply(let stage, let reply))): stage == cell.stage && reply.code == 421
    case (.nonsense, .failed(.protocolViolation(let stage, _))): stage == cell.stage
    case (.foreign, .failed(.notSMTP)): true
    case (.injection, .failed(.startTLSInjection)): true
    case (.brokenTLS, .failed(.tls)): true
    case (.cutTLS, .failed(.tls(.truncated))), (.cutTLS, .failed(.connectionLost(stage: .tls, _))): true
    case (.cutTLS, .failed(.connect)): cell.index == 0
    case (.unknown, .failed(.finalReplyLost)): true
    default: false
    }
  }

  /// RFC 5321 section 4.5.3.2, in seconds.
  private static func patience(at stage: SMTPStage) -> Int {
    switch stage {
    case .data: 120
    case .body: 180
    default: 300
    }
  }

  /// What the server saw fits with what we say of it, and nobody on the way saw a secret.
  private func expectNothingUnsaid(_ done: Attempt, _ cell: Cell, _ record: ScriptedServer.Record) {
    let about: Comment = "\(cell): \(done.report.outcomes), \(record.fault ?? ""), \(record.lines)"
    #expect(record.messages.count == (cell.isMessageWhole ? 1 : 0), about)
    #expect(done.intents == record.messages.count, about)
    let spellings = [Self.password, base64(Self.password.utf8), "AUTH"]
    for line in record.inClear { #expect(!spellings.contains { line.contains($0) }, about) }
  }
}
