import Base
import Crypto
import Diagnosis
import Jobs
import Link
import Mail
import Routes
import TestKit
import Testing

/// Servers at 127.0.0.2, 127.0.0.3 and so on, all on one port, and the name server that knows them.
final class Hosts {
  let servers: [ScriptedServer?]
  let port: Int
  let names: ZoneServer

  static let zone = """
    example.test MX 30 third.example.test
    example.test MX 20 second.example.test
    example.test MX 10 first.example.test
    first.example.test A 127.0.0.2
    second.example.test A 127.0.0.3
    third.example.test A 127.0.0.4
    two.test MX 10 first.example.test
    two.test MX 20 second.example.test
    pair.example.test A 127.0.0.2
    pair.example.test A 127.0.0.3
    crowd.test MX 10 crowd.example.test
    crowd.test MX 20 second.example.test
    \((10..<18).map { "crowd.example.test A 127.0.0.\($0)" }.joined(separator: "\n"))
    gone.test MX 10 nowhere.test
    gone.test MX 20 first.example.test
    """

  /// - Parameter scripts: nil leaves an address without a server.
  init(_ scripts: [[Step]?], certificates: [ServerCertificate?] = []) throws {
    names = try ZoneServer(Self.zone)
    servers = try Self.started(scripts, certificates)
    port = servers.lazy.compactMap { $0?.port }.first ?? 1
  }

  /// The port that is free at one address may be taken at another: then all begin anew.
  private static func started(
    _ scripts: [[Step]?], _ certificates: [ServerCertificate?]
  ) throws -> [ScriptedServer?] {
    for _ in 0..<20 {
      if let servers = try? start(scripts, certificates) { return servers }
    }
    return try start(scripts, certificates)
  }

  private static func start(_ scripts: [[Step]?], _ certificates: [ServerCertificate?]) throws -> [ScriptedServer?] {
    var port = 0
    return try scripts.enumerated().map { number, script in
      guard let script else { return nil }
      let server = try ScriptedServer(
        connections: [script], certificate: certificates.isEmpty ? nil : certificates[number],
        address: "127.0.0.\(number + 2)", port: port)
      port = server.port
      return server
    }
  }

  func deliver(
    to domain: String, clock: SimulatedTime? = nil, password: String? = nil, change: (inout Route) -> Void = { _ in }
  ) -> Attempt {
    var direct = Route(name: "r", server: domain, port: port, username: password.map { _ in "u" }, tlsMode: .off)
    direct.finding = domain.hasPrefix("pair") ? .host : .mailExchanger
    direct.prefersIPv4 = true
    change(&direct)
    return attempt(direct, password: password, network: NetworkSettings(nameServers: [names.address]), clock: clock)
  }
}

extension Attempt {
  var peers: [String] { progress.compactMap { if case .connected(let peer) = $0 { peer } else { nil } } }
  var notices: [String] { progress.compactMap { if case .notice(let notice) = $0 { notice.cause } else { nil } } }

  var tried: [TriedHost] {
    if case .failed(.hosts(let tried, _)) = outcome { tried } else { [] }
  }

  var telling: DeliveryFault? {
    if case .failed(.hosts(let tried, let telling)) = outcome { tried[telling].fault } else { nil }
  }
}

@Suite struct `Several hosts` {
  private static let taken = RecipientOutcome.accepted(SMTPReply(code: 250, lines: ["queued"]))
  private static let good = hello + envelope + [.hearMessage] + goodbye

  // MARK: On to the next

  private static let failures: [(steps: [Step]?, words: String)] = [
    (nil, "connection refused"),
    ([.cut], "the server closed the connection before the greeting"),
    ([.reset], "before the greeting"),
    ([.say("421 busy")], "421 busy"),
    ([.say("450 later")], "450 later"),
    ([.say("554 5.7.1 go away")], "554 5.7.1 go away"),
    ([.say("HTTP/1.1 400 Bad Request"), .hold], "speaks HTTP, not SMTP"),
    ([.say("220-hi"), .say("250 hi"), .hold], "codes 220 and 250"),
    ([.say("220 hi"), .hear("EHLO"), .cut], "the server closed the connection after EHLO"),
    ([.say("220 hi"), .hear("EHLO"), .say("421 bye")], "421 bye"),
    (
      [.say("220 hi"), .hear("EHLO"), .say("502 no"), .hear("HELO"), .say("550 nor that"), .hear("QUIT")],
      "550 nor that"
    ),
  ]

