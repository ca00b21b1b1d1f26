import Appliance
import Base
import Diagnosis
import Interface
import Jobs
import TestKit
import Testing

/// What a method forbids is refused before anybody is connected to; what it allows goes as it has to.
@Suite struct `The rules of routes` {
  // case: rules two routes
  @Test func `one job leaves by two routes, with an outcome for each recipient`() throws {
    let (inside, outside) = (try ScriptedServer(.taking()), try ScriptedServer(.taking(2)))
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", name: "direct", port: inside.port, "reaches: 'internal'")
        + Mailroom.route("m365", port: outside.port))
    let job = try mailroom.send(to: ["joe@example.org", "ann@contoso.com", "eve@example.net"])
    #expect(job.state == .accepted && job.dispatches.map(\.route) == ["direct", "office"])
    #expect(job.recipients.map(\.route) == ["office", "direct", "office"])
    #expect(try inside.record().lines.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<ann@contoso.com>"])
    #expect(Set(job.dispatches.map(\.identity.messageID)).count == 2)
    #expect(JobVerdict(job).exitCode == .done)
  }

  // case: rules no route
  @Test func `what no route may carry is refused at once, naming the rule and the step`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("m365-hve", port: server.port))
    let job = try mailroom.send(to: ["ann@contoso.com", "joe@example.org"])
    #expect(job.recipients.map(\.state) == [.accepted, .refused] && JobVerdict(job).exitCode == .partlyAccepted)
    let alone = try mailroom.send(to: ["joe@example.org"])
    #expect(alone.state == .refused && alone.attemptCount == 0 && JobVerdict(alone).exitCode == .refused)
    let line = try #require(try mailroom.journal(alone.id).last)
    #expect(line.event == .refused && line.address == "joe@example.org" && line.failure?.code == "reach")
    #expect(line.failure?.cause.contains("example.org is not one") == true)
    #expect(line.failure?.steps.first?.contains("internalDomains") == true)
  }

  // case: rules sender
  @Test func `a sender that a method forbids is held before connecting; set right, a retry sends`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(
      routes: Mailroom.route("m365-hve", port: server.port).replacing("scanner@", with: "volume@"))
    let held = try mailroom.send(to: ["ann@contoso.com"])
    #expect(held.state == .held && held.attemptCount == 0 && JobVerdict(held).exitCode == .refused)
    #expect(held.failure?.code == "sender")
    #expect(held.failure?.cause.hasSuffix("only as the account that signs in, volume@contoso.com") == true)
    try mailroom.configure(routes: Mailroom.route("m365-hve", port: server.port))
    #expect(try mailroom.deliver(try mailroom.appliance().retry(held.id.text)).state == .accepted)
  }

  // case: limits 120 recipients
  @Test func `120 recipients through HVE go in 3 transactions of one message`() throws {
    let server = try ScriptedServer(connections: [.taking(50), .taking(50), .taking(20)])
    let mailroom = try Mailroom(routes: Mailroom.route("m365-hve", port: server.port))
    let people = (0..<120).map { "p\($0)@contoso.com" }
    let job = try mailroom.send(to: people)
    #expect(job.state == .accepted && job.dispatches.count == 1 && job.attemptCount == 3)
    let records = try (0..<3).map { try server.record($0) }
    let asked = records.map { $0.lines.filter { $0.hasPrefix("RCPT") } }
    #expect(asked.map(\.count) == [50, 50, 20] && asked.flatMap { $0 } == people.map { "RCPT TO:<\($0)>" })
    #expect(Set(records.flatMap(\.messages)).count == 1)
  }

  // case: limits recipients of the server
  @Test func `recipients that are more than a server takes at once go in the next transaction`() throws {
    let tooMany = "452 4.5.3 Too many recipients"
    let first: [ScriptedServer.Step] =
      .hello + [
        .hear("RCPT"), .say("250 ok"), .hear("RCPT"), .say(tooMany), .hear("RCPT"), .say("450 4.2.0 greylisted"),
        .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hold,
      ]
    let none: [ScriptedServer.Step] = .hello + [.hear("RCPT"), .say(tooMany), .hear("RSET"), .say("250 ok"), .hold]
    let server = try ScriptedServer(connections: [first, .taking(), none])
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port))
    let job = try mailroom.send(to: ["a@contoso.com", "b@contoso.com", "c@contoso.com"])
    #expect(job.recipients.map(\.state) == [.accepted, .accepted, .queued] && job.attemptCount == 2)
    #expect(try server.record(0).messages == server.record(1).messages)
    // One that takes nobody is not asked again at once.
    #expect(try mailroom.deliver(job.id).attemptCount == 3)
  }

  // case: rules refused password once
  @Test func `what a server has against the route is asked once, and holds them all`() throws {
    let refusal: [ScriptedServer.Step] =
      Array([ScriptedServer.Step].hello.dropLast()) + [
        .say("550 5.7.60 SMTP; Client does not have permissions to send as this sender"), .hold,
      ]
    let server = try ScriptedServer(connections: [refusal, [.say("554 not again"), .hold]])
    let mailroom = try Mailroom(routes: Mailroom.route("m365-hve", port: server.port))
    let job = try mailroom.send(to: (0..<120).map { "p\($0)@contoso.com" })
    #expect(job.attemptCount == 1 && job.recipients.allSatisfy { $0.state == .held })
    #expect(Set(job.recipients.map(\.failure?.cause)).count == 1)
  }

  @Test func `who waited behind a refused sender goes with the corrected one`() throws {
    let refusal: [ScriptedServer.Step] =
      Array([ScriptedServer.Step].hello.dropLast()) + [.say("550 5.7.60 no permissions to send as this sender"), .hold]
    let server = try ScriptedServer(connections: [refusal, .taking(), .taking()])
    let route = Mailroom.route("smtp", port: server.port, "limits: { recipientsPerMessage: 1 }")
    let mailroom = try Mailroom(routes: route)
    let held = try mailroom.send(to: ["a@contoso.com", "b@contoso.com"])
    #expect(held.state == .held && held.attemptCount == 1)
    try mailroom.configure(routes: route, sender: "corrected@contoso.com")
    let sent = try mailroom.deliver(try mailroom.appliance().retry(held.id.text))
    #expect(sent.state == .accepted)
    for connection in 1...2 {
      #expect(try server.record(connection).lines.contains { $0.hasPrefix("MAIL FROM:<corrected@contoso.com>") })
    }
  }

  @Test func `a retry takes up who is held, also while others wait`() throws {
    let first: [ScriptedServer.Step] =
      .hello + [
        .hear("RCPT"), .say("451 4.3.0 later"), .hear("RCPT"), .say("550 5.1.1 unknown"), .hear("RSET"),
        .say("250 ok"), .hold,
      ]
    let server = try ScriptedServer(connections: [first, .taking(), .taking()])
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port))
    let job = try mailroom.send(to: ["a@contoso.com", "b@contoso.com"])
    #expect(job.recipients.map(\.state) == [.queued, .refused])
    #expect(try mailroom.deliver(try mailroom.appliance().retry(job.id.text)).state == .accepted)
  }

  @Test func `a rule that is new by the next attempt counts for who is under way, too`() throws {
    let busy = try ScriptedServer([.say("421 4.3.2 busy")])
    let other = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: busy.port))
    let queued = try mailroom.send(to: ["joe@example.org"])
    #expect(queued.state == .queued && queued.attemptCount == 1)
    try mailroom.configure(
      routes: Mailroom.route("smtp", port: busy.port, "reaches: 'internal'")
        + Mailroom.route("smtp", name: "outside", port: other.port))
    let refused = try mailroom.deliver(queued.id)
    #expect(refused.state == .refused && refused.attemptCount == 1 && JobVerdict(refused).exitCode == .refused)
    #expect(refused.failure?.code == "reach")
    #expect(try mailroom.deliver(try mailroom.appliance().retry(queued.id.text)).recipients[0].route == "outside")
  }

  @Test func `whoever may have a message by a route that is gone is told what can still be done`() throws {
    let lost = try ScriptedServer(
      .hello + [.hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage, .reset])
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: lost.port))
    let unknown = try mailroom.send(to: ["ann@contoso.com"])
    try mailroom.configure(routes: Mailroom.route("smtp", name: "other", port: lost.port))
    let held = try mailroom.deliver(try mailroom.appliance().retry(unknown.id.text))
    #expect(held.state == .held && held.failure?.cause.contains("office") == true)
    #expect(held.failure?.steps.contains { $0.contains("another") } == false)
    #expect(held.steps.contains { $0.contains("platen jobs resend \(held.id)") })
  }
}

extension String {
  /// Every occurrence.
  func replacing(_ text: String, with other: String) -> String {
    var (result, rest) = ("", self[...])
    while let range = rest.firstRange(of: text) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
