import Appliance
import Base
import Crypto
import Diagnosis
import Host
import Interface
import Jobs
import Spool
import TestKit
import Testing

private typealias Step = ScriptedServer.Step

private let tokenLife = Duration.seconds(3600)
/// As long before its end a token is replaced.
private let tokenLead = Duration.seconds(300)

/// A device that runs for a week, and notes what it does when.
private final class Device {
  let mailroom: Mailroom
  let appliance: Appliance
  private(set) var purchases: [Moment] = []
  private(set) var attempts: [Moment] = []

  var clock: SimulatedTime { mailroom.clock }

  init(routes: String, _ more: String = "") throws {
    mailroom = try Mailroom(routes: "")
    // Certificates are of today.
    mailroom.clock.now = Moment(boot: "one", sinceBoot: .seconds(1000), wall: .now)
    try mailroom.configure(routes: routes, more)
    appliance = try mailroom.appliance(gap: .seconds(1800))
  }

  func take() throws -> JobID {
    var message = MessageDraft()
    message.to = ["ann@contoso.com"]
    return try appliance.take([mailroom.folder.file("a.pdf")], message, interrupt: .never) { _ in }.id
  }

  /// Until it execs, a child that another test starts has a copy of the sender's lock.
  func deliver(_ id: JobID, waiting patience: Duration? = nil) throws -> Job {
    let end = Deadline.after(.seconds(20))
    while true {
      do {
        return try attempt(id, waiting: patience)
      } catch let failure as Failure where failure.id == .spoolSecondSender && !end.hasPassed {
        _ = Clock.system.wait(until: .after(.milliseconds(1)), .never)
      }
    }
  }

  private func attempt(_ id: JobID, waiting patience: Duration?) throws -> Job {
    try appliance.deliver(id, until: patience.map(clock.deadline(after:)), interrupt: .never) { news in
      switch news {
      case .gettingToken: purchases.append(clock.now)
      case .attempt: attempts.append(clock.now)
      case .progress, .outcome, .waiting: break
      }
    }
  }

  func since(_ moment: Moment) -> Duration { clock.now.atLeast(since: moment) }

  func loseDate() { clock.now.wall = nil }

  func findDate(_ start: Moment) { clock.now.wall = start.advanced(by: since(start)).wall }
}

