import Base
import Crypto
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// Attempts that go on with the TLS sessions of earlier ones.
@Suite struct `Resumed sessions` {
  private static let taken = RecipientOutcome.accepted(SMTPReply(code: 250, lines: ["queued"]))
  private static let offer: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"),
  ]
  private let authority: CertificateAuthority
  private let certificate: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    certificate = try authority.issue(["IP:127.0.0.1", "DNS:localhost"])
  }

  private func script(_ mode: Route.TLSMode, upTo version: String) -> [Step] {
    let begin: [Step] =
      mode == .implicit ? [.startTLS(upTo: version), .say("220 hi")] : Self.offer + [.startTLS(upTo: version)]
    return begin + [.hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye
  }

  // case: smtp-28
  @Test(arguments: [Route.TLSMode.implicit, .starttls], ["1.0", "1.2", "1.3"])
  func `the next message to the same server goes on with its session`(mode: Route.TLSMode, version: String) throws {
    let script = script(mode, upTo: version)
    let server = try ScriptedServer(connections: [script, script, script], certificate: certificate)
    let sessions = TLSSessionStore(clock: .system)
    for number in 0..<3 {
      let done = attempt(
        route(server, mode: mode, trusting: authority) { $0.tls.floor = .tls10 }, sessions: sessions)
      #expect(done.outcome == Self.taken && done.report.encryption?.version.rawValue == version, "\(done.report)")
      #expect(try server.record(number).isResumed == (number > 0))
    }
  }

  // case: smtp-28
  @Test func `another policy, or another process, begins anew`() throws {
    let script = script(.implicit, upTo: "1.3")
    let server = try ScriptedServer(connections: [script], certificate: certificate)
    let sessions = TLSSessionStore(clock: .system)
    #expect(attempt(route(server, mode: .implicit, trusting: authority), sessions: sessions).outcome == Self.taken)
    let unverified = attempt(route(server, mode: .implicit) { $0.tls.verification = .none }, sessions: sessions)
    let elsewhere = attempt(route(server, mode: .implicit, trusting: authority))
    #expect(unverified.outcome == Self.taken && elsewhere.outcome == Self.taken)
    for number in 0..<3 { #expect(try !server.record(number).isResumed) }
  }

  @Test func `a server that refused a token is met again with its session`() throws {
    let refusal: [Step] =
      [.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hear("AUTH PLAIN")]
      + [.say("535 no"), .hear("QUIT"), .say("221 bye"), .hold]
    let server = try ScriptedServer(connections: [refusal], certificate: certificate)
    let sessions = TLSSessionStore(clock: .system)
    for number in 0..<2 {
      let done = attempt(
        route(server, mode: .implicit, trusting: authority, username: "u"), sessions: sessions)
      #expect(done.outcome == refused(.auth, 535, "no"))
      #expect(try server.record(number).isResumed == (number > 0))
    }
  }

  @Test func `a server that fails when it is shown a session is met at once without`() throws {
    let good = script(.implicit, upTo: "1.3")
    // handshake_failure
    let confused: [Step] = [.hearBytes(50), .sayBytes([21, 3, 3, 0, 2, 2, 40]), .hold]
    let server = try ScriptedServer(connections: [good, confused, good], certificate: certificate)
    let sessions = TLSSessionStore(clock: .system)
    let trusted = route(server, mode: .implicit, trusting: authority)
    #expect(attempt(trusted, sessions: sessions).outcome == Self.taken)
    let second = attempt(trusted, sessions: sessions)
    #expect(second.outcome == Self.taken && second.intents == 1, "\(second.report)")
    #expect(try !server.record(2).isResumed)
    // Without a session the same is the server's word.
    let stubborn = try ScriptedServer(connections: [confused], certificate: certificate)
    #expect(
      attempt(route(stubborn, mode: .implicit, trusting: authority), sessions: sessions).outcome
        == .failed(.tls(.alert("handshake_failure"))))
  }

  @Test(arguments: ["1.2", "1.3"]) func `our certificate is not asked for twice, and that is known`(version: String)
    throws
  {
    let own = try authority.chained(authority.issue([], named: "device"), [authority])
    let script: [Step] =
      [
        .startTLSDemandingCertificate(trusting: authority.file, upTo: version), .sayClient, .hear("EHLO"),
        .say("250 hi"),
      ]
      + envelope + [.hearMessage] + goodbye
    let server = try ScriptedServer(connections: [script], certificate: certificate)
    let sessions = TLSSessionStore(clock: .system)
    for number in 0..<2 {
      let done = attempt(
        route(server, mode: .implicit, trusting: authority) {
          $0.certificate = Route.ClientCertificate(chainFile: own.file, keyFile: own.key)
        }, sessions: sessions)
      #expect(done.outcome == Self.taken && done.report.encryption?.version.rawValue == version, "\(done.report)")
      #expect(done.notices.isEmpty, "\(done.notices)")
      let record = try server.record(number)
      #expect(record.isResumed == (number > 0) && record.fault == nil)
    }
  }
}
