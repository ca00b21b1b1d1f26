import Appliance
import Base
import Diagnosis
import Interface
import Jobs
import TestKit
import Testing

/// Services take so much a minute, an hour and a day; what is more than that waits, and nothing is lost.
@Suite struct `The pace of an account` {
  // case: limits 40 jobs a minute
  @Test func `of 40 jobs in a minute through m365, 30 leave in the first 60 seconds and the rest after`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("m365", port: server.port))
    let start = mailroom.clock.now
    var jobs: [Job] = []
    for _ in 0..<40 {
      jobs.append(try mailroom.send(to: ["joe@example.org"]))
      mailroom.clock.advance(by: .milliseconds(1450))
    }
    #expect(mailroom.clock.now.atLeast(since: start) < .seconds(60))
    #expect(jobs.map(\.state) == Array(repeating: .accepted, count: 30) + Array(repeating: .queued, count: 10))
    for job in jobs[30...] {
      #expect(job.attemptCount == 0 && job.failure?.code == "rate" && JobVerdict(job).exitCode == .notAcceptedYet)
      // When the first has been a minute ago.
      #expect(job.recipients[0].next == WallTime(seconds: 1_800_000_060))
      #expect(try mailroom.journal(job.id).map(\.event) == [.began, .sealed, .deferred])
    }
    var left: [Duration] = []
    for job in jobs[30...] {
      #expect(try mailroom.deliver(job.id, waiting: .seconds(600)).state == .accepted)
      left.append(mailroom.clock.now.atLeast(since: start))
    }
    // Each as soon as one more of the 30 is a minute old.
    #expect(left == (0..<10).map { .seconds(60) + .milliseconds(1450) * $0 })
  }

  // case: limits wait beyond the timeout
  @Test func `who waits does so until the time has come, and not for what comes after the timeout`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: 1 }"))
    #expect(try mailroom.send(to: ["a@contoso.com"]).state == .accepted)
    let began = mailroom.clock.now
    let late = try mailroom.send(to: ["b@contoso.com"], waiting: .seconds(600))
    #expect(late.state == .queued && mailroom.clock.now == began)
    #expect(try mailroom.deliver(late.id, waiting: .seconds(7200)).state == .accepted)
    #expect(mailroom.clock.now.atLeast(since: began) == .seconds(3600))
  }

  // case: limits restart
  @Test func `the ledger lives through restarts and wrong dates`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: 1 }"))
    #expect(try mailroom.send(to: ["a@contoso.com"]).state == .accepted)
    // Without a trusted date only the time since the start is certain.
    mailroom.clock.now = Moment(boot: "two", sinceBoot: .seconds(5))
    let dark = try mailroom.send(to: ["b@contoso.com"])
    #expect(dark.failure?.cause.contains("is sent in 3595 s") == true)
    // With one, the time that the power was off counts.
    mailroom.clock.now = Moment(boot: "three", sinceBoot: .seconds(5), wall: WallTime(seconds: 1_800_003_000))
    #expect(try mailroom.deliver(dark.id).failure?.code == "rate")
    #expect(try mailroom.deliver(dark.id).recipients[0].next == WallTime(seconds: 1_800_003_600))
    mailroom.clock.advance(by: .seconds(600))
    #expect(try mailroom.deliver(dark.id).state == .accepted)
  }

  // case: limits account
  @Test func `routes of one account share its rates, and what never arrived does not count`() throws {
    let server = try ScriptedServer(connections: [[.say("421 busy"), .hold], .taking()])
    let limits = "limits: { messagesPerMinute: 1, account: 'shared' }"
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", name: "inside", port: server.port, "reaches: 'internal', " + limits)
        + Mailroom.route("smtp", name: "outside", port: server.port, limits))
    let busy = try mailroom.send(to: ["ann@contoso.com"])
    #expect(busy.state == .queued && busy.failure?.code != "rate")
    #expect(try mailroom.send(to: ["joe@example.org"]).state == .accepted)
    #expect(try mailroom.send(to: ["ann@contoso.com"]).failure?.code == "rate")
    mailroom.clock.advance(by: .seconds(60))
    #expect(try mailroom.deliver(busy.id).state == .accepted)
  }

  @Test func `a person's retry ends the wait, and the rate is asked again`() throws {
    let server = try ScriptedServer(.taking())
    func route(_ rate: Int) -> String {
      Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: \(rate) }")
    }
    let mailroom = try Mailroom(routes: route(1))
    #expect(try mailroom.send(to: ["a@contoso.com"]).state == .accepted)
    let held = try mailroom.send(to: ["b@contoso.com"])
    #expect(held.recipients[0].next == WallTime(seconds: 1_800_003_600))
    mailroom.clock.advance(by: .seconds(60))
    #expect(try mailroom.appliance().retry(held.id.text) == held.id)
    #expect(try mailroom.appliance().job(held.id.text).recipients[0].next == nil)
    #expect(try mailroom.deliver(held.id).recipients[0].next == WallTime(seconds: 1_800_003_600))
    #expect(try mailroom.journal(held.id).map(\.event) == [.began, .sealed, .deferred, .retried])
    try mailroom.configure(routes: route(2))
    #expect(try mailroom.deliver(try mailroom.appliance().retry(held.id.text)).state == .accepted)
  }

  @Test func `a wait that another run of the system could not tell is put on record`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", port: server.port, "limits: { messagesPerHour: 1 }"))
    mailroom.clock.now = Moment(boot: "one", sinceBoot: .seconds(1000))
    #expect(try mailroom.send(to: ["a@contoso.com"]).state == .accepted)
    let held = try mailroom.send(to: ["b@contoso.com"])
    #expect(held.recipients[0].due?.wait?.left == .seconds(3600) && held.recipients[0].next == nil)
    mailroom.clock.now = Moment(boot: "two", sinceBoot: .seconds(600))
    let later = try mailroom.deliver(held.id)
    #expect(later.recipients[0].due?.wait == Wait(.seconds(3000), from: mailroom.clock.now))
    mailroom.clock.now = Moment(boot: "two", sinceBoot: .seconds(3600))
    #expect(try mailroom.deliver(held.id).state == .accepted)
  }
}
