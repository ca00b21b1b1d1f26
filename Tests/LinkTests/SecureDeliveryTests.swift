import Base
import Crypto
import Jobs
import Link
import Mail
import Routes
import TestKit
import Testing

@Suite struct `Delivery over TLS` {
  private let authority: CertificateAuthority
  private let good: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    good = try authority.issue(["IP:127.0.0.1", "DNS:mail.example.test"])
  }

  private static let offering: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"),
  ]
  private static let afterTLS: [Step] =
    [.hear("EHLO"), .say("250-hi"), .say("250 AUTH PLAIN LOGIN"), .hear("AUTH PLAIN AHUAc2VjcmV0"), .say("235 ok")]
    + envelope + [.hearMessage] + goodbye

  // case: smtp-16
  // case: smtp-38
  @Test func `STARTTLS, AUTH and a message`() throws {
    let server = try ScriptedServer(Self.offering + [.startTLS()] + Self.afterTLS, certificate: good)
    let done = attempt(route(server, mode: .starttls, trusting: authority, username: "u"))
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(done.report.encryption?.version == .tls13)
    #expect(try server.record().fault == nil)
  }

  @Test func `implicit TLS, 1 point 2, and megabytes`() throws {
    let server = try ScriptedServer([.startTLS(upTo: "1.2"), .say("220 hi")] + Self.afterTLS, certificate: good)
    let message = Array(String(repeating: String(repeating: "m", count: 76) + "\r\n", count: 20000).utf8)
    let done = attempt(
      route(server, mode: .implicit, trusting: authority, username: "u"), message: message, blockSize: 20000)
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(done.report.encryption?.version == .tls12)
    #expect(try server.record().messages == [message + Array(".\r\n".utf8)])
  }

  // case: smtp-24
  @Test func `certificates that must not do`() throws {
    let wrong = try authority.issue(["DNS:other.example.test"])
    let expired = try authority.issue(["IP:127.0.0.1"], from: "20200101000000Z", to: "20200201000000Z")
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    for (certificate, expected) in [(wrong, "wrongName"), (expired, "expired"), (own, "unknownAuthority")] {
      let server = try ScriptedServer(Self.offering + [.startTLS()] + Self.afterTLS, certificate: certificate)
      let done = attempt(route(server, mode: .starttls, trusting: authority, username: "u"))
      guard case .failed(.tls(let fault)) = done.outcome else {
        return #expect(Bool(false), "\(done.report.outcomes)")
      }
      #expect("\(fault)".hasPrefix(expected))
      #expect(try !server.record().lines.contains { $0.hasPrefix("AUTH") })
    }
  }

  // case: smtp-25
  @Test func `TLS below the floor`() throws {
    let server = try ScriptedServer([.startTLS(upTo: "1.1"), .say("220 hi")] + Self.afterTLS, certificate: good)
    let done = attempt(route(server, mode: .implicit, trusting: authority))
    #expect(done.outcome == .failed(.tls(.belowFloor(floor: .tls12))))
  }

  // case: smtp-21
  @Test func `opportunistic TLS does not turn into clear text when it fails`() throws {
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    let server = try ScriptedServer(Self.offering + [.startTLS(), .hold], certificate: own)
    guard
      case .failed(.tls(.unknownAuthority)) = attempt(route(server, mode: .opportunistic, trusting: authority)).outcome
    else { return #expect(Bool(false)) }
    #expect(try server.record().lines.count == 2)
  }

  // case: smtp-22
  @Test func `implicit TLS to a port in clear text`() throws {
    let server = try ScriptedServer([.say("220 mail.example.test ESMTP"), .hold])
    let done = attempt(route(server, mode: .implicit, trusting: authority))
    guard case .failed(.tls(.notTLS(let received))) = done.outcome else {
      return #expect(Bool(false), "\(done.report.outcomes)")
    }
    #expect(received.contains("220 mail.example.test") && done.seconds < 5)
  }

  // case: smtp-20
  @Test func `clear text behind STARTTLS is an injection`() throws {
    let script = Self.offering.dropLast() + [.sayBytes(Array("220 go\r\n250 AUTH PLAIN\r\n".utf8)), .hold]
    let server = try ScriptedServer(Array(script))
    #expect(attempt(route(server, mode: .starttls, username: "u")).outcome == .failed(.startTLSInjection))
  }

  @Test func `unverified TLS carries a message, but no password`() throws {
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=DNS:x.test"])
    let script = [Step.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye
    let server = try ScriptedServer(script, certificate: own)
    var unverified = route(server, mode: .implicit) { $0.tls.verification = .none }
    #expect(attempt(unverified).outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    unverified.username = "u"
    guard case .failed(.authForbidden) = attempt(unverified).outcome else { return #expect(Bool(false)) }
  }

  // case: smtp-27
  @Test func `an end without a goodbye`() throws {
    let beforeFinal: [Step] = [.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage]
    let lost = try ScriptedServer(beforeFinal + [.cut], certificate: good)
    guard case .failed(.finalReplyLost) = attempt(route(lost, mode: .implicit, trusting: authority)).outcome else {
      return #expect(Bool(false))
    }
    let fine = try ScriptedServer(beforeFinal + [.say("250 queued"), .cut], certificate: good)
    #expect(
      attempt(route(fine, mode: .implicit, trusting: authority)).outcome
        == .accepted(SMTPReply(code: 250, lines: ["queued"])))
  }

  @Test func `a trust store that is not there`() throws {
    let server = try ScriptedServer([.hold])
    let blind = route(server, mode: .starttls) { $0.tls.authorityFile = "/nonexistent/roots.pem" }
    guard case .failed(.tls(.setup)) = attempt(blind).outcome else { return #expect(Bool(false)) }
  }
}
