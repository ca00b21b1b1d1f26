import Base
import Diagnosis
import Jobs
import Testing

@Suite struct JobLifeTests {
  // MARK: Every state with every event

  /// What becomes of a job in each state after each event; a pair that is missing is refused.
  static let table: [JobState: [String: JobState]] = [
    .scanning: [
      "scanEnded": .scanning, "nothingScanned": .cancelled, "sealed": .queued, "broke": .interrupted,
      "senderLost": .scanning,
    ],
    .interrupted: [
      "senderLost": .interrupted, "retryAsked": .queued, "cancelAsked": .cancelled, "exported": .interrupted,
      "removeAsked": .cancelled,
    ],
    .sealed: ["senderLost": .sealed, "cancelAsked": .cancelled, "exported": .sealed, "removeAsked": .cancelled],
    .queued: ["attemptBegan": .sending, "senderLost": .queued, "cancelAsked": .cancelled, "exported": .queued],
    .sending: ["intentRecorded": .sending, "attemptEnded": .accepted, "senderLost": .queued, "exported": .sending],
    .accepted: ["senderLost": .accepted, "exported": .accepted, "removeAsked": .cancelled],
    .refused: [
      "senderLost": .refused, "retryAsked": .queued, "cancelAsked": .cancelled, "exported": .refused,
      "removeAsked": .cancelled,
    ],
    .held: ["senderLost": .held, "retryAsked": .queued, "cancelAsked": .cancelled, "exported": .held],
    .unknown: ["senderLost": .unknown, "retryAsked": .queued, "cancelAsked": .cancelled, "exported": .unknown],
    .cancelled: ["senderLost": .cancelled, "exported": .cancelled, "removeAsked": .cancelled],
  ]

  static let events: [(String, @Sendable (Job) -> JobEvent)] = [
    ("scanEnded", { _ in .scanEnded(pages: 2, attachments: 0, failure: nil) }),
    ("nothingScanned", { _ in .scanEnded(pages: 0, attachments: 0, failure: failure(.message)) }),
    ("sealed", { .sealed($0.message, pages: 2, documentBytes: 9, failure: nil) }),
    ("broke", { .sealed($0.message, pages: 2, documentBytes: 9, failure: failure(.message)) }),
    (
      "attemptBegan",
      { job in
        let dispatch = job.dispatches.last ?? Dispatch(number: 1, route: "office", identity: identity())
        return .attemptBegan(dispatch, recipients: ["a@example.test"])
      }
    ),
    ("intentRecorded", { .intentRecorded(attempt: $0.attemptCount) }),
    (
      "attemptEnded",
      { .attemptEnded(attempt: $0.attemptCount, AttemptReport(results: ["a@example.test": .accepted(reply: "250")])) }
    ),
    ("senderLost", { _ in .senderLost }),
    ("retryAsked", { _ in .retryAsked }),
    ("cancelAsked", { _ in .cancelAsked }),
    ("exported", { _ in .exported }),
    ("removeAsked", { _ in .removeAsked }),
  ]

