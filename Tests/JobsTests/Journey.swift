import Base
import Diagnosis
import Jobs
import Mail
import Paper
import Routes

/// A job on its way with a ledger and a clock, and without a spool or a network: takes the steps of a turn as whoever
/// has those does.
struct Journey {
  var story: Story
  var routes: [Route]
  var ledger = RateLedger()
  var clock = moment
  /// What attempts come to, one after the other; all further ones are accepted.
  var answers: [@Sendable (String) -> RecipientResult] = []
  /// How long the server wants to be left alone after a failure.
  var patience: Duration?
  /// Bytes of each page.
  var pages: [Int] = [500, 500]
  /// Nothing can be made that goes by it.
  var brokenRoute: String?
  /// After so many attempts somebody breaks off.
  var attemptsLeft = Int.max

  init(to addresses: [String], by routes: [Route], pages: [Int] = [500, 500]) throws {
    story = Story(to: addresses)
    self.routes = routes
    self.pages = pages
    try story.take(
      .sealed(story.job.message, pages: pages.count, documentBytes: pages.reduce(100, +), failure: nil))
  }

  var states: [RecipientState] { story.job.recipients.map(\.state) }

  /// The steps of one turn, each in a few words.
  mutating func turn() throws -> [String] {
    let sender = try EmailAddress("scanner@platen.test")
    let information = DocumentInformation(title: "Scan.pdf", created: now)
    var turn = DeliveryTurn(by: RoutePreference(routes, sender: sender), information)
    var steps: [String] = []
    while steps.count < 100 {
      let step = try turn.next(for: story.job, ledger, at: clock, isInterrupted: attemptsLeft == 0)
      if step == .nothing { break }
      steps.append(words(step))
      try take(step, &turn)
    }
    return steps
  }

  private mutating func take(_ step: NextStep, _ turn: inout DeliveryTurn) throws {
    switch step {
    case .tellWaits: try story.take(.waitsTold(at: clock))
    case .weighEnvelope: turn.weighed(envelope: MessageWeight(envelope: 1000))
    case .weighPages: turn.weighed(pages: pages, shared: 100)
    case .passOver(let addresses, let failure, let route): try passOver(addresses, failure, route, nil)
    case .hold(let addresses, let wait, let failure, let route): try passOver(addresses, failure, route, wait)
    case .send(let transaction) where transaction.route == brokenRoute:
      turn.cannotMake(transaction, failure(.configuration))
    case .send(let transaction): turn.ended(transaction, try send(transaction), of: story.job)
    case .nothing: break
    }
  }

  private mutating func passOver(_ addresses: [String], _ failure: Failure, _ route: String?, _ wait: Wait?) throws {
    let failures = Dictionary(addresses.map { ($0, failure) }) { $1 }
    try story.take(.passedOver(failures, route: route, wait: wait))
  }

  private mutating func send(_ transaction: NextStep.Transaction) throws -> AttemptReport {
    let number = story.job.dispatches.count + 1
    var identity = identity("\(number)")
    identity.split = transaction.split
    let new = Dispatch(number: number, route: transaction.route, part: transaction.part, identity: identity)
    let recipients = transaction.batch.recipients
    try story.take(.attemptBegan(transaction.batch.dispatch ?? new, recipients: recipients))
    if let account = transaction.account { _ = ledger.record(recipients.count, on: account, at: clock) }
    attemptsLeft -= 1
    let answer: (String) -> RecipientResult = answers.isEmpty ? { _ in .accepted(reply: "250") } : answers.removeFirst()
    let wait = patience.map { Wait($0, from: clock) }
    let report = AttemptReport(results: Dictionary(recipients.map { ($0, answer($0)) }) { $1 }, wait: wait)
    try story.take(.attemptEnded(attempt: story.job.attemptCount, report))
    return report
  }

  // MARK: Words

  private func words(_ step: NextStep) -> String {
    switch step {
    case .tellWaits: "tell waits"
    case .weighEnvelope: "weigh envelope"
    case .weighPages: "weigh pages"
    case .passOver(let addresses, let failure, _): "pass over \(names(addresses)): \(failure.code ?? "")"
    case .hold(let addresses, let wait, _, let route): "hold \(names(addresses)) for \(route): \(wait.left)"
    case .send(let transaction): words(transaction)
    case .nothing: "nothing"
    }
  }

  private func words(_ transaction: NextStep.Transaction) -> String {
    let part = transaction.split.map { ", \(transaction.part) of \($0.parts.count)" } ?? ""
    return "send \(names(transaction.batch.recipients)) by \(transaction.route)\(part)"
  }

  private func names(_ addresses: [String]) -> String {
    addresses.map { String($0.prefix { $0 != "@" }) }.joined(separator: " ")
  }
}
