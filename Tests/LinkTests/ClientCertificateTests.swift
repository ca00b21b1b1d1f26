import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// Our own certificate, shown to servers that ask for one.
@Suite struct `Client certificates` {
  private let authority: CertificateAuthority
  private let middle: CertificateAuthority
  private let server: ServerCertificate
  private let folder: TemporaryFolder

  init() throws {
    authority = try CertificateAuthority()
    middle = try authority.intermediate("middle")
    server = try authority.issue(["IP:127.0.0.1"])
    folder = try TemporaryFolder()
  }

  private func script(upTo version: String) -> [Step] {
    [.startTLSDemandingCertificate(trusting: authority.file, upTo: version), .sayClient, .hear("EHLO"), .say("250 hi")]
      + envelope + [.hearMessage] + goodbye
  }

  private func deliver(
    to server: ScriptedServer, mode: Route.TLSMode = .implicit, chain: String?, key: String?
  ) -> Attempt {
    attempt(
      route(server, mode: mode, trusting: authority) {
        guard let chain, let key else { return }
        $0.certificate = Route.ClientCertificate(chainFile: chain, keyFile: key)
      })
  }

  // case: smtp-26
  @Test(arguments: ["1.0", "1.2", "1.3"], [CertificateAuthority.Key.p256, .rsa2048])
  func `goes out with its whole chain`(version: String, key: CertificateAuthority.Key) throws {
    let own = try middle.issue([], named: "device", key: key)
    let whole = try authority.chained(own, [middle])
    let server = try ScriptedServer(script(upTo: version), certificate: server)
    let done = attempt(
      route(server, mode: .implicit, trusting: authority) {
        $0.tls.floor = .tls10
        $0.certificate = Route.ClientCertificate(chainFile: whole.file, keyFile: whole.key)
      })
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
    #expect(done.report.greeting?.lines == ["device 2"])
    #expect(done.report.encryption?.version.rawValue == version)
  }

  @Test func `lies in one file with its key, in any order`() throws {
    let own = try middle.issue([], named: "device")
    var all: [UInt8] = []
    for part in [own.key, middle.file, own.file] { all += try Folder.contents(of: part) }
    let file = try folder.write(all, to: "all.pem")
    try Descriptor(opening: file, 0).setPermissions(0o600)
    let server = try ScriptedServer(script(upTo: "1.3"), certificate: server)
    let done = deliver(to: server, chain: file, key: file)
    #expect(done.report.greeting?.lines == ["device 2"], "\(done.report)")
  }

  // In TLS 1.3 the refusal comes after the handshake: with the first read, which waits for the greeting or for EHLO.
  // case: smtp-26
  @Test(arguments: ["1.2", "1.3"], [Route.TLSMode.implicit, .starttls])
  func `that is refused is told apart from a lost connection`(version: String, mode: Route.TLSMode) throws {
    let own = try authority.stranger("stranger").issue([], named: "device")
    let offer: [Step] = [
      .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"),
    ]
    let server = try ScriptedServer((mode == .starttls ? offer : []) + script(upTo: version), certificate: server)
    let done = deliver(to: server, mode: mode, chain: own.file, key: own.key)
    let expected = TLSFault.ownCertificateRefused(
      alert: "unknown_ca", subject: "CN=device,O=Platen Tests", notAfter: "2099-12-31T23:59:59Z")
    #expect(done.outcome == .failed(.tls(expected)))
    let failure = Failure(.tls(expected), route: RouteFacts(name: "r", server: "h", port: 25))
    #expect(failure.class == .configuration && failure.cause.contains("refused this device's certificate"))
  }

  // case: smtp-26
  @Test func `without its intermediate it is refused by a server that knows the root`() throws {
    let own = try middle.issue([], named: "device")
    let server = try ScriptedServer(script(upTo: "1.3"), certificate: server)
    guard case .failed(.tls(.ownCertificateRefused)) = deliver(to: server, chain: own.file, key: own.key).outcome else {
      return #expect(Bool(false))
    }
  }

  // case: smtp-26
  @Test(arguments: ["1.2", "1.3"]) func `that is missing is asked for`(version: String) throws {
    let server = try ScriptedServer(script(upTo: version), certificate: server)
    #expect(deliver(to: server, chain: nil, key: nil).outcome == .failed(.tls(.ownCertificateDemanded)))
  }

