import Base
import Diagnosis
import Jobs
import Mail
import Testing

@Suite struct DispatchTests {
  @Test func `every attempt of a dispatch has the identity of the first`() throws {
    var story = try Story.reaching(.queued)
    for _ in 1...3 { try story.attempt(["a@example.test": .failed(failure(.transient), reply: "451")]) }
    #expect(story.job.dispatches == [Dispatch(number: 1, route: "office", identity: identity("1"))])
    #expect(story.job.messageID == "<1@platen.test>")
    let forged = Dispatch(number: 1, route: "office", identity: identity("forged"))
    #expect(throws: JobRefusal.otherDispatch(1)) {
      try story.job.after(.attemptBegan(forged, recipients: ["a@example.test"]), at: now)
    }
    let second = Dispatch(number: 2, route: "office", identity: identity("2"))
    #expect(throws: JobRefusal.otherDispatch(2)) {
      try story.job.after(.attemptBegan(second, recipients: ["a@example.test"]), at: now)
    }
  }

  @Test(arguments: [FailureClass.message, .recipient, .configuration])
  func `a definite refusal frees the recipient for another dispatch`(_ kind: FailureClass) throws {
    var story = try Story.reaching(.queued)
    try story.attempt(["a@example.test": .failed(failure(kind), reply: "550")])
    try story.take(.retryAsked)
    #expect(try story.job.batches(of: ["a@example.test"], on: "other")[0].dispatch == nil)
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch == nil)
    try story.attempt(["a@example.test": .accepted(reply: "250")])
    #expect(story.job.dispatches.map(\.identity.messageID) == ["<1@platen.test>", "<2@platen.test>"])
    #expect(story.job.messageID == "<2@platen.test>")
  }

  @Test func `nobody joins a dispatch that a route's configuration has ended, for its sender may be corrected by then`()
    throws
  {
    var story = Story(to: ["a@example.test", "b@example.test"])
    try story.seal()
    try story.attempt(["a@example.test": .failed(failure(.configuration), reply: "550 5.7.60")])
    try story.take(.retryAsked)
    let batches = try story.job.batches(of: ["a@example.test", "b@example.test"], on: "office")
    #expect(batches.map(\.recipients) == [["a@example.test", "b@example.test"]] && batches[0].dispatch == nil)
    // One that refused an address goes on for the others.
    var other = Story(to: ["a@example.test", "b@example.test"])
    try other.seal()
    try other.attempt(["a@example.test": .failed(failure(.recipient), reply: "550 5.1.1")])
    #expect(try other.job.batches(of: ["b@example.test"], on: "office")[0].dispatch?.number == 1)
  }

  @Test func `a refused encoding has another dispatch at once`() throws {
    var story = try Story.reaching(.queued)
    try story.attempt(["a@example.test": .refusedEncoding(failure(.message), reply: "554 5.6.1")])
    #expect(story.job.state == .queued && story.job.recipients[0].isDue(at: moment))
    #expect(story.job.recipients[0].reply == "554 5.6.1")
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch == nil)
  }

  @Test func `after unknown a refused encoding is no reason for another dispatch`() throws {
    var story = try Story.reaching(.unknown)
    try story.take(.retryAsked)
    try story.attempt(["a@example.test": .refusedEncoding(failure(.message), reply: "554 5.6.1")])
    #expect(story.job.state == .refused)
    try story.take(.retryAsked)
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch?.number == 1)
  }

  @Test func `a message that cannot be made again has another dispatch at once, but for who may have it`() throws {
    var story = try Story.reaching(.queued)
    try story.attempt(["a@example.test": .lapsed(failure(.configuration))])
    #expect(story.job.state == .queued && story.job.recipients[0].isDue(at: moment))
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch == nil)
    var unknown = try Story.reaching(.unknown)
    try unknown.take(.retryAsked)
    try unknown.attempt(["a@example.test": .lapsed(failure(.configuration))])
    #expect(unknown.job.state == .held)
    try unknown.take(.retryAsked)
    #expect(try unknown.job.batches(of: ["a@example.test"], on: "office")[0].dispatch?.number == 1)
  }

  @Test func `after unknown only the same dispatch may go, for ever`() throws {
    var story = try Story.reaching(.unknown)
    try story.take(.retryAsked)
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch?.number == 1)
    #expect(throws: JobRefusal.dispatchStands("a@example.test", route: "office", mayHaveArrived: true)) {
      try story.job.batches(of: ["a@example.test"], on: "other")
    }
    // Not even a refusal of a later attempt proves that the first did not arrive.
    try story.attempt(["a@example.test": .failed(failure(.recipient), reply: "550")])
    try story.take(.retryAsked)
    #expect(try story.job.batches(of: ["a@example.test"], on: "office")[0].dispatch?.number == 1)
    #expect(throws: JobRefusal.self) { try story.job.batches(of: ["a@example.test"], on: "other") }
  }

  @Test func `a transient failure keeps the dispatch and the route`() throws {
    var story = try Story.reaching(.queued)
    try story.attempt(["a@example.test": .failed(failure(.transient), reply: "451")])
    #expect(throws: JobRefusal.dispatchStands("a@example.test", route: "office", mayHaveArrived: false)) {
      try story.job.batches(of: ["a@example.test"], on: "other")
    }
  }

  @Test func `recipients are sorted by the dispatch that has to carry them`() throws {
    var story = Story(to: ["a@x.test", "b@x.test", "c@x.test", "d@x.test"])
    try story.seal()
    try story.attempt([
      "a@x.test": .failed(failure(.transient), reply: nil), "b@x.test": .failed(failure(.recipient), reply: nil),
      "c@x.test": .failed(failure(.configuration), reply: nil),
    ])
    try story.take(.retryAsked)
    let batches = try story.job.batches(of: ["a@x.test", "b@x.test", "c@x.test", "d@x.test"], on: "office")
    #expect(batches.map(\.recipients) == [["a@x.test", "d@x.test"], ["b@x.test", "c@x.test"]])
    #expect(batches.map(\.dispatch?.number) == [1, nil])
    try story.begin(to: ["b@x.test"])
    #expect(try story.job.batches(of: ["c@x.test"], on: "office")[0].dispatch?.number == 2)
  }

  @Test func `only those that wait can be sent to`() throws {
    let story = try Story.reaching(.accepted)
    #expect(throws: JobRefusal.recipientNotQueued("a@example.test", .accepted)) {
      try story.job.batches(of: ["a@example.test"], on: "office")
    }
    #expect(throws: JobRefusal.noSuchRecipient("z@x.test")) { try story.job.batches(of: ["z@x.test"], on: "office") }
    let waiting = try Story.reaching(.queued)
    let empty = Dispatch(number: 1, route: "office", identity: identity())
    #expect(throws: JobRefusal.noRecipients) { try waiting.job.after(.attemptBegan(empty, recipients: []), at: now) }
  }
}