  // case: smtp-76
  @Test(arguments: failures)
  func `who fails before the message is passed over for the next, and named`(failing: (steps: [Step]?, words: String))
    throws
  {
    let hosts = try Hosts([failing.steps, Self.good])
    let done = hosts.deliver(to: "two.test")
    #expect(done.outcome == Self.taken, "\(done.report)")
    #expect(done.report.peer == "127.0.0.3:\(hosts.port)" && done.intents == 1)
    #expect(try hosts.servers[1]?.record().messages.count == 1)
    #expect(done.notices.count == 1)
    let notice = done.notices.first ?? ""
    #expect(notice.hasPrefix("first.example.test") && notice.contains(failing.words), "\(notice)")
  }

  // case: smtp-76
  @Test func `one that is silent where its greeting is due has five minutes`() throws {
    let folder = try TemporaryFolder()
    let clock = try SimulatedTime(in: folder, named: "clock")
    let hosts = try Hosts([[.linger(clock: clock.path)], Self.good])
    let done = hosts.deliver(to: "two.test", clock: clock)
    #expect(done.outcome == Self.taken)
    #expect(
      done.notices
        == ["first.example.test (127.0.0.2): no response for 300 s before the greeting; trying another host"])
  }

  // case: smtp-76
  @Test func `all of them have ten minutes together`() throws {
    let folder = try TemporaryFolder()
    let clock = try SimulatedTime(in: folder, named: "clock")
    let silent: [Step] = [.linger(clock: clock.path)]
    let hosts = try Hosts([silent, silent, Self.good])
    let done = hosts.deliver(to: "example.test", clock: clock)
    #expect(done.tried.map(\.host) == ["first.example.test", "second.example.test"])
    #expect(done.telling == .timedOut(stage: .greeting, seconds: 300))
  }

  // MARK: No further

  private static let settled: [[Step]] = [
    [.hear("MAIL"), .say("550 not you"), .hear("QUIT")],
    [.hear("MAIL"), .say("451 later"), .hear("QUIT")],
    [.hear("MAIL"), .say("421 bye")],
    [.hear("MAIL"), .cut],
    [.hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("550 nobody"), .hear("QUIT")],
    [.hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("421 bye")],
  ]

  // case: smtp-76
  @Test(arguments: settled) func `who has heard of the message has settled it`(rest: [Step]) throws {
    let hosts = try Hosts([hello + rest, Self.good])
    let done = hosts.deliver(to: "two.test")
    #expect(done.peers == ["127.0.0.2:\(hosts.port)"] && done.tried.isEmpty && done.notices.isEmpty)
    #expect(done.outcome != Self.taken)
  }

  // case: smtp-31
  @Test(arguments: [[Step.say("535 no"), .hear("QUIT")], [.say("454 not now"), .hear("QUIT")], [.cut]])
  func `a password is shown to one host`(answer: [Step]) throws {
    let signIn: [Step] = [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hear("AUTH PLAIN")]
    let hosts = try Hosts([signIn + answer, Self.good])
    let done = hosts.deliver(to: "two.test", password: "secret") { $0.insecureCredentials = true }
    #expect(done.peers == ["127.0.0.2:\(hosts.port)"] && done.tried.isEmpty)
    #expect(done.outcome != Self.taken)
  }

  @Test func `a limit of size is the answer of the domain`() throws {
    let hosts = try Hosts([[.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 SIZE 3"), .hold], Self.good])
    let done = hosts.deliver(to: "two.test")
    #expect(done.outcome == .failed(.tooBig(limit: 3, size: 7)) && done.peers.count == 1)
  }

  // MARK: TLS

  private static let offer: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"),
  ]
  private static let secured =
    offer + [.say("220 go"), .startTLS()] + [.hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye

  private enum Weakness: CaseIterable { case noOffer, refusal, expired, wrongName, unknownAuthority, lost }

  private func script(_ weakness: Weakness) -> [Step] {
    switch weakness {
    case .noOffer: hello + [.hear("QUIT")]
    case .refusal: Self.offer + [.say("454 not now"), .hear("QUIT")]
    case .lost: Self.offer + [.say("220 go"), .halfHandshake, .cut]
    case .expired, .wrongName, .unknownAuthority: Self.secured
    }
  }

  private func certificate(_ weakness: Weakness, _ root: CertificateAuthority) throws -> ServerCertificate {
    switch weakness {
    case .expired: try root.issue(["DNS:first.example.test"], to: "20210101000000Z")
    case .wrongName: try root.issue(["DNS:example.test"])
    case .unknownAuthority: try root.stranger("stranger").issue(["DNS:first.example.test"])
    case .noOffer, .refusal, .lost: try root.issue(["DNS:first.example.test"])
    }
  }

  // case: smtp-21
  // case: smtp-76
  @Test(arguments: Weakness.allCases)
  private func `a host that cannot do the TLS that is demanded is passed over`(_ weakness: Weakness) throws {
    let root = try CertificateAuthority()
    let hosts = try Hosts(
      [script(weakness), Self.secured],
      certificates: [try certificate(weakness, root), try root.issue(["DNS:second.example.test"])])
    let done = hosts.deliver(to: "two.test") {
      $0.tlsMode = .starttls
      $0.tls.authorityFile = root.file
    }
    #expect(done.outcome == Self.taken, "\(done.report)")
    #expect(done.report.peer == "127.0.0.3:\(hosts.port)")
    #expect(try hosts.servers[0]?.record().inClear.contains { $0.hasPrefix("MAIL") } == false)
  }

  @Test func `each host is held to the same policy, and where none fits nothing is sent`() throws {
    let root = try CertificateAuthority()
    let hosts = try Hosts(
      [Self.secured, hello + [.hear("QUIT")]], certificates: [try root.issue(["DNS:example.test"]), nil])
    let done = hosts.deliver(to: "two.test") {
      $0.tlsMode = .starttls
      $0.tls.authorityFile = root.file
    }
    #expect(
      done.tried == [
        TriedHost(
          "first.example.test", address: "127.0.0.2",
          fault: .tls(.wrongName(expected: "first.example.test", names: ["example.test"]))),
        TriedHost("second.example.test", address: "127.0.0.3", fault: .startTLSNotOffered),
      ])
    #expect(try hosts.servers[1]?.record().lines == ["EHLO scanner.example.test", "QUIT"])
    guard case .failed(let fault) = done.outcome else { return #expect(Bool(false)) }
    let failure = Failure(fault, route: RouteFacts(name: "r", server: "two.test", port: 25))
    #expect(failure.class == .configuration && failure.exitCode == .serverProtocol)
  }

  // MARK: When all fail

  // case: smtp-76
  @Test func `each host is named with what it said, in order`() throws {
    let hosts = try Hosts([[.say("421 busy")], nil, [.say("554 5.7.1 go away")]])
    let done = hosts.deliver(to: "example.test")
    #expect(
      done.tried == [
        TriedHost(
          "first.example.test", address: "127.0.0.2",
          fault: .reply(stage: .greeting, SMTPReply(code: 421, lines: ["busy"]))),
        TriedHost(
          "second.example.test",
          fault: .connect(host: "second.example.test", port: hosts.port, detail: "connection refused")),
        TriedHost(
          "third.example.test", address: "127.0.0.4",
          fault: .reply(stage: .greeting, SMTPReply(code: 554, enhanced: "5.7.1", lines: ["go away"]))),
      ])
    // The first may take it later.
    #expect(done.telling == done.tried[0].fault)
    #expect(done.report.peer == "127.0.0.2:\(hosts.port)")
  }

  @Test func `a single host's fault stands alone`() throws {
    let hosts = try Hosts([[.say("554 no")]])
    #expect(hosts.deliver(to: "first.example.test").outcome == refused(.greeting, 554, "no"))
  }

  @Test func `a name without an address is passed over`() throws {
    let hosts = try Hosts([Self.good])
    let done = hosts.deliver(to: "gone.test")
    #expect(done.outcome == Self.taken)
    #expect(done.notices == ["nowhere.test: has no address; trying another host"])
  }

  // MARK: Addresses

  // case: smtp-76
  @Test func `another address of the same host is tried too, and of a host that is no exchanger`() throws {
    let hosts = try Hosts([[.say("421 busy")], [.say("450 later")]])
    let done = hosts.deliver(to: "pair.example.test")
    #expect(Set(done.tried.compactMap(\.address)) == ["127.0.0.2", "127.0.0.3"])
    #expect(Set(done.tried.map(\.host)) == ["pair.example.test"])
    let half = try Hosts([[.say("421 busy")], Self.good])
    #expect(half.deliver(to: "pair.example.test").outcome == Self.taken)
  }

  // case: smtp-76
  @Test func `of many addresses five are tried, and one is left for each further host`() throws {
    let hosts = try Hosts([[.say("421 busy")], [.say("450 later")]])
    let done = hosts.deliver(to: "crowd.test")
    #expect(done.tried.map(\.host) == ["crowd.example.test", "second.example.test"])
    guard case .connect(_, _, let detail) = done.tried.first?.fault else { return #expect(Bool(false)) }
    #expect(detail.split(separator: ";").count == 4, "\(detail)")
    #expect(done.telling == done.tried.last?.fault)
  }
}
