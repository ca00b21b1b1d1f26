import Base
import Crypto
import TestKit
import Testing

/// Connections that go on with the session of an earlier one, judged by `openssl s_server`.
@Suite struct Resumption {
  static let versions = ["-tls1_2", "-tls1_3"]
  private let root: CertificateAuthority
  private let certificate: ServerCertificate

  init() throws {
    root = try CertificateAuthority()
    certificate = try root.chained(root.issue(["DNS:mail.example.test", "DNS:other.example.test"]), [root])
  }

  /// What decides about a connection.
  private struct Setup {
    var policy: TLSPolicy
    var host = "mail.example.test"
    var port = 25
    var identity: TLSIdentity?
    var records: [TLSARecord] = []
  }

  private var plain: Setup { Setup(policy: TLSPolicy(authorityFile: root.file)) }

  private func server(_ version: String, _ options: [String] = [], _ shown: ServerCertificate? = nil) throws -> Server {
    try Server(shown ?? certificate, ["-rev", version, "-cert_chain", (shown ?? certificate).file] + options)
  }

  /// One connection, from the handshake to a goodbye.
  private func connect(_ server: Server, _ setup: Setup, _ sessions: TLSSessionStore) throws -> TLSSession {
    let context = try TLSContext(setup.policy, identity: setup.identity)
    var client = try Client(
      context, host: setup.host, port: server.port, claimedPort: setup.port, records: setup.records,
      sessions: sessions)
    let session = try #require(try client.handshake())
    // A session of TLS 1.3 comes with the first words.
    try client.send(Array("abc\n".utf8))
    #expect(try client.read() == Array("cba\n".utf8))
    client.engine.close()
    try client.flush()
    return session
  }

  private func resumes(_ server: Server, _ setup: Setup, _ sessions: TLSSessionStore) throws -> Bool {
    try connect(server, setup, sessions).isResumed
  }

  // case: smtp-28
  @Test(arguments: versions, ["-bugs", "-no_ticket"])
  func `the second connection like the first goes on with its session, as the server says too`(
    version: String, tickets: String
  ) throws {
    let server = try Server(certificate, ["-naccept", "3", version, tickets])
    let sessions = TLSSessionStore(clock: .system)
    let context = try TLSContext(TLSPolicy(authorityFile: root.file))
    for number in 0..<3 {
      var client = try Client(context, host: "mail.example.test", port: server.port, sessions: sessions)
      #expect(try client.handshake()?.isResumed == (number > 0))
      try server.type("word")
      #expect(try client.read() == Array("word\n".utf8))
      client.engine.close()
      try client.flush()
    }
    let printed = String(decoding: try server.printed(), as: UTF8.self)
    #expect(printed.split(separator: "\n").count { $0.hasPrefix("Reused session-id") } == 2)
    #expect(printed.split(separator: "\n").count { $0.hasPrefix("CIPHER is") } == 3)
  }

  // case: smtp-28
  @Test(arguments: versions) func `without a store nothing is resumed`(version: String) throws {
    let server = try Server(certificate, ["-naccept", "2", version])
    let context = try TLSContext(TLSPolicy(authorityFile: root.file))
    for _ in 0..<2 {
      var client = try Client(context, host: "mail.example.test", port: server.port)
      #expect(try client.handshake()?.isResumed == false)
      try server.type("word")
      #expect(try client.read() == Array("word\n".utf8))
      client.engine.close()
      try client.flush()
    }
    #expect(!String(decoding: try server.printed(), as: UTF8.self).contains("Reused"))
  }

  // MARK: The key

  private enum Difference: String, CaseIterable {
    case host, port, serverName, floor, unverified, pinned, dane, authorityFile, identity, otherIdentity, pins, records
  }

  private func pin(_ file: String) throws -> KeyPin {
    try #require(KeyPin(hexadecimal(CertificateAuthority.digest("sha256", ofKeyIn: file))))
  }

  private func record(_ file: String) throws -> TLSARecord {
    try #require(TLSARecord(wire: [3, 1, 1] + CertificateAuthority.digest("sha256", ofKeyIn: file)))
  }

  private func identity(_ name: String) throws -> TLSIdentity {
    let own = try root.issue([], named: name)
    return try TLSIdentity(chain: Folder.contents(of: own.file), key: Folder.contents(of: own.key))
  }

  private func pinned(_ more: [KeyPin] = []) throws -> Setup {
    Setup(policy: TLSPolicy(verification: .pin, pins: [try pin(certificate.file)] + more))
  }

  private func vouched(_ more: [TLSARecord] = []) throws -> Setup {
    Setup(policy: TLSPolicy(verification: .dane), records: [try record(certificate.file)] + more)
  }

  private func pair(_ difference: Difference) throws -> (Setup, Setup) {
    var first = plain
    var second = plain
    switch difference {
    case .host: second.host = "other.example.test"
    case .port: second.port = 587
    case .serverName: second.policy.serverName = "other.example.test"
    case .floor: second.policy.floor = .tls11
    case .unverified: second = Setup(policy: TLSPolicy(verification: .none))
    case .pinned: second = try pinned()
    case .dane: second = try vouched()
    case .authorityFile: second.policy.authorityFile = certificate.file
    case .identity: second.identity = try identity("device")
    case .otherIdentity: (first.identity, second.identity) = (try identity("one"), try identity("two"))
    case .pins: (first, second) = (try pinned(), try pinned([pin(root.file)]))
    case .records: (first, second) = (try vouched(), try vouched([record(root.file)]))
    }
    return (first, second)
  }