  private func notices(_ done: Attempt) -> [String] {
    done.progress.compactMap { if case .notice(let notice) = $0 { notice.cause } else { nil } }
  }

  @Test func `that nobody asks for, or that has no chain, is told of`() throws {
    let own = try authority.issue([], named: "device")
    let deaf = try ScriptedServer(
      [.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye,
      certificate: server)
    let unasked = deliver(to: deaf, chain: own.file, key: own.key)
    #expect(unasked.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(
      notices(unasked) == ["127.0.0.1 did not request this device's certificate (CN=device,O=Platen Tests)"])
    let curious = try ScriptedServer(script(upTo: "1.3"), certificate: server)
    let bare = deliver(to: curious, chain: own.file, key: own.key)
    #expect(bare.report.greeting?.lines == ["device 1"])
    #expect(notices(bare).first?.contains("was sent without its intermediate certificate") == true)
  }

  // case: smtp-26
  @Test func `that makes a server hang up without an alert is named as the likely reason`() throws {
    let own = try middle.issue([], named: "device")
    let whole = try authority.chained(own, [middle])
    let server = try ScriptedServer(
      [.startTLSDemandingCertificate(trusting: authority.file), .cut], certificate: server)
    let outcome = deliver(to: server, chain: whole.file, key: whole.key).outcome
    guard case .failed(.connectionLost(.greeting, let detail)) = outcome else {
      return #expect(Bool(false), "\(String(describing: outcome))")
    }
    #expect(detail.hasSuffix(" right after it received this device's certificate (CN=device,O=Platen Tests)"))
  }

  // case: smtp-26
  @Test func `an alert about a certificate that nobody asked for is not about ours`() throws {
    let own = try authority.issue([], named: "device")
    // The server's side of a handshake as an alert: unknown_ca.
    let server = try ScriptedServer([.hearBytes(50), .sayBytes([21, 3, 3, 0, 2, 2, 48]), .hold])
    #expect(deliver(to: server, chain: own.file, key: own.key).outcome == .failed(.tls(.alert("unknown_ca"))))
  }

  private enum Spoiling: CaseIterable {
    case readableKey, writableKey, strangeKey, noKey, lockedKey, noCertificate, missingFile
  }

  @Test(arguments: Spoiling.allCases)
  private func `that cannot be used is refused before anyone is connected to`(_ spoiling: Spoiling) throws {
    let own = try middle.issue([], named: "device")
    let (chain, key, words) = try spoiled(own, spoiling)
    let server = try ScriptedServer(script(upTo: "1.3"), certificate: server)
    let done = deliver(to: server, chain: chain, key: key)
    guard case .failed(.tls(.ownCertificate(let detail))) = done.outcome else {
      return #expect(Bool(false), "\(done.report)")
    }
    #expect(detail.contains(words) && detail.contains(spoiling == .noCertificate ? chain : key), "\(detail)")
    #expect(done.report.peer == nil && done.progress.isEmpty)
    let failure = Failure(.tls(.ownCertificate(detail)), route: RouteFacts(name: "r", server: "h", port: 25))
    #expect(failure.exitCode == .configuration && failure.class == .configuration && failure.cause.contains(words))
  }

  private func spoiled(_ own: ServerCertificate, _ spoiling: Spoiling) throws -> (String, String, String) {
    switch spoiling {
    case .readableKey:
      try Descriptor(opening: own.key, 0).setPermissions(0o640)
      return (own.file, own.key, "chmod 600")
    case .writableKey:
      try Descriptor(opening: own.key, 0).setPermissions(0o602)
      return (own.file, own.key, "chmod 600")
    case .strangeKey: return (own.file, try middle.issue([], named: "other").key, "does not belong to CN=device")
    case .noKey:
      let file = try folder.write(Folder.contents(of: own.file), to: "only.pem")
      try Descriptor(opening: file, 0).setPermissions(0o600)
      return (own.file, file, "no PEM private key")
    case .lockedKey:
      let file = folder.file("locked.key")
      #expect(
        try run(["openssl", "pkey", "-in", own.key, "-aes128", "-passout", "pass:hush", "-out", file]).exitCode == 0)
      try Descriptor(opening: file, 0).setPermissions(0o600)
      return (own.file, file, "passphrase")
    case .noCertificate: return (try folder.write("nothing\n", to: "none.pem"), own.key, "no PEM certificate")
    case .missingFile: return (own.file, folder.file("nowhere.key"), "nowhere.key")
    }
  }
}
