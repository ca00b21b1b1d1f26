import Appliance
import Base
import Diagnosis
import Interface
import Jobs
import TestKit
import Testing

/// Where a session is opened before there is a message for it, and where it is not.
@Suite struct `Head starts` {
  private static let message: MessageDraft = {
    var message = MessageDraft()
    message.to = ["joe@example.org", "ann@contoso.com"]
    return message
  }()

  private func headStart(_ mailroom: Mailroom, of message: MessageDraft = message) throws -> Bool {
    let start = try mailroom.appliance().headStart(for: message)
    start?.close()
    return start != nil
  }

  @Test(arguments: [("limits: { connections: 1 }", false), ("limits: { connections: 2 }", true), ("", true)])
  func `an account's only connection is left to others`(limits: String, opens: Bool) throws {
    let server = try ScriptedServer([.hold])
    #expect(try headStart(try Mailroom(routes: Mailroom.route("smtp", port: server.port, limits))) == opens)
  }

  @Test func `an account that has to wait is not connected to`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: 1 }"))
    #expect(try headStart(mailroom))
    #expect(try mailroom.send(to: ["ann@contoso.com"]).state == .accepted)
    #expect(try !headStart(mailroom))
    mailroom.clock.advance(by: .seconds(3601))
    #expect(try headStart(mailroom))
  }

  @Test func `the server is that of the first route that carries to somebody`() throws {
    let (inside, outside) = (try ScriptedServer(.taking()), try ScriptedServer(.taking()))
    let mailroom = try Mailroom(
      routes: Mailroom.route("m365-hve", name: "outside", port: outside.port)
        .replacing("scanner@contoso.com", with: "volume@contoso.com")
        + Mailroom.route("smtp", port: inside.port))
    let start = try #require(try mailroom.appliance().headStart(for: Self.message))
    let id = try mailroom.take(to: ["ann@contoso.com"])
    let job = try mailroom.appliance().deliver(id, with: start, until: nil, interrupt: .never) { _ in }
    #expect(job.state == .accepted && job.recipients[0].route == "office")
    #expect(try inside.record().messages.count == 1)
    #expect(try mailroom.journal(id).contains { $0.peer == "127.0.0.1:\(inside.port)" })
  }

  @Test func `without a sender, a route or somebody to send to there is none`() throws {
    #expect(try !headStart(try Mailroom(routes: "")))
    let mailroom = try Mailroom(routes: Mailroom.route("m365-hve", port: 1))
    var message = MessageDraft()
    message.to = ["joe@example.org"]
    #expect(try !headStart(mailroom, of: message) && !headStart(mailroom, of: MessageDraft()))
    message.to = ["no address"]
    #expect(try !headStart(mailroom, of: message))
  }
}
