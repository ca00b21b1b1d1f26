import Appliance
import Base
import Diagnosis
import Host
import Interface
import Jobs
import Settings
import TestKit
import Testing

/// The appliance at its own level: attempts, waiting, and routes that come and go.
@Suite struct `Delivering a job` {
  private static let hello: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"),
  ]
  private static let accepts: [ScriptedServer.Step] =
    hello + [
      .hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hold,
    ]

  // case: smtp-56
  @Test func `who waits gets another attempt, with the same message`() throws {
    let first = Self.hello + [.hear("RCPT"), .say("451 4.3.0 later"), .hear("RSET"), .say("250 ok"), .hold]
    let server = try ScriptedServer(connections: [first, Self.accepts])
    let office = try Office(port: server.port)
    let job = try office.send(until: .after(.seconds(20)))
    #expect(job.state == .accepted && job.attemptCount == 2 && job.dispatches.count == 1)
  }

  // case: smtp-28
  @Test func `the attempt after the first goes on with its TLS session`() throws {
    let authority = try CertificateAuthority()
    let later = Self.hello + [.hear("RCPT"), .say("451 4.3.0 later"), .hear("RSET"), .say("250 ok"), .hold]
    let server = try ScriptedServer(
      connections: [[.startTLS()] + later, [.startTLS()] + Self.accepts],
      certificate: try authority.issue(["IP:127.0.0.1"]))
    let office = try Office(port: server.port, tls: "mode: \"implicit\", caFile: \"\(authority.file)\"")
    #expect(try office.send(until: .after(.seconds(20))).state == .accepted)
    #expect(try !server.record(0).isResumed && server.record(1).isResumed)
  }

  @Test func `who does not wait makes one attempt`() throws {
    let server = try ScriptedServer([.say("421 4.3.2 busy")])
    let office = try Office(port: server.port)
    let job = try office.send(until: nil)
    #expect(job.state == .queued && job.attemptCount == 1)
    #expect(job.recipients.first?.reply == "421 4.3.2 busy")
  }

  @Test func `waiting ends at its time`() throws {
    let server = try ScriptedServer([.say("421 4.3.2 busy")])
    let office = try Office(port: server.port)
    let job = try office.send(until: .after(.milliseconds(150)))
    #expect(job.state == .queued && job.attemptCount >= 1)
  }

  @Test func `a resent document is a message of its own, with the same bytes attached`() throws {
    let server = try ScriptedServer(Self.accepts)
    let office = try Office(port: server.port)
    let first = try office.send(until: nil)
    var message = MessageDraft()
    message.to = ["bob@example.test"]
    let second = try office.appliance().resend(first.id.text, message)
    #expect(second.recipients.map(\.address) == ["bob@example.test"])
    #expect(try office.deliver(second.id).state == .accepted)
    #expect(second.files.map(\.bytes) == first.files.map(\.bytes) && second.id != first.id)
    let messages = try [server.record(0), server.record(1)].flatMap(\.messages).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(messages.count == 2 && messages[1].contains("To: bob@example.test"))
  }

  @Test func `a job whose route is gone is held, and a retry lets another route take it`() throws {
    let busy = try ScriptedServer([.say("421 4.3.2 busy")])
    let office = try Office(port: busy.port)
    let queued = try office.send(until: nil)
    let server = try ScriptedServer(Self.accepts)
    try office.reroute("other", port: server.port)
    let held = try office.deliver(queued.id)
    #expect(held.state == .held && held.failure?.cause.contains("office") == true)
    let retried = try office.appliance().retry(queued.id.text)
    #expect(try office.deliver(retried).state == .accepted)
  }
}

/// A site with one route, and a small document to send.
private struct Office {
  let folder: TemporaryFolder

  init(port: Int, tls: String = "mode: \"off\"") throws {
    folder = try TemporaryFolder()
    try folder.write("%PDF-1.4\nstartxref\n0\n%%EOF\n", to: "a.pdf")
    try reroute("office", port: port, tls: tls)
  }

  func reroute(_ name: String, port: Int, tls: String = "mode: \"off\"") throws {
    try folder.write(
      """
      { storage: { deviceKey: "\(folder.file("key"))" }, identity: { address: "scanner@example.test" },
        routes: [{ name: "\(name)", server: "127.0.0.1", port: \(port), tls: { \(tls) } }] }
      """, to: "platen.json5")
  }

  func appliance() throws -> Appliance {
    let site = try Site(
      configFile: folder.file("platen.json5"), stateFolder: folder.file("state"), environment: [:])
    return try Appliance(
      site, program: "/nonexistent", environment: [:], givenSecrets: EnvironmentSecrets(values: [:]),
      gap: .milliseconds(20))
  }

  func send(until deadline: Deadline?) throws -> Job {
    var message = MessageDraft()
    message.to = ["ann@example.test"]
    let job = try appliance().take([folder.file("a.pdf")], message, interrupt: .never) { _ in }
    return try appliance().deliver(job.id, until: deadline, interrupt: .never) { _ in }
  }

  func deliver(_ id: JobID) throws -> Job {
    try appliance().deliver(id, until: nil, interrupt: .never) { _ in }
  }
}
