import Base
import TestKit
import Testing

/// Exim, which speaks CHUNKING, PIPELINING and PRDR, and TLS by GnuTLS.
@Suite struct `Sending to Exim` {
  private let server: MailServer

  init() throws { server = try MailServer.exim.get() }

  private func desk(
    _ port: String, _ keys: String = "tls: { mode: \"off\" }", from sender: String = "scanner@example.test",
    password: String? = nil
  ) throws -> Desk {
    try Desk(
      way: "preset: \"smtp\", server: \"localhost\", port: \(try server.port(port)), \(keys)", from: sender,
      secret: password, roots: [server.authorityFile])
  }

  /// What Exim's log has of an address.
  private func log(of address: String) throws -> [Substring] { try server.log().filter { $0.contains(address) } }

  @Test func `ten pages without TLS to whom the address is enough`() throws {
    let desk = try desk("RELAY")
    let scan = try desk.scanTenPages(to: ["joe@customer.test"])
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let (acceptance, line) = try server.acceptanceByExim(try server.tenPages(of: desk))
    #expect(acceptance == Acceptance(port: try server.value("RELAY_PORT")))
    // Exim's mark of a message that came by BDAT.
    #expect(line.contains(" P=esmtp K "), "\(line)")
  }

  /// A mechanism as a configuration asks for it, and the name that Exim's configuration gives it.
  struct Mechanism: Sendable, CustomTestStringConvertible {
    let auth: String
    let name: String
    var mode = "starttls"

    var testDescription: String { "\(auth), \(mode)" }
    var user: String { "\(auth)-\(mode)@example.test" }
    var port: String { mode == "implicit" ? "SMTPS" : "SUBMISSION" }
    var keys: String { "username: \"\(user)\", auth: \"\(auth)\", tls: { mode: \"\(mode)\" }" }
  }

  private static let mechanisms = [
    Mechanism(auth: "plain", name: "plain"), Mechanism(auth: "login", name: "login"),
    Mechanism(auth: "cram-md5", name: "cram"), Mechanism(auth: "auto", name: "plain", mode: "implicit"),
  ]

  @Test(arguments: mechanisms)
  func `ten pages, by the mechanism that was asked for`(mechanism: Mechanism) throws {
    let desk = try desk(mechanism.port, mechanism.keys, password: server.password)
    let scan = try desk.scanTenPages(to: ["ann@example.test", "joe@customer.test"])
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let (acceptance, line) = try server.acceptanceByExim(try server.tenPages(of: desk))
    let port = try server.value(mechanism.port + "_PORT")
    #expect(
      acceptance == Acceptance(port: port, tls: "TLS1.3", mechanism: mechanism.name, identity: mechanism.user))
    #expect(line.contains(" SNI=localhost ") && line.contains(" K "), "\(line)")
  }

  // case: smtp-31
  @Test(arguments: mechanisms)
  func `a wrong password is shown once, and keeps the document`(mechanism: Mechanism) throws {
    let user = "wrong-" + mechanism.user
    let keys = mechanism.keys.replacing(mechanism.user, with: user)
    let desk = try desk(mechanism.port, keys, password: "not-" + server.password)
    expectFailure(try desk.scanTenPages(), 77, naming: "localhost", user, "535")
    let job = try desk.keptJob(pages: 10)
    #expect(job.state == "held" && job.recipients.first?.failure?.class == "configuration")
    let refusals = try server.lines { $0.contains("set_id=\(user)") }
    #expect(refusals.count == 1 && refusals[0].contains("\(mechanism.name) authenticator failed"), "\(refusals)")
  }

  // case: smtp-64
  @Test func `several chunks arrive whole`() throws {
    // A chunk is 1 MiB.
    let desk = try desk("SMTP")
    let scan = try desk.scanTenPages(dpi: 200)
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let line = try server.acceptanceByExim(try server.tenPages(of: desk)).line
    let size = try #require(between(" S=", " ", in: line).flatMap { Int($0) })
    #expect(size > 3 << 20 && line.contains(" K "), "\(line)")
  }

  @Test func `several messages, and one TLS session resumed by GnuTLS`() throws {
    let user = "parts@example.test"
    let keys = "username: \"\(user)\", limits: { bytesPerMessage: 600000 }"
    let desk = try desk("SUBMISSION", keys, from: user, password: server.password)
    let scan = try desk.scanTenPages()
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let arrivals = try server.lines { $0.contains(" <= \(user) ") }
    #expect(arrivals.count > 2 && arrivals.allSatisfy { $0.contains(" A=plain:\(user) ") }, "\(arrivals)")
    // Exim's star: a session that went on. The sign-in is made anew all the same.
    let hasStar = arrivals.map { between(" X=", " ", in: $0)?.hasSuffix("*") }
    #expect(hasStar == [false] + Array(repeating: true, count: arrivals.count - 1), "\(arrivals)")
    let pages = try arrivals.map { line in
      let message = try server.delivered(try #require(between(" id=", " ", in: line)))
      return try run(["qpdf", "--show-npages", try #require(message.parts.last?.path)]).text
    }
    #expect(pages.compactMap { Int($0.dropLast()) }.reduce(0, +) == 10, "\(pages)")
  }

  // case: smtp-19
  @Test func `what is larger than the server takes is not sent`() throws {
    let keys = "username: \"small@example.test\", tls: { mode: \"starttls\" }"
    let desk = try desk("SMALL", keys, password: server.password)
    let refused = try desk.scanTenPages(to: ["large@example.test"])
    expectFailure(refused, 65, naming: "localhost", "at most 1.0 MB")
    _ = try desk.keptJob(pages: 10)
    #expect(try log(of: "large@example.test").isEmpty)
  }

  // case: smtp-46
  @Test func `one recipient is refused, the other has the pages`() throws {
    let desk = try desk("SMTP")
    let scan = try desk.scanTenPages(to: ["nobody@example.test", "ann@example.test"])
    expectFailure(scan, 100, naming: "nobody@example.test", "550 5.1.1")
    let job = try #require(try desk.jobs().first)
    #expect(job.recipients.map(\.state) == ["refused", "accepted"])
    #expect(try server.delivered(try #require(job.messageID)).defects.isEmpty)
  }

  @Test func `who is not ours is refused where nobody signed in`() throws {
    let desk = try desk("SMTP")
    let scan = try desk.scanTenPages(to: ["joe@customer.test"])
    expectFailure(scan, 77, naming: "550 5.7.1")
    _ = try desk.keptJob(pages: 10)
  }

  @Test func `a greylisted recipient waits, and has the pages at the second try`() throws {
    let desk = try desk("SMTP")
    let scan = try desk.platen(
      "send", try SaneWorld.pages(10) + "/" + firstPage(), "--to", "later@example.test")
    expectFailure(scan, 75, naming: "451 4.7.1")
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "queued" && job.recipients.first?.failure?.class == "transient")
    let retry = try desk.platen("jobs", "retry", job.id)
    #expect(retry.exitCode == 0, "\(retry.errors)")
    #expect(try desk.jobs().first?.recipients.map(\.attempts) == [2])
    #expect(try server.delivered(try #require(job.messageID)).defects.isEmpty)
  }

  private func firstPage() throws -> String { try #require(try Folder.names(in: SaneWorld.pages(10)).sorted().first) }
}
