import Base
import TestKit
import Testing

/// aiosmtpd: servers that offer little, in which many a small server is alike.
@Suite struct `Sending to aiosmtpd` {
  private func desk(_ server: AiosmtpdServer, _ keys: String = "tls: { mode: \"off\" }", roots: [String] = []) throws
    -> Desk
  {
    try Desk(
      way: "preset: \"smtp\", server: \"127.0.0.1\", port: \(server.port), \(keys)", from: "scanner@example.test",
      secret: "hunter2!", roots: roots)
  }

  /// The message that the desk's only job brought, which holds ten pages.
  private func expectTenPages(_ kept: AiosmtpdServer.Kept, at location: SourceLocation = #_sourceLocation) throws {
    let message = try kept.message()
    #expect(message.defects.isEmpty, sourceLocation: location)
    let document = try #require(message.parts.last?.path, sourceLocation: location)
    #expect(try PDFReaders.complaints(about: document, pages: 10).isEmpty, sourceLocation: location)
  }

  @Test func `ten pages without TLS, sign-in, PIPELINING and CHUNKING`() throws {
    let server = try AiosmtpdServer()
    let desk = try desk(server)
    let scan = try desk.scanTenPages(to: ["ann@example.test", "joe@example.test"])
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let kept = try server.nextMessage()
    #expect(kept.from == "scanner@example.test" && kept.recipients == ["ann@example.test", "joe@example.test"])
    #expect(kept.tls == nil && kept.user == nil && kept.parameters.contains { $0.hasPrefix("SIZE=") })
    try expectTenPages(kept)
  }

  // case: smtp-30
  @Test(arguments: ["PLAIN", "LOGIN"])
  func `ten pages by the only mechanism that is offered`(mechanism: String) throws {
    let authority = try CertificateAuthority()
    let server = try AiosmtpdServer(
      .init(startTLS: true, password: "hunter2!", mechanism: mechanism),
      certificate: try authority.issue(["IP:127.0.0.1"]))
    let desk = try desk(server, "username: \"scanner\"", roots: [authority.file])
    let scan = try desk.scanTenPages()
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let kept = try server.nextMessage()
    #expect(kept.tls == "TLSv1.3" && kept.mechanism == mechanism && kept.user == "scanner")
    try expectTenPages(kept)
  }

  // case: smtp-31
  @Test(arguments: ["PLAIN", "LOGIN"])
  func `a wrong password is shown once, and keeps the document`(mechanism: String) throws {
    let authority = try CertificateAuthority()
    let server = try AiosmtpdServer(
      .init(startTLS: true, password: "another", mechanism: mechanism),
      certificate: try authority.issue(["IP:127.0.0.1"]))
    let desk = try desk(server, "username: \"scanner\"", roots: [authority.file])
    expectFailure(try desk.scanTenPages(), 77, naming: "127.0.0.1", "scanner", "535")
    #expect(try server.nextRefusal() == "scanner" && server.isSilent)
    #expect(try desk.keptJob(pages: 10).recipients.first?.failure?.class == "configuration")
  }

  // case: smtp-73
  @Test(arguments: [true, false])
  func `an address beyond ASCII is refused before anything is sent, whatever the server offers`(utf8: Bool) throws {
    let server = try AiosmtpdServer(.init(utf8: utf8))
    let desk = try desk(server)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let sent = try desk.platen("send", file, "--to", "jörg@example.test")
    expectFailure(sent, 65, naming: "jörg@example.test", "SMTPUTF8")
    #expect(server.isSilent)
  }

  // case: smtp-63
  @Test(arguments: [true, false])
  func `words beyond ASCII, with 8BITMIME and without`(eightBit: Bool) throws {
    let server = try AiosmtpdServer(.init(eightBit: eightBit, utf8: false))
    let desk = try desk(server)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let sent = try desk.platen("send", file, "--to", "ann@example.test", "--subject", "Für Änne – 5 €")
    try #require(sent.exitCode == 0, "\(sent.errors)")
    let kept = try server.nextMessage()
    // 7-bit whatever is offered: nobody on the way can do it harm.
    #expect(!kept.parameters.contains { $0.hasPrefix("BODY=") })
    let message = try kept.message()
    #expect(message.defects.isEmpty, "\(message.defects)")
    #expect(message.headers["Subject"] == "Für Änne – 5 €")
  }
}