  // case: smtp-28
  @Test(arguments: versions, Difference.allCases)
  private func `never across any difference, in either direction`(version: String, difference: Difference) throws {
    let server = try server(version)
    let (first, second) = try pair(difference)
    let sessions = TLSSessionStore(clock: .system)
    #expect(try !resumes(server, first, sessions))
    #expect(try !resumes(server, second, sessions), "\(difference)")
    #expect(try resumes(server, first, sessions))
    #expect(try resumes(server, second, sessions))
  }

  @Test(arguments: versions) func `under each way of verification`(version: String) throws {
    let authorityRecord = try #require(
      TLSARecord(wire: [2, 1, 1] + CertificateAuthority.digest("sha256", ofKeyIn: root.file)))
    let vouchedByAuthority = Setup(policy: TLSPolicy(verification: .dane), records: [authorityRecord])
    let server = try server(version)
    for setup in [
      plain, Setup(policy: TLSPolicy(verification: .none)), try pinned(), try vouched(), vouchedByAuthority,
    ] {
      let sessions = TLSSessionStore(clock: .system)
      #expect(try !resumes(server, setup, sessions))
      #expect(try resumes(server, setup, sessions), "\(setup.policy.verification)")
    }
  }

  @Test(arguments: versions) func `that a certificate of ours was asked for is known on`(version: String) throws {
    let server = try server(version, ["-Verify", "1", "-CAfile", root.file])
    var setup = plain
    setup.identity = try identity("device")
    let sessions = TLSSessionStore(clock: .system)
    for isResumed in [false, true, true] {
      let session = try connect(server, setup, sessions)
      #expect(session.isResumed == isResumed && session.asksForCertificate)
    }
  }

  // MARK: What ends a session

  // case: smtp-28
  @Test(arguments: versions) func `a server that knows nothing of a session is met from the start`(version: String)
    throws
  {
    let first = try server(version)
    let second = try server(version)
    let sessions = TLSSessionStore(clock: .system)
    #expect(try !resumes(first, plain, sessions))
    #expect(try !resumes(second, plain, sessions))
    #expect(try resumes(second, plain, sessions))
  }

  @Test(arguments: versions) func `a session has its time, and no more than its certificate`(version: String) throws {
    let server = try server(version)
    let uptime = Locked(Deadline(nanoseconds: 0))
    let date = Locked(WallTime.now)
    let sessions = TLSSessionStore(
      clock: Clock(
        boot: { "one" }, now: { uptime.withLock { $0 } }, date: { date.withLock { $0 } },
        wait: { (_, _, _) throws(WaitFault) in throw .timedOut }))
    #expect(try !resumes(server, plain, sessions))
    uptime.withLock { $0 = Deadline(nanoseconds: 0).advanced(by: .seconds(3599)) }
    #expect(try resumes(server, plain, sessions))
    uptime.withLock { $0 = Deadline(nanoseconds: 0).advanced(by: .seconds(8000)) }
    #expect(try !resumes(server, plain, sessions))
    // The certificates of these tests end with the year 2099.
    date.withLock { $0 = WallTime(seconds: 4_102_444_801) }
    #expect(try !resumes(server, plain, sessions))
    date.withLock { $0 = .now }
    #expect(try resumes(server, plain, sessions))
    // Before the certificate began.
    date.withLock { $0 = WallTime(seconds: 0) }
    #expect(try !resumes(server, plain, sessions))
  }

  @Test(arguments: versions) func `who is no longer trusted is not trusted for an old session's sake`(version: String)
    throws
  {
    let server = try server(version)
    let folder = try TemporaryFolder()
    let file = try folder.write(Folder.contents(of: root.file), to: "roots.pem")
    let setup = Setup(policy: TLSPolicy(authorityFile: file))
    let sessions = TLSSessionStore(clock: .system)
    #expect(try !resumes(server, setup, sessions))
    #expect(try resumes(server, setup, sessions))
    try folder.write(Folder.contents(of: root.stranger("stranger").file), to: "roots.pem")
    #expect {
      _ = try resumes(server, setup, sessions)
    } throws: { fault in
      if case .unknownAuthority = fault as? TLSFault { true } else { false }
    }
    try folder.write(Folder.contents(of: root.file), to: "roots.pem")
    #expect(try !resumes(server, setup, sessions))
  }

  @Test(arguments: versions) func `a handshake that fails drops what is kept for its like`(version: String) throws {
    let good = try server(version)
    let bad = try server(version, [], root.chained(root.issue(["DNS:wrong.example.test"]), [root]))
    let sessions = TLSSessionStore(clock: .system)
    #expect(try !resumes(good, plain, sessions))
    #expect(throws: TLSFault.self) { _ = try resumes(bad, plain, sessions) }
    #expect(try !resumes(good, plain, sessions))
    #expect(try resumes(good, plain, sessions))
  }

  @Test func `a session that came on a connection which broke is not used`() throws {
    let first = try server("-tls1_3")
    let sessions = TLSSessionStore(clock: .system)
    var client: Client? = try Client(
      TLSContext(plain.policy), host: plain.host, port: first.port, sessions: sessions)
    _ = try client?.handshake()
    try client?.send(Array("abc\n".utf8))
    _ = try client?.read()
    client = nil
    #expect(try !resumes(first, plain, sessions))
  }

  @Test func `a ticket of TLS 1.3 goes out once, and few are kept`() throws {
    let server = try server("-tls1_3", ["-num_tickets", "5"])
    let sessions = TLSSessionStore(clock: .system)
    #expect(try !resumes(server, plain, sessions))
    let context = try TLSContext(plain.policy)
    let offers = try (0..<4).map { _ in
      try TLSEngine(context, host: plain.host, port: plain.port, sessions: sessions, at: .now).offersSession
    }
    // Those that came to nothing dropped the rest.
    #expect(offers == [true, false, false, false])
  }
}
