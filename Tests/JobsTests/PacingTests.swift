import Base
import Diagnosis
import Jobs
import Mail
import Routes
import Settings
import TestKit
import Testing

private func route(_ preset: String, name: String = "office", user: String = "scanner@contoso.com") throws -> Route {
  var settings = RouteSettings(name: name, preset: preset, username: user)
  if preset == "m365-direct-send" {
    settings.username = nil
    settings.domain = "contoso.com"
  }
  if preset == "m365-oauth" {
    settings.tenant = "contoso.onmicrosoft.com"
    settings.clientID = "11111111-2222-3333-4444-555555555555"
  }
  return try Route.make(from: settings)
}

/// A clock that only the test moves.
private struct Clock {
  var now = Moment(boot: "one", sinceBoot: .seconds(500), wall: WallTime(seconds: 1_800_000_000))

  mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

  /// Off for a while, and on again with another run of the system.
  mutating func restart(_ boot: String, after pause: Int64, dated: Bool) {
    let date = now.wall.map { WallTime(seconds: $0.seconds + pause) }
    now = Moment(boot: boot, sinceBoot: .seconds(5), wall: dated ? date : nil)
  }
}

/// Sends as soon as it may, and says after how many seconds each message left.
private func departures(
  of count: Int, every gap: Duration, recipients: Int = 1, by route: Route
) -> [Int64] {
  var (clock, ledger) = (Clock(), RateLedger())
  let start = clock.now
  var departures: [Int64] = []
  for number in 0..<count {
    let asked = start.advanced(by: gap * number)
    if clock.now.sinceBoot < asked.sinceBoot { clock.now = asked }
    while case .after(let wait, _) = ledger.pace(
      recipients, on: route.account, within: route.limits.rates, at: clock.now)
    {
      clock.wait(wait)
    }
    _ = ledger.record(recipients, on: route.account, at: clock.now)
    departures.append(clock.now.atLeast(since: start).components.seconds)
  }
  return departures
}

extension DeliveryPlan {
  /// A part of the document to some of the recipients.
  fileprivate struct Transaction {
    let route: Route
    let part: Part
    let recipients: [String]
  }

  /// Routes in their order, then parts, then recipients.
  fileprivate var transactions: [Transaction] {
    shares.flatMap { share in
      let groups = share.recipients.grouped(by: share.route.limits.greatestTransaction)
      return share.parts.flatMap { part in
        groups.map { Transaction(route: share.route, part: part, recipients: $0) }
      }
    }
  }
}

