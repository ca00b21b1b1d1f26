import Base
import FoundationEssentials
import TestKit
import Testing

/// What no route may carry, and what a route lacks, is said before a page moves.
@Suite struct `Before a page moves` {
  /// A desk with a scanner that would scan, and routes to a server that is not there.
  private func desk(_ routes: String, sender: String = "scanner@contoso.com", port: Int = 1) throws -> Desk {
    let desk = try Desk(
      """
      identity: { address: "\(sender)", internalDomains: ["contoso.com"] }, scan: { device: "test:0" },
      routes: [\(routes)],
      """, environment: try SaneWorld.testBackend().environment)
    try desk.folder.write(smallestPDF, to: "a.pdf")
    return desk
  }

  private static func route(_ name: String, port: Int = 1, _ more: String) -> String {
    "{ name: \"\(name)\", server: \"127.0.0.1\", port: \(port), tls: { mode: \"off\" }, \(more) },"
  }

  private static let inside = route("direct", "reaches: \"internal\"")
  private static let volume = route(
    "volume", "preset: \"m365-hve\", username: \"volume@contoso.com\", auth: \"none\"")

  /// `scan` and `send` and `resend`, which say the same.
  private func verbs(_ desk: Desk, _ recipients: [String]) -> [[String]] {
    let to = recipients.flatMap { ["--to", $0] }
    return [["scan", "--source", "flatbed", "--resolution", "75"] + to, ["send", desk.folder.file("a.pdf")] + to]
  }

  // case: rules early
  @Test func `what no route may carry is refused with 77: the rule, the recipient, the routes, what to do`() throws {
    let desk = try desk(Self.inside + Self.volume, sender: "volume@contoso.com")
    for verb in verbs(desk, ["joe@example.org"]) {
      let refused = try run(desk.command(verb), environment: desk.environment)
      expectFailure(
        refused, 77, naming: "joe@example.org", "route direct (smtp)", "route volume (m365-hve)",
        "example.org is not one")
      #expect(refused.errors.contains("identity.internalDomains") && !refused.errors.contains("page 1"))
    }
    #expect(try desk.jobs().isEmpty)
  }

  // case: rules early sender
  @Test func `a sender that every route forbids is refused with 77, and in JSON with class and rule`() throws {
    let desk = try desk(Self.volume)
    for verb in verbs(desk, ["ann@contoso.com", "bob@contoso.com"]) {
      let refused = try run(desk.command(verb, json: true), environment: desk.environment)
      #expect(refused.exitCode == 77 && refused.text.contains("\"code\":\"sender\""), "\(refused.text)")
      #expect(refused.text.contains("\"class\":\"configuration\"") && refused.text.contains("volume@contoso.com"))
      #expect(refused.text.contains("ann@contoso.com, bob@contoso.com"))
    }
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `reasons that differ are told together, in one line`() throws {
    let desk = try desk(Self.inside)
    let verb = verbs(desk, ["joe@example.org", "eve@example.net", "jim@example.org"])[1]
    let refused = try run(desk.command(verb), environment: desk.environment)
    expectFailure(refused, 77, naming: "joe@example.org, jim@example.org", "eve@example.net", "example.net is not one")
  }

  // case: rules early some
  @Test func `whom no route reaches is named first, it is sent to the others, and it ends with 100`() throws {
    let server = try ScriptedServer([
      .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
      .hear("DATA"), .say("354 go"), .hearMessage, .say("250 2.0.0 queued"), .hold,
    ])
    let desk = try desk(Self.route("direct", port: server.port, "reaches: \"internal\""))
    for verb in verbs(desk, ["ann@contoso.com", "joe@example.org"]) {
      let sent = try run(desk.command(verb), environment: desk.environment)
      #expect(sent.exitCode == 100, "\(sent.errors)")
      let lines = sent.errors.split(separator: "\n")
      let told = try #require(
        lines.firstIndex { $0.contains("joe@example.org") && $0.hasSuffix("it is sent to the others") })
      #expect(lines[..<told].allSatisfy { !$0.contains("page") && !$0.contains("sending") })
      let job = try #require(try desk.jobs().first)
      #expect(job.recipients.map(\.state) == ["accepted", "refused"])
    }
    // Nothing is lost: what was refused goes when the rule is mended.
    try desk.configure(
      """
      identity: { address: "scanner@contoso.com", internalDomains: ["contoso.com", "example.org"] },
      routes: [\(Self.route("direct", port: server.port, "reaches: \"internal\""))],
      """)
    let job = try #require(try desk.jobs().first)
    #expect(try desk.platen("jobs", "retry", job.id).exitCode == 0)
  }

  @Test func `a document in the spool is not sent on to whom no route may carry`() throws {
    let server = try ScriptedServer([.say("421 busy")])
    let desk = try desk(Self.route("direct", port: server.port, "reaches: \"internal\""))
    #expect(try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com").exitCode == 75)
    let job = try #require(try desk.jobs().first)
    expectFailure(try desk.platen("jobs", "resend", job.id, "--to", "joe@example.org"), 77, naming: "joe@example.org")
    #expect(try desk.jobs().count == 1)
  }

  @Test func `a route that changes later still refuses, and the journal has the rule`() throws {
    let server = try ScriptedServer([.say("421 busy")])
    let desk = try desk(Self.route("office", port: server.port, ""))
    #expect(try desk.platen("send", desk.folder.file("a.pdf"), "--to", "joe@example.org").exitCode == 75)
    try desk.configure(
      """
      identity: { address: "scanner@contoso.com", internalDomains: ["contoso.com"] },
      routes: [{ name: "other", server: "127.0.0.1", port: 1, reaches: "internal", tls: { mode: "off" } }],
      """)
    let job = try #require(try desk.jobs().first)
    // Bound to a route that is gone it is held; a retry sets it free, for a route that may not.
    #expect(try desk.platen("jobs", "retry", job.id).exitCode == 78)
    expectFailure(try desk.platen("jobs", "retry", job.id), 77, naming: "joe@example.org", "other")
    let shown = try desk.platen("jobs", "show", job.id, json: true)
    #expect(shown.text.contains("\"reach\"") && shown.text.contains("identity.internalDomains"), "\(shown.text)")
  }

  @Test func `a secret that is not set, only where the route is to carry`() throws {
    let office = Self.route("office", "username: \"scanner@contoso.com\", insecureCredentials: true")
    let desk = try desk(office)
    for verb in verbs(desk, ["ann@contoso.com"]) {
      let refused = try run(desk.command(verb), environment: desk.environment)
      expectFailure(refused, 78, naming: "routes.office.password", "not set")
      #expect(refused.errors.contains("platen secret set routes.office.password"))
    }
    #expect(try desk.jobs().isEmpty)
    let busy = try ScriptedServer([.say("421 busy")])
    let other = try self.desk(Self.route("direct", port: busy.port, "reaches: \"internal\"") + office)
    #expect(try other.platen("send", other.folder.file("a.pdf"), "--to", "ann@contoso.com").exitCode == 75)
  }
}
