import Base
import Glibc
import TestKit
import Testing

/// OpenSMTPD, which knows no PIPELINING and no CHUNKING, and whose TLS is broken in Debian 12.
@Suite(.enabled(if: Namespaces.canBeMade, Namespaces.whyNot))
struct `Sending to OpenSMTPD` {
  private let server: MailServer

  init() throws { server = try MailServer.opensmtpd.get() }

  private func desk(_ port: String, mode: String) throws -> Desk {
    try Desk(
      way: "preset: \"smtp\", server: \"localhost\", port: \(try server.port(port)), tls: { mode: \"\(mode)\" }",
      from: "scanner@example.test", roots: [server.authorityFile])
  }

  @Test(arguments: ["off", "opportunistic"])
  func `ten pages without TLS`(mode: String) throws {
    let desk = try desk("SMTP", mode: mode)
    let scan = try desk.scanTenPages(to: ["ann-\(mode)@example.test"])
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let message = try server.tenPages(of: desk)
    #expect(message.headers["Received"]?.contains("with ESMTP id") == true, "\(message.headers)")
    let envelopes = try server.lines { $0.contains("to=<ann-\(mode)@example.test>") && $0.contains("smtp envelope") }
    #expect(envelopes.count == 1 && envelopes[0].contains("from=<scanner@example.test>"), "\(envelopes)")
  }

  // case: smtp-46
  @Test func `one recipient is refused, the other has the pages`() throws {
    let desk = try desk("SMTP", mode: "off")
    let scan = try desk.scanTenPages(to: ["nobody@example.test", "ann@example.test"])
    expectFailure(scan, 100, naming: "nobody@example.test", "550 Invalid recipient")
    let job = try #require(try desk.jobs().first)
    #expect(job.recipients.map(\.state) == ["refused", "accepted"])
    #expect(try server.delivered(try #require(job.messageID)).defects.isEmpty)
  }

  // case: smtp-21
  @Test func `a route that demands TLS gives nothing to a port without it`() throws {
    let desk = try desk("SMTP", mode: "starttls")
    expectFailure(try desk.scanTenPages(to: ["ann-in-clear@example.test"]), 76, naming: "localhost", "STARTTLS")
    #expect(try desk.keptJob(pages: 10).state == "held")
    #expect(try !server.log().contains { $0.contains("ann-in-clear") })
  }

  // case: smtp-21
  @Test(arguments: ["starttls", "opportunistic"])
  func `TLS that is offered and breaks off never ends in clear text`(mode: String) throws {
    let desk = try desk("BROKEN", mode: mode)
    let recipient = "ann-by-broken-\(mode)@example.test"
    expectFailure(try desk.scanTenPages(to: [recipient]), 76, naming: "localhost", "TLS handshake")
    #expect(try desk.keptJob(pages: 10).state == "held")
    #expect(try !server.log().contains { $0.contains(recipient) })
  }
}

/// Mount namespaces of root, in which OpenSMTPD runs.
private enum Namespaces {
  static let canBeMade =
    (try? run((geteuid() == 0 ? [] : ["sudo", "-n"]) + ["unshare", "--mount", "true"]))?.exitCode == 0
  static let whyNot: Comment = "root may make no mount namespace here, or is not to be had; a container may forbid it"
}