@Suite struct RateLedgerTests {
  // case: limits 40 jobs a minute
  @Test func `of 40 jobs in a minute through m365, 30 leave in the first 60 seconds and the rest after`() throws {
    let m365 = try route("m365")
    let left = departures(of: 40, every: .milliseconds(1500), by: m365)
    #expect(left.filter { $0 < 60 }.count == 30)
    #expect(left.count == 40)
    #expect(left.max() ?? 0 < 80)
    // All at once: 30 at once, and 10 when the first have left the window.
    #expect(
      departures(of: 40, every: .zero, by: m365) == Array(repeating: 0, count: 30) + Array(repeating: 60, count: 10))
  }

  @Test func `no window of any rate ever holds more than it may`() throws {
    let azure = try route("azure-email")
    let left = departures(of: 250, every: .milliseconds(700), by: azure)
    for rate in azure.limits.rates {
      let window = rate.window.duration.components.seconds
      for start in left { #expect(left.filter { start <= $0 && $0 < start + window }.count <= rate.count) }
    }
  }

  @Test func `recipients a day count recipients`() throws {
    let m365 = try route("m365")
    // 100 transactions of 100 make 10,000; more wait for the next day.
    let left = departures(of: 102, every: .seconds(10), recipients: 100, by: m365)
    #expect(left[99] == 990 && left[100] == 86_400 && left[101] == 86_410)
  }

  @Test func `an account counts, not a route; another account is free`() throws {
    let (password, oauth) = (try route("m365", name: "a"), try route("m365-oauth", name: "b"))
    let other = try route("m365", name: "c", user: "other@contoso.com")
    var ledger = RateLedger()
    let now = Clock().now
    for _ in 0..<30 { _ = ledger.record(1, on: password.account, at: now) }
    let rate = Rate(30, .messages, a: .minute)
    #expect(ledger.pace(1, on: oauth.account, within: oauth.limits.rates, at: now) == .after(.seconds(60), rate))
    #expect(ledger.pace(1, on: other.account, within: other.limits.rates, at: now) == .now)
  }

  @Test func `the ledger lives on through a restart, whatever the date says`() {
    let rates = [Rate(1, .messages, a: .hour)]
    var clock = Clock()
    var ledger = RateLedger()
    _ = ledger.record(1, on: "x", at: clock.now)
    // With two trusted dates the time that the power was off counts.
    clock.restart("two", after: 3000, dated: true)
    let kept = RateLedger(entries: ledger.entries)
    #expect(kept.pace(1, on: "x", within: rates, at: clock.now).wait == .seconds(600))
    // Without them only the time since the start is certain.
    clock.restart("three", after: 3000, dated: false)
    #expect(kept.pace(1, on: "x", within: rates, at: clock.now).wait == .seconds(3595))
    // A date that jumps within one run changes nothing.
    var jumped = Clock().now.advanced(by: .seconds(10))
    jumped.wall = WallTime(seconds: 2_000_000_000)
    #expect(kept.pace(1, on: "x", within: rates, at: jumped).wait == .seconds(3590))
    // A date that went back makes no one wait longer than a window.
    let back = Moment(boot: "four", sinceBoot: .seconds(1), wall: WallTime(seconds: 5))
    #expect(kept.pace(1, on: "x", within: rates, at: back).wait == .seconds(3599))
  }

  @Test func `moments get their date when it is known, and go when no window holds them`() {
    var ledger = RateLedger()
    let dark = Moment(boot: "one", sinceBoot: .seconds(10))
    _ = ledger.record(1, on: "x", at: dark)
    let lit = Moment(boot: "one", sinceBoot: .seconds(70), wall: WallTime(seconds: 1_800_000_060))
    #expect(ledger.date(by: lit).map(\.moment.wall) == [WallTime(seconds: 1_800_000_000)])
    #expect(ledger.date(by: lit).isEmpty)
    #expect(ledger.prune(at: lit).isEmpty)
    #expect(ledger.prune(at: lit.advanced(by: .seconds(86_400))) == [1])
    #expect(ledger.entries.isEmpty)
  }

  @Test func `what never reached the service is taken back`() {
    var ledger = RateLedger()
    let now = Clock().now
    let entry = ledger.record(1, on: "x", at: now)
    let rates = [Rate(1, .messages, a: .day)]
    #expect(ledger.pace(1, on: "x", within: rates, at: now) != .now)
    ledger.withdraw(entry.id)
    #expect(ledger.pace(1, on: "x", within: rates, at: now) == .now)
  }

  @Test func `more than a window takes goes when the window is empty`() {
    var ledger = RateLedger()
    let now = Clock().now
    let rates = [Rate(10, .recipients, a: .minute)]
    #expect(ledger.pace(50, on: "x", within: rates, at: now) == .now)
    _ = ledger.record(50, on: "x", at: now)
    #expect(ledger.pace(50, on: "x", within: rates, at: now.advanced(by: .seconds(20))).wait == .seconds(40))
  }

  @Test func `a wait is told with the rate, and ends with 75`() throws {
    let failure = Failure(
      waiting: .milliseconds(11_500), for: Rate(30, .messages, a: .minute), route: try route("m365"))
    #expect(failure.exitCode == .notAcceptedYet && failure.class == .transient)
    #expect(
      failure.cause
        == "route office (m365) has reached its limit of 30 messages per minute; the message is sent in 12 s")
  }
}

@Suite struct SplitTests {
  private let message = MessageWeight(envelope: 4000)

