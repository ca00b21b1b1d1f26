import Base
import Diagnosis
import Jobs
import Routes
import Testing

private let ann = "ann@in.test"
private let bob = "bob@in.test"
private let joe = "joe@out.test"
private let inside = Reach.within(["in.test"])

private func failing(_ kind: FailureClass) -> @Sendable (String) -> RecipientResult {
  { _ in .failed(failure(kind), reply: nil) }
}

/// A route to a server of its own.
private func route(
  _ name: String, reaches reach: Reach = .anyone, recipients: Int? = nil, bytes: Int? = nil, rates: [Rate] = []
) -> Route {
  var route = Route(name: name, server: "\(name).test", port: 25)
  route.reach = reach
  route.limits.recipientsPerMessage = recipients
  route.limits.bytesPerMessage = bytes
  route.limits.rates = rates
  return route
}

/// What is to be done next with a job: steps out of a job, its routes, a ledger and a moment.
@Suite struct `The next step of a job` {
  // MARK: Which way

  /// A turn of a new job: to whom, by which routes, what the attempts come to, and the steps after the weighing.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let addresses: [String]
    let routes: [Route]
    var answers: [@Sendable (String) -> RecipientResult] = []
    let steps: [String]
    let states: [RecipientState]

    var testDescription: String { name }
  }

  static let rows = [
    Row(
      name: "all go together where one route may carry all", addresses: [ann, joe], routes: [route("office")],
      steps: ["send ann joe by office"], states: [.accepted, .accepted]),
    Row(
      name: "each goes by the first route that may carry it, in the order of the routes", addresses: [joe, ann, bob],
      routes: [route("direct", reaches: inside), route("office")],
      steps: ["send ann bob by direct", "send joe by office"], states: [.accepted, .accepted, .accepted]),
    Row(
      name: "whom no route may carry is told of before anybody is connected to", addresses: [ann, joe],
      routes: [route("direct", reaches: inside)],
      steps: ["pass over joe: reach", "send ann by direct"], states: [.accepted, .refused]),
    Row(
      name: "what no message can hold is refused", addresses: [ann], routes: [route("office", bytes: 4000)],
      steps: ["weigh pages", "pass over ann: size"], states: [.refused]),
    Row(
      name: "a transaction takes no more than its route does", addresses: [ann, bob, joe],
      routes: [route("office", recipients: 2)],
      steps: ["send ann bob by office", "send joe by office"], states: [.accepted, .accepted, .accepted]),
    Row(
      name: "what a server has against the route it has against all of the leg, and not against others",
      addresses: [ann, bob, joe], routes: [route("direct", reaches: inside, recipients: 1), route("office")],
      answers: [failing(.configuration)],
      steps: ["send ann by direct", "pass over bob: 5.7.1", "send joe by office"], states: [.held, .held, .accepted]),
    Row(
      name: "a failure that passes ends the leg, and the others wait without a word", addresses: [ann, bob, joe],
      routes: [route("direct", reaches: inside, recipients: 1), route("office")], answers: [failing(.transient)],
      steps: ["send ann by direct", "send joe by office"], states: [.queued, .queued, .accepted]),
    Row(
      name: "what a server has against a message or an address keeps nobody else", addresses: [ann, bob, joe],
      routes: [route("office", recipients: 1)], answers: [failing(.recipient), failing(.message)],
      steps: ["send ann by office", "send bob by office", "send joe by office"],
      states: [.refused, .refused, .accepted]),
    Row(
      name: "nor does what it says of an address at RCPT", addresses: [ann, bob],
      routes: [route("office", recipients: 1)],
      answers: [{ _ in .failed(Failure(.replyUnknown, stage: "rcpt", class: .transient), reply: nil) }],
      steps: ["send ann by office", "send bob by office"], states: [.queued, .accepted]),
    Row(
      name: "a refused encoding goes again at once", addresses: [ann], routes: [route("office")],
      answers: [{ _ in .refusedEncoding(failure(.message), reply: nil) }],
      steps: ["send ann by office", "send ann by office"], states: [.accepted]),
    Row(
      name: "more than a server takes at once go in the next transaction", addresses: [ann, bob],
      routes: [route("office")],
      answers: [{ $0 == ann ? .accepted(reply: "250") : .failed(Failure(.pacingTooManyRecipients), reply: nil) }],
      steps: ["send ann bob by office", "send bob by office"], states: [.accepted, .accepted]),
    Row(
      name: "a server that takes nobody is not asked again", addresses: [ann, bob], routes: [route("office")],
      answers: [{ _ in .failed(Failure(.pacingTooManyRecipients), reply: nil) }],
      steps: ["send ann bob by office"], states: [.queued, .queued]),
  ]

  @Test(arguments: rows) func `is as the rules say`(_ row: Row) throws {
    var journey = try Journey(to: row.addresses, by: row.routes)
    journey.answers = row.answers
    #expect(try journey.turn() == ["weigh envelope"] + row.steps)
    #expect(journey.states == row.states)
  }

  // MARK: Who is bound

  @Test func `who is bound goes by its route, whatever would be preferred, and needs no weighing`() throws {
    var journey = try Journey(to: [ann, joe], by: [route("office")])
    journey.answers = [failing(.transient)]
    _ = try journey.turn()
    journey.routes = [route("direct", reaches: inside), route("office")]
    #expect(try journey.turn() == ["send ann joe by office"])
    #expect(journey.story.job.dispatches.count == 1)
  }

  @Test func `a rule that is new counts for who is bound, and by the sender that its dispatch has`() throws {
    var journey = try Journey(to: [ann, joe], by: [route("office")])
    journey.answers = [failing(.transient)]
    _ = try journey.turn()
    journey.routes = [route("office", reaches: inside), route("other")]
    #expect(try journey.turn() == ["pass over joe: reach", "send ann by office"])
    #expect(journey.states == [.accepted, .refused])
  }

  @Test func `a route that is gone is asked for all the same, so that its attempt tells`() throws {
    var journey = try Journey(to: [ann], by: [route("office")])
    journey.answers = [failing(.transient), failing(.configuration)]
    _ = try journey.turn()
    journey.routes = [route("other")]
    #expect(try journey.turn() == ["send ann by office"])
    try journey.story.take(.retryAsked)
    #expect(try journey.turn() == ["weigh envelope", "send ann by other"])
  }

  @Test func `who cannot be written to is passed over, and the next is tried`() throws {
    var journey = try Journey(
      to: [ann, bob, joe], by: [route("direct", reaches: inside, recipients: 1), route("office")])
    journey.brokenRoute = "direct"
    let steps = [
      "weigh envelope", "send ann by direct", "pass over ann: 5.7.1", "send bob by direct", "pass over bob: 5.7.1",
      "send joe by office",
    ]
    #expect(try journey.turn() == steps)
    #expect(journey.states == [.held, .held, .accepted] && journey.story.job.attemptCount == 1)
  }

  @Test func `nothing begins after an interrupt, and what was known before it is told`() throws {
    var journey = try Journey(to: [ann, bob, joe], by: [route("direct", reaches: inside, recipients: 1)])
    journey.attemptsLeft = 1
    #expect(try journey.turn() == ["weigh envelope", "pass over joe: reach", "send ann by direct"])
    #expect(try journey.turn() == ["weigh envelope"])
    #expect(journey.states == [.accepted, .queued, .refused])
    journey.attemptsLeft = 1
    #expect(try journey.turn() == ["weigh envelope", "send bob by direct"])
  }

  @Test func `a job that is over, or cancelled meanwhile, has no next step`() throws {
    var journey = try Journey(to: [ann], by: [route("office")])
    try journey.story.take(.cancelAsked)
    #expect(try journey.turn().isEmpty)
    #expect(journey.story.job.rest(at: moment, gap: .seconds(30)) == nil)
  }

  // MARK: Parts

  private static let page = 100_000
  private static let small = route("office", bytes: 200_000)

  @Test func `each part goes to all before the next, in a dispatch of its own`() throws {
    var journey = try Journey(to: [ann, bob], by: [Self.small], pages: Array(repeating: Self.page, count: 3))
    let parts = (1...3).map { "send ann bob by office, \($0) of 3" }
    #expect(try journey.turn() == ["weigh envelope", "weigh pages"] + parts)
    #expect(journey.story.job.dispatches.map(\.part) == [1, 2, 3] && journey.states == [.accepted, .accepted])
  }

  @Test func `after a failure the parts go on where they were, as they were`() throws {
    var journey = try Journey(to: [ann, bob], by: [Self.small], pages: Array(repeating: Self.page, count: 3))
    journey.answers = [
      { _ in .accepted(reply: "250") },
      { $0 == ann ? .accepted(reply: "250") : .failed(failure(.recipient), reply: nil) },
      failing(.transient),
    ]
    #expect(try journey.turn().last == "send ann by office, 3 of 3")
    #expect(journey.story.job.recipients.map(\.partsAccepted) == [2, 1] && journey.states == [.queued, .refused])
    // A limit that changes meanwhile changes no part.
    journey.routes = [route("office")]
    try journey.story.take(.retryAsked)
    let steps = try journey.turn()
    #expect(
      steps == [
        "weigh envelope", "send ann by office, 3 of 3", "send bob by office, 2 of 3", "send bob by office, 3 of 3",
      ])
    #expect(journey.states == [.accepted, .accepted])
  }

  @Test func `only a job that some route may not take whole is weighed page by page`() throws {
    var light = try Journey(to: [ann], by: [Self.small], pages: [Self.page])
    #expect(try light.turn() == ["weigh envelope", "send ann by office"])
    var heavy = try Journey(
      to: [joe], by: [route("direct", reaches: inside, bytes: 200_000), route("large")],
      pages: [Self.page, Self.page])
    #expect(try heavy.turn() == ["weigh envelope", "weigh pages", "send joe by large"])
  }

  // MARK: Rates

  private static let slow = route("office", recipients: 1, rates: [Rate(1, .messages, a: .minute)])

  @Test func `what a rate has no room for is held until it has, and other routes are not`() throws {
    var journey = try Journey(
      to: [ann, bob, joe],
      by: [route("direct", reaches: inside, recipients: 1, rates: [Rate(1, .messages, a: .minute)]), route("office")])
    let steps = try journey.turn()
    #expect(
      steps == [
        "weigh envelope", "send ann by direct", "hold bob for direct: 60.0 seconds", "send joe by office",
      ])
    #expect(journey.story.job.recipients[1].next == later && journey.story.job.failure?.id == .rateUsedUp)
    #expect(journey.story.job.rest(at: moment, gap: .seconds(5)) == Rest(wait: .seconds(60), isStated: true))
    journey.clock = laterMoment
    #expect(try journey.turn() == ["weigh envelope", "send bob by direct"])
  }

  @Test func `the ledger says anew how long, and a retry does not change its mind`() throws {
    var journey = try Journey(to: [ann, bob], by: [Self.slow])
    _ = try journey.turn()
    try journey.story.take(.retryAsked)
    #expect(journey.story.job.recipients[1].next == nil)
    journey.clock = moment.advanced(by: .seconds(20))
    #expect(try journey.turn() == ["weigh envelope", "hold bob for office: 40.0 seconds"])
    // The rate may be another by now.
    journey.routes = [route("office", rates: [Rate(2, .messages, a: .minute)])]
    #expect(try journey.turn() == ["weigh envelope", "send bob by office"])
  }

  @Test func `routes of one account share its rates, and only what is paced is noted`() throws {
    var (first, second) = (Self.slow, route("other"))
    first.reach = inside
    (first.account, second.account) = ("x", "x")
    var journey = try Journey(to: [ann, joe], by: [first, second])
    #expect(try journey.turn() == ["weigh envelope", "send ann by office", "send joe by other"])
    #expect(journey.ledger.entries.map(\.account) == ["x", "x"])
    var free = try Journey(to: [ann], by: [route("office")])
    _ = try free.turn()
    #expect(free.ledger.entries.isEmpty)
  }

  // MARK: Times

  @Test func `who is not to be tried yet is not, unless a person asks`() throws {
    var journey = try Journey(to: [ann], by: [route("office")])
    journey.answers = [failing(.transient), failing(.transient)]
    journey.patience = .seconds(60)
    _ = try journey.turn()
    #expect(journey.story.job.recipients[0].next == later)
    journey.clock = moment.advanced(by: .seconds(59))
    #expect(try journey.turn().isEmpty)
    #expect(journey.story.job.rest(at: journey.clock, gap: .seconds(30)) == Rest(wait: .seconds(1), isStated: true))
    journey.clock = laterMoment
    #expect(try journey.turn() == ["send ann by office"])
    #expect(try journey.turn().isEmpty)
    try journey.story.take(.retryAsked)
    #expect(try journey.turn() == ["send ann by office"])
  }

  @Test func `those whose time has come do not wait for the others`() throws {
    var journey = try Journey(to: [ann, bob], by: [route("office", recipients: 1)])
    journey.answers = [{ _ in .failed(Failure(.replyUnknown, stage: "rcpt", class: .transient), reply: nil) }]
    journey.patience = .seconds(60)
    #expect(try journey.turn() == ["weigh envelope", "send ann by office", "send bob by office"])
    #expect(journey.states == [.queued, .accepted])
    #expect(try journey.turn().isEmpty)
  }

  @Test func `a wait runs on the clock that nobody sets, and counts what was waited before each restart`() throws {
    var journey = try Journey(to: [ann], by: [route("office")])
    journey.answers = [failing(.transient)]
    journey.patience = .seconds(60)
    _ = try journey.turn()
    // A date that jumps changes nothing.
    journey.clock = moment.advanced(by: .seconds(10))
    journey.clock.wall = WallTime(seconds: now.seconds + 1_000_000)
    #expect(try journey.turn().isEmpty)
    // Without a date only the time since the start is certain, and it stays counted.
    journey.clock = Moment(boot: "two", sinceBoot: .seconds(20))
    #expect(try journey.turn() == ["tell waits"])
    #expect(try journey.turn().isEmpty)
    #expect(journey.story.job.recipients[0].next == nil)
    journey.clock = Moment(boot: "three", sinceBoot: .seconds(39))
    #expect(try journey.turn() == ["tell waits"])
    // The date is known now, and shown.
    journey.clock.wall = now
    #expect(try journey.turn() == ["tell waits"])
    #expect(journey.story.job.recipients[0].next == WallTime(seconds: now.seconds + 1))
    // With two dates the time that the power was off counts too.
    journey.clock = Moment(boot: "four", sinceBoot: .zero, wall: later)
    #expect(try journey.turn() == ["tell waits", "send ann by office"])
  }

  @Test func `a job rests until the first of its times, or for the gap`() throws {
    var journey = try Journey(to: [ann, bob, joe], by: [Self.slow])
    #expect(journey.story.job.rest(at: moment, gap: .seconds(30)) == Rest(wait: .seconds(30), isStated: false))
    _ = try journey.turn()
    #expect(journey.story.job.rest(at: moment, gap: .seconds(30)) == Rest(wait: .seconds(60), isStated: true))
    // What has come and was not used goes at the next occasion.
    #expect(journey.story.job.rest(at: laterMoment, gap: .seconds(30)) == Rest(wait: .seconds(30), isStated: false))
  }
}