/// Deadlines, dates, rates, tokens and sessions are of one mind about the time, which only these tests move.
@Suite struct `A simulated week` {
  private let authority: CertificateAuthority
  private let certificate: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    certificate = try authority.issue(["IP:127.0.0.1"])
  }

  // MARK: The server

  private static let signedIn: [Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"), .startTLS(),
    .hear("EHLO"), .say("250-hi"), .say("250 AUTH XOAUTH2"), .hear("AUTH XOAUTH2"), .say("235 ok"), .hear("MAIL"),
  ]
  private static let taking: [Step] =
    signedIn + [
      .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"),
      .hear("QUIT"), .say("221 bye"), .hold,
    ]
  private static let busy: [Step] = signedIn + [.say("451 4.7.500 Server busy"), .hear("QUIT"), .say("221 bye"), .hold]

  /// - Parameter port: of one before that is gone; nil for any.
  private func server(_ script: [Step], at port: Int = 0) throws -> ScriptedServer {
    try ScriptedServer(connections: [script], certificate: certificate, port: port)
  }

  private func records(_ connections: ClosedRange<Int>, of server: ScriptedServer?) throws -> [ScriptedServer.Record] {
    let server = try #require(server)
    return try connections.map { try server.record($0) }
  }

  private func device(port: Int, _ endpoint: TokenEndpoint) throws -> Device {
    let device = try Device(
      routes: """
        { name: "office", preset: "m365-oauth", server: "127.0.0.1", port: \(port), username: "scanner@contoso.com",
          tenant: "contoso.com", clientID: "app", authority: "\(endpoint.address)", grant: "client-secret",
          limits: { messagesPerMinute: 2, messagesPerDay: 6 } },
        """, "network: { caFile: \"\(authority.file)\" },")
    try SecretStore(device.appliance.site, device.clock.clock)
      .set(SecretName("clientSecret", ofRoute: "office"), to: Array("s3cret".utf8))
    return device
  }

  // MARK: What holds whatever happens

  /// Each of the jobs is in one message, and there is no other.
  private func expectOnce(_ jobs: [JobID], of device: Device, in records: [ScriptedServer.Record]) throws {
    let messages = records.flatMap(\.messages).map { String(decoding: $0, as: UTF8.self) }
    #expect(messages.count == jobs.count)
    for job in jobs {
      // One that is held and tried again may begin another dispatch; only one of them arrives.
      let names = try device.appliance.job(job.text).dispatches.map(\.identity.messageID)
      #expect(messages.filter { message in names.contains { message.contains($0) } }.count == 1, "\(job.text)")
    }
  }

  /// None is bought while an earlier one is good, and none is shown that is not.
  private func expectTokensInTime(_ device: Device, _ endpoint: TokenEndpoint) throws {
    let goodFor = tokenLife - tokenLead
    for (earlier, later) in zip(device.purchases, device.purchases.dropFirst()) {
      #expect(later.atLeast(since: earlier) >= goodFor)
    }
    for attempt in device.attempts {
      let ages = device.purchases.compactMap { attempt.exactly(since: $0) }
      #expect(ages.contains { $0 < goodFor }, "\(attempt)")
    }
    #expect(try endpoint.requests().count == device.purchases.count)
  }

  // MARK: The weeks

  @Test func `all that is sent arrives once, each in its time`() throws {
    let endpoint = try TokenEndpoint((0..<200).map { .token("token\($0)") }, certificate: certificate)
    var server: ScriptedServer? = try self.server(Self.taking)
    let port = try #require(server).port
    let device = try device(port: port, endpoint)
    let monday = device.clock.now

    // Two go in a minute, and the third as soon as that is over. One token and one handshake do for all.
    var jobs = try (0..<3).map { _ in try device.take() }
    #expect(try device.deliver(jobs[0]).state == .accepted && device.deliver(jobs[1]).state == .accepted)
    #expect(try device.deliver(jobs[2]).failure?.code == "rate")
    #expect(try device.deliver(jobs[2], waiting: .seconds(600)).state == .accepted)
    #expect(device.since(monday) == .seconds(60) && device.purchases.count == 1)
    var seen = try records(0...2, of: server)
    #expect(seen.map(\.isResumed) == [false, true, true])

    // For two days the server has no time for anybody.
    server = nil
    server = try self.server(Self.busy, at: port)
    let late = try device.take()
    let waiting = try device.deliver(late, waiting: .seconds(2 * 86_400))
    #expect(waiting.state == .queued && device.since(monday) == .seconds(60 + 2 * 86_400))
    #expect(waiting.attemptCount > 12 && device.purchases.count > 12)
    #expect(try records(0...waiting.attemptCount - 1, of: server).allSatisfy { $0.messages.isEmpty })

    // Then the date is lost: no certificate is good, and no token is shown to whoever has one.
    device.loseDate()
    let held = try device.deliver(late)
    #expect(held.state == .held && held.failure?.id == .tlsNotYetValid)
    let dark = try records(waiting.attemptCount...waiting.attemptCount, of: server)
    #expect(!dark[0].lines.contains { $0.hasPrefix("AUTH") })

    // Both are back. The token is good for as long as it ever was.
    let bought = device.purchases.count
    device.clock.advance(by: .seconds(600))
    device.findDate(monday)
    server = nil
    server = try self.server(Self.taking, at: port)
    #expect(try device.deliver(device.appliance.retry(late.text)).state == .accepted)
    #expect(device.purchases.count <= bought + 1)
    seen += try records(0...0, of: server)
    jobs.append(late)

    // Six go in a day, whatever the minute would take.
    device.clock.advance(by: .seconds(86_400))
    let thursday = device.clock.now
    for number in 1...7 {
      let job = try device.take()
      #expect(try device.deliver(job).state == (number <= 6 ? .accepted : .queued))
      jobs.append(job)
      device.clock.advance(by: .seconds(120))
    }
    #expect(try device.deliver(jobs[jobs.count - 1], waiting: .seconds(2 * 86_400)).state == .accepted)
    #expect(device.since(thursday) == .seconds(86_400))
    // A session lasts an hour at most.
    let ofThursday = try records(1...7, of: server)
    #expect(ofThursday.map(\.isResumed) == [false, true, true, true, true, true, false])
    seen += ofThursday

    // One each day until the week is over.
    var connection = 8
    while device.since(monday) < .seconds(7 * 86_400) {
      device.clock.advance(by: .seconds(86_400))
      jobs.append(try device.take())
      #expect(try device.deliver(jobs[jobs.count - 1]).state == .accepted)
      seen += try records(connection...connection, of: server)
      connection += 1
    }
    try expectOnce(jobs, of: device, in: seen)
    try expectTokensInTime(device, endpoint)
    let kept = try device.appliance.jobs()
    #expect(kept.count == jobs.count && kept.allSatisfy { $0.state == .accepted })
  }

  @Test func `a date that goes to 1970 and comes back sends nothing twice, and nothing too early`() throws {
    let server = try ScriptedServer(.taking())
    let device = try Device(
      routes: Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: 2, messagesPerDay: 5 }"))
    let start = device.clock.now
    var waiting: [JobID] = []
    var sent: [(job: JobID, after: Duration)] = []
    // Every other hour for a week; the date is there for two hours of six.
    for turn in 0..<84 {
      if turn % 3 == 0 { device.findDate(start) } else { device.loseDate() }
      if turn < 35 { waiting.append(try device.take()) }
      while let job = waiting.first, try device.deliver(job).state == .accepted {
        waiting.removeFirst()
        sent.append((job, device.since(start)))
      }
      device.clock.advance(by: .seconds(7200))
    }
    try #require(waiting.isEmpty && sent.count == 35)
    // Five in any day, and two in any hour.
    for (first, sixth) in zip(sent, sent.dropFirst(5)) { #expect(sixth.after - first.after >= .seconds(86_400)) }
    for (first, third) in zip(sent, sent.dropFirst(2)) { #expect(third.after - first.after >= .seconds(3600)) }
    try expectOnce(sent.map(\.job), of: device, in: records(0...34, of: server))
  }
}