  // case: limits 120 recipients
  @Test func `120 recipients through HVE make 3 transactions`() throws {
    let people = (0..<120).map { "p\($0)@contoso.com" }
    let plan = DeliveryPlan(
      of: DocumentWeight(pages: [100_000]), weighing: message, to: people, by: RoutePreference([try route("m365-hve")]))
    #expect(plan.transactions.map(\.recipients.count) == [50, 50, 20])
    #expect(plan.transactions.flatMap(\.recipients) == people && plan.refusals.isEmpty)
  }

  // case: limits 30 MB
  @Test func `30 MB through HVE make messages under 10 MB encoded that hold all pages in order`() throws {
    let pages = (0..<60).map { 400_000 + $0 * 3390 }
    #expect(pages.reduce(0, +) > 29_900_000)
    let document = DocumentWeight(pages: pages, shared: 12_000)
    let hve = try route("m365-hve")
    let plan = DeliveryPlan(of: document, weighing: message, to: ["a@contoso.com"], by: RoutePreference([hve]))
    let parts = plan.transactions.map(\.part)
    #expect(parts.count == 5 && parts.flatMap(\.pages) == Array(pages.indices))
    #expect(parts.map(\.label) == (1...5).map { "\($0) of 5" })
    for part in parts {
      let bytes = 12_000 + pages[part.pages].reduce(0, +)
      // Base64 in lines of 76 and CRLF is 78 bytes for 57.
      #expect(Double(bytes) * 78 / 57 < 10_000_000)
    }
  }

  @Test func `binary transfer needs fewer messages`() throws {
    let document = DocumentWeight(pages: Array(repeating: 900_000, count: 10))
    let base64 = try document.parts(within: 10_000_000, weighing: message)
    let binary = try document.parts(within: 10_000_000, weighing: MessageWeight(transfer: .binary, envelope: 4000))
    #expect(base64.map(\.pages) == [0..<8, 8..<10] && binary.map(\.pages) == [0..<10])
  }

  @Test func `files fill the room that pages leave, and never break`() throws {
    let document = DocumentWeight(pages: [3_000_000, 3_000_000], files: [1_000_000, 6_000_000])
    let parts = try document.parts(within: 10_000_000, weighing: message)
    #expect(parts.map(\.pages) == [0..<2, 2..<2] && parts.map(\.files) == [[0], [1]])
    #expect(try DocumentWeight(pages: [], files: [5]).parts(within: 10_000, weighing: message).map(\.files) == [[0]])
  }

  @Test func `what cannot fit alone is named`() throws {
    do throws(SplitRefusal) {
      _ = try DocumentWeight(pages: [10, 9_000_000]).parts(within: 10_000_000, weighing: message)
      Issue.record("it was split")
    } catch {
      guard case .page(2, let bytes, 10_000_000) = error else { throw error }
      #expect(bytes > 12_000_000)
    }
    let plan = DeliveryPlan(
      of: DocumentWeight(pages: [10], files: [9_000_000]), weighing: message, to: ["a@contoso.com"],
      by: RoutePreference([try route("m365-hve")]))
    #expect(plan.transactions.isEmpty)
    #expect(plan.refusals.first?.failure.exitCode == .badInput)
    #expect(plan.refusals.first?.failure.cause.hasPrefix("attached file 1 alone makes a message of ") == true)
  }

  @Test func `what one route cannot hold goes by the next that can, and else the first is named`() throws {
    let document = DocumentWeight(pages: [9_000_000], files: [10], fileNames: ["a.pdf"])
    let (hve, m365) = (try route("m365-hve", name: "volume"), try route("m365"))
    let people = ["a@contoso.com", "joe@example.org"]
    let both = DeliveryPlan(of: document, weighing: message, to: people, by: RoutePreference([hve, m365]))
    #expect(both.shares.map(\.route.name) == ["office"] && both.shares.map(\.recipients) == [people])
    let alone = DeliveryPlan(of: document, weighing: message, to: people, by: RoutePreference([hve]))
    #expect(alone.shares.isEmpty && alone.refusals.map(\.failure.code) == ["size", "reach"])
    #expect(alone.refusals[0].failure.cause.contains("page 1 alone") == true)
  }