  @Test(arguments: JobState.allCases)
  func `every event has its answer in every state`(_ state: JobState) throws {
    let story = try Story.reaching(state)
    #expect(story.job.state == state)
    for (name, event) in Self.events {
      let expected = Self.table[state]?[name]
      do throws(JobRefusal) {
        let after = try story.job.after(event(story.job), at: now).job
        #expect(after.state == expected, "\(state) \(name)")
      } catch {
        #expect(expected == nil, "\(state) \(name): \(error)")
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func `the job's state is the first of the list that any recipient has`() {
    let order: [RecipientState] = [.sending, .queued, .held, .unknown, .refused, .accepted]
    for (index, state) in order.enumerated() {
      #expect(JobState(of: order[index...].reversed())?.rawValue == state.rawValue)
    }
    #expect(JobState(of: []) == nil)
  }

  // MARK: The failure policy

  @Test func `each class of failure leaves its state`() throws {
    let policy: [FailureClass: RecipientState] = [
      .transient: .queued, .message: .refused, .recipient: .refused, .configuration: .held, .unknown: .unknown,
    ]
    for kind in FailureClass.allCases {
      var story = try Story.reaching(.queued)
      try story.attempt(["a@example.test": .failed(failure(kind), reply: "the last words")])
      let recipient = story.job.recipients[0]
      #expect(recipient.state == policy[kind])
      #expect(recipient.next == (kind == .transient ? later : nil))
      #expect(recipient.reply == "the last words")
      #expect(story.job.failure == failure(kind))
      #expect(recipient.attempt == nil && !recipient.isIntended)
    }
  }

  @Test func `recipients go their own ways`() throws {
    var story = Story(to: ["a@x.test", "b@x.test", "c@x.test"])
    try story.seal()
    try story.attempt([
      "a@x.test": .accepted(reply: "250 ok"), "b@x.test": .failed(failure(.recipient), reply: "550 no"),
      "c@x.test": .failed(failure(.transient), reply: "451 later"),
    ])
    #expect(story.job.recipients.map(\.state) == [.accepted, .refused, .queued])
    #expect(story.job.state == .queued)
    let lines = story.effects.compactMap { if case .journal(let line) = $0 { line } else { nil } }
    #expect(lines.map(\.event) == [.accepted, .refused, .deferred])
    #expect(lines.map(\.reply) == ["250 ok", "550 no", "451 later"])
    #expect(story.effects.last == .record)
    try story.attempt(["c@x.test": .accepted(reply: "250 ok")])
    #expect(story.job.state == .refused)
    #expect(story.job.recipients.map(\.attempts) == [1, 1, 2])
  }

  @Test func `a recipient that waits is due only in its time`() throws {
    var story = try Story.reaching(.queued)
    #expect(story.job.recipients[0].isDue(at: moment))
    try story.attempt(["a@example.test": .failed(failure(.transient), reply: nil)])
    #expect(!story.job.recipients[0].isDue(at: moment))
    #expect(story.job.recipients[0].isDue(at: laterMoment))
    try story.take(.retryAsked)
    #expect(story.job.recipients[0].isDue(at: moment))
  }

  // MARK: Crashes

  @Test func `a sender lost before the intent costs nothing, after it nobody knows`() throws {
    var story = Story(to: ["a@x.test", "b@x.test"])
    try story.seal()
    try story.begin(to: ["a@x.test"])
    try story.take(.intentRecorded(attempt: story.job.attemptCount))
    try story.begin(on: "other", to: ["b@x.test"])
    try story.take(.senderLost)
    #expect(story.job.recipients.map(\.state) == [.unknown, .queued])
    #expect(story.job.recipients.map(\.mayHaveArrived) == [true, false])
    #expect(story.job.recipients[0].failure?.class == .unknown)
    let again = try story.job.after(.senderLost, at: now)
    #expect(again.job == story.job && again.effects.isEmpty)
  }

  @Test func `a recipient that the report forgets is treated like after a crash`() throws {
    var story = Story(to: ["a@x.test", "b@x.test"])
    try story.seal()
    try story.begin(to: ["a@x.test", "b@x.test"])
    try story.take(.intentRecorded(attempt: 1))
    try story.take(.attemptEnded(attempt: 1, AttemptReport(results: ["a@x.test": .accepted(reply: "250")])))
    #expect(story.job.recipients.map(\.state) == [.accepted, .unknown])
  }

  @Test func `a report about strangers, or about no attempt, is refused`() throws {
    let story = try Story.reaching(.sending)
    let stranger = AttemptReport(results: ["x@x.test": .accepted(reply: "250")])
    #expect(throws: JobRefusal.noSuchRecipient("x@x.test")) {
      try story.job.after(.attemptEnded(attempt: 1, stranger), at: now)
    }
    #expect(throws: JobRefusal.noSuchAttempt(2)) { try story.job.after(.intentRecorded(attempt: 2), at: now) }
  }

  // MARK: Sealing and the end

  @Test func `sealing fixes what is asked for`() throws {
    var story = Story(to: ["old@x.test"])
    var message = story.job.message
    message.to = [mailbox("a@x.test"), mailbox("b@x.test")]
    message.bcc = [mailbox("A@X.test"), mailbox("c@x.test")]
    message.attachments = [AttachedFile(name: "bill.pdf", stored: "1.pdf", bytes: 50)]
    try story.take(.sealed(message, pages: 3, documentBytes: 100, failure: nil))
    #expect(story.job.recipients.map(\.address) == ["a@x.test", "b@x.test", "c@x.test"])
    #expect(story.job.files.map(\.stored) == ["document.pdf", "1.pdf"])
    #expect(story.job.bytes == 150)
  }

  @Test func `an interrupted job waits for a person, who can send it as it is`() throws {
    var story = try Story.reaching(.interrupted)
    #expect(story.job.recipients[0].state == .held)
    #expect(story.job.failure == failure(.message))
    try story.take(.retryAsked)
    #expect(story.job.state == .queued && story.job.failure == nil)
  }

  @Test func `nothing scanned leaves nothing`() throws {
    var story = Story()
    try story.take(.scanEnded(pages: 0, attachments: 0, failure: nil))
    #expect(story.job.phase == .removed)
    #expect(story.effects.suffix(3) == [.record, .removeFiles, .forget])
    var files = Story()
    try files.take(.scanEnded(pages: 0, attachments: 1, failure: nil))
    #expect(files.effects == [.seal])
  }

  @Test func `a removal that broke off can be ended, without a second line in the journal`() throws {
    var story = try Story.reaching(.accepted)
    try story.take(.removeAsked)
    #expect(story.effects.count == 4)
    try story.take(.removeAsked)
    #expect(story.effects == [.record, .removeFiles, .forget])
  }
}
