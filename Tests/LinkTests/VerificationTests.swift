import Base
import Crypto
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// What decides in place of authorities: pinned keys, or nothing at all.
@Suite struct `Verification without authorities` {
  private let authority: CertificateAuthority
  private let own: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    own = try authority.selfSigned("own", extensions: ["subjectAltName=DNS:mx.example.test"])
  }

  private static let script: [Step] =
    [.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN"), .hear("AUTH PLAIN")]
    + [.say("235 ok")] + envelope + [.hearMessage] + goodbye

  private func notices(_ done: Attempt) -> [String] {
    done.progress.compactMap { if case .notice(let notice) = $0 { notice.cause } else { nil } }
  }

  private func pin(_ file: String) throws -> KeyPin {
    try #require(KeyPin("sha256//" + base64(CertificateAuthority.digest("sha256", ofKeyIn: file))))
  }

  @Test func `a pinned key decides alone, also for a password, and a strange name is told`() throws {
    let server = try ScriptedServer(Self.script, certificate: own)
    let pins = [try pin(authority.file), try pin(own.file)]
    let done = attempt(
      route(server, mode: .implicit, username: "u") {
        $0.tls.verification = .pin
        $0.tls.pins = pins
      })
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
    #expect(notices(done) == ["127.0.0.1 accepted by its pinned key; its certificate is for mx.example.test"])
    #expect(done.report.encryption?.text.hasSuffix(", verified by its pinned key") == true)
  }

  @Test func `a key that is not pinned gets nothing, and its digest is told`() throws {
    let server = try ScriptedServer(Self.script, certificate: own)
    let pins = [try pin(authority.file)]
    let done = attempt(
      route(server, mode: .implicit, trusting: authority, username: "u") {
        $0.tls.verification = .pin
        $0.tls.pins = pins
      })
    #expect(done.outcome == .failed(.tls(.unpinned(found: try pin(own.file)))))
    #expect(try server.record().lines.isEmpty)
  }

  @Test func `a renewed certificate with the same key stays pinned`() throws {
    let renewed = try authority.issue(["DNS:mx.example.test"], from: "20200101000000Z", to: "20200201000000Z")
    let server = try ScriptedServer(Self.script, certificate: renewed)
    let pins = [try pin(renewed.file)]
    let done = attempt(
      route(server, mode: .implicit, username: "u") {
        $0.tls.verification = .pin
        $0.tls.pins = pins
      })
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
  }

  @Test func `no verification is said loudly, while it runs and in the journal`() throws {
    let script = [Step.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye
    let server = try ScriptedServer(script, certificate: own)
    let done = attempt(route(server, mode: .implicit) { $0.tls.verification = .none })
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(notices(done).first?.contains("NOT VERIFIED (its certificate is for mx.example.test)") == true)
    #expect(done.report.encryption?.text.hasSuffix(", NOT VERIFIED") == true)
  }

  @Test func `authorities and names that fit are no news`() throws {
    let good = try authority.issue(["IP:127.0.0.1"])
    let server = try ScriptedServer(Self.script, certificate: good)
    let done = attempt(route(server, mode: .implicit, trusting: authority, username: "u"))
    #expect(notices(done).isEmpty && done.report.encryption?.verification == .full)
  }
}