  @Test func `without a limit all goes in one`() throws {
    let parts = try DocumentWeight(pages: [1, 2], files: [3]).parts(within: nil, weighing: message)
    #expect(parts == [Part(number: 1, of: 1, pages: 0..<2, files: [0])])
    #expect(parts.first?.label == nil && parts.first?.subject("S") == "S" && parts.first?.fileName("S.pdf") == "S.pdf")
  }

  @Test(arguments: [
    ("Scan.pdf", "Scan (2 of 3).pdf"), ("a.b.pdf", "a.b (2 of 3).pdf"), ("Scan", "Scan (2 of 3)"),
    (".pdf", ".pdf (2 of 3)"),
  ])
  func `parts have names of their own`(name: String, wanted: String) {
    let part = Part(number: 2, of: 3, pages: 3..<6)
    #expect(part.fileName(name) == wanted && part.subject("Scan") == "Scan (2 of 3)")
  }

  @Test func `the reckoning is never below what the message turns out to be`() throws {
    var state: UInt64 = 7
    for _ in 0..<60 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let sizes = [Int(state >> 40) % 200_000, Int(state >> 20) % 60]
      let bare = try MessageStream(sample([])).size
      let reckoned = MessageWeight(envelope: bare).bytes(of: sizes)
      let made = try MessageStream(sample(sizes)).size
      #expect(made <= reckoned && reckoned - made < 2 * MessageWeight.perFile + 100)
    }
  }

  /// With names as long and as foreign as they come.
  private func sample(_ sizes: [Int]) -> Message {
    let name = String(repeating: "\u{754C}", count: 83) + ".pdf"
    return Message(
      from: mailbox("scanner@contoso.com"), to: [mailbox("a@contoso.com")], subject: "Scan", body: "Hello",
      messageID: "<x@y.test>", date: now.seconds, boundary: "=_one",
      attachments: sizes.map { Message.Attachment(fileName: name, mediaType: "application/pdf", size: $0) },
      mailer: "Platen 1")
  }

  @Test func `one job leaves by two routes with an outcome for each recipient`() throws {
    let routes = [try route("m365-direct-send", name: "direct"), try route("m365", name: "office")]
    let preference = RoutePreference(routes, sender: try EmailAddress("scanner@contoso.com"))
    let plan = DeliveryPlan(
      of: DocumentWeight(pages: [1000]), weighing: message, to: ["joe@example.org", "ann@contoso.com"],
      by: preference)
    #expect(plan.transactions.map(\.route.name) == ["direct", "office"])
    #expect(plan.transactions.map(\.recipients) == [["ann@contoso.com"], ["joe@example.org"]])
  }

  @Test func `what no route may carry is refused with the rule`() throws {
    let routes = RoutePreference([try route("m365-hve")], sender: try EmailAddress("scanner@contoso.com"))
    let plan = DeliveryPlan(
      of: DocumentWeight(pages: [1000]), weighing: message, to: ["joe@example.org", "ann@contoso.com"], by: routes)
    #expect(plan.transactions.map(\.recipients) == [["ann@contoso.com"]])
    let refusal = try #require(plan.refusals.first)
    #expect(refusal.recipient == "joe@example.org" && refusal.failure.class == .recipient)
    #expect(refusal.failure.code == "reach" && refusal.failure.exitCode == .refused)
    let stranger = RoutePreference([try route("m365-hve")], sender: try EmailAddress("ann@contoso.com"))
    let none = DeliveryPlan(
      of: DocumentWeight(pages: [1000]), weighing: message, to: ["bob@contoso.com"], by: stranger)
    #expect(none.refusals.map(\.failure.class) == [.configuration] && none.refusals[0].failure.code == "sender")
  }
}
