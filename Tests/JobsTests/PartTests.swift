import Base
import Diagnosis
import Jobs
import Paper
import Testing

private let split = Split(
  parts: [Part(number: 1, of: 2, pages: 0..<1), Part(number: 2, of: 2, pages: 1..<2)],
  information: DocumentInformation(title: "Scan.pdf", created: now))

extension Story {
  /// Sends the part that is due to one recipient.
  fileprivate mutating func sendPart(
    on route: String = "office", to address: String = "a@example.test", _ result: RecipientResult
  ) throws {
    let part = (job.recipients.first { $0.address == address }?.partsAccepted ?? 0) + 1
    let batch = try #require(try job.batches(of: [address], on: route, part: part, of: split).first)
    var identity = identity("\(job.dispatches.count + 1)")
    identity.split = split
    let new = Dispatch(number: job.dispatches.count + 1, route: route, part: part, identity: identity)
    try take(.attemptBegan(batch.dispatch ?? new, recipients: batch.recipients))
    try take(.intentRecorded(attempt: job.attemptCount))
    try take(.attemptEnded(attempt: job.attemptCount, AttemptReport(results: [address: result])))
  }

  fileprivate var events: [JournalEvent] { lines.map(\.event) }
  fileprivate var lines: [JournalLine] {
    effects.compactMap { if case .journal(let line) = $0 { line } else { nil } }
  }
}

@Suite struct PartTests {
  @Test func `a recipient is accepted with the last part, and each part is told of`() throws {
    var story = Story()
    try story.seal()
    try story.sendPart(.accepted(reply: "250 one"))
    #expect(story.job.state == .queued && story.job.recipients[0].partsAccepted == 1)
    #expect(story.lines.map(\.event) == [.accepted] && story.lines[0].part == "1 of 2")
    #expect(story.job.recipients[0].boundRoute == "office" && story.job.split(of: story.job.recipients[0]) == split)
    try story.sendPart(.accepted(reply: "250 two"))
    #expect(story.job.state == .accepted && story.lines[0].part == "2 of 2")
    #expect(story.job.dispatches.map(\.part) == [1, 2] && story.job.recipients[0].reply == "250 two")
  }

  @Test func `parts go in order, and a part that waits keeps its dispatch`() throws {
    var story = Story()
    try story.seal()
    #expect(throws: JobRefusal.partNotDue("a@example.test", due: 1)) {
      try story.job.batches(of: ["a@example.test"], on: "office", part: 2, of: split)
    }
    try story.sendPart(.accepted(reply: "250"))
    try story.sendPart(.failed(failure(.transient), reply: nil))
    try story.sendPart(.failed(failure(.transient), reply: nil))
    #expect(story.job.dispatches.count == 2 && story.job.recipients[0].dispatch == 2)
    #expect(throws: JobRefusal.self) { try story.job.batches(of: ["a@example.test"], on: "other", part: 2, of: split) }
  }

  @Test func `doubt about a part binds to its dispatch, and ends with its acceptance`() throws {
    var story = Story()
    try story.seal()
    try story.sendPart(.failed(failure(.unknown), reply: nil))
    try story.take(.retryAsked)
    #expect(story.job.recipients[0].mayHaveArrived && story.job.recipients[0].boundRoute == "office")
    try story.sendPart(.accepted(reply: "250"))
    #expect(!story.job.recipients[0].mayHaveArrived && story.job.dispatches.count == 1)
    // The next part is another message: what refuses it definitely sets it free.
    try story.sendPart(.failed(failure(.configuration), reply: nil))
    try story.take(.retryAsked)
    try story.sendPart(on: "other", .accepted(reply: "250"))
    #expect(story.job.state == .accepted && story.job.dispatches.map(\.part) == [1, 2, 2])
  }

  @Test func `recipients of one split share its dispatches, others begin their own`() throws {
    var story = Story(to: ["a@example.test", "b@example.test", "c@example.test"])
    try story.seal()
    for address in ["a@example.test", "b@example.test"] {
      try story.sendPart(to: address, .accepted(reply: "250"))
      try story.sendPart(to: address, .accepted(reply: "250"))
    }
    #expect(story.job.dispatches.count == 2)
    // Nothing that was split carries the whole.
    #expect(try story.job.batches(of: ["c@example.test"], on: "office").first?.dispatch == nil)
  }

  @Test func `who is passed over keeps what binds, and waits, is held or refused by the failure's class`() throws {
    var story = Story(to: ["a@example.test", "b@example.test", "c@example.test"])
    try story.seal()
    try story.attempt(["a@example.test": .failed(failure(.transient), reply: nil)])
    let wait = Failure(.rateUsedUp, code: "rate")
    try story.take(.passedOver(["a@example.test": wait], route: "office", wait: minute))
    #expect(story.job.recipients[0].next == later && story.job.recipients[0].boundRoute == "office")
    #expect(story.job.attemptCount == 1 && story.events == [.deferred])
    // Told once, however often it is looked at.
    try story.take(.passedOver(["a@example.test": wait], route: "office", wait: Wait(.zero, from: moment)))
    #expect(story.events.isEmpty && story.job.recipients[0].next == now)
    try story.take(
      .passedOver(
        ["b@example.test": failure(.configuration), "c@example.test": failure(.recipient)], route: nil, wait: minute))
    #expect(story.job.recipients.map(\.state) == [.queued, .held, .refused])
    #expect(story.job.recipients[1].next == nil && story.events == [.held, .refused])
    // A route that is gone for good lets go; who may have the message stays with it.
    #expect(story.job.recipients[0].boundRoute == "office")
    #expect(throws: JobRefusal.recipientNotQueued("b@example.test", .held)) {
      try story.job.after(.passedOver(["b@example.test": wait], route: nil, wait: nil), at: now)
    }
    #expect(throws: JobRefusal.noSuchRecipient("x@example.test")) {
      try story.job.after(.passedOver(["x@example.test": wait], route: nil, wait: nil), at: now)
    }
    try story.take(.retryAsked)
    #expect(story.job.recipients.allSatisfy { $0.state == .queued && $0.next == nil })
    try story.take(.passedOver(["a@example.test": failure(.configuration)], route: "office", wait: nil))
    #expect(story.job.recipients[0].boundRoute == nil && story.job.recipients[0].isReleased)
  }
}
