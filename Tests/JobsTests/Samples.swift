import Base
import Diagnosis
import Jobs
import Mail

let now = WallTime(seconds: 1_770_000_000)
let later = WallTime(seconds: 1_770_000_060)

/// The clock that nobody sets at ``now``, and at ``later``.
let moment = Moment(boot: "one", sinceBoot: .seconds(1000), wall: now)
let laterMoment = moment.advanced(by: .seconds(60))
let minute = Wait(.seconds(60), from: moment)

func failure(_ kind: FailureClass) -> Failure {
  Failure(.replyUnknown, stage: "final", code: "5.7.1", class: kind, who: .person)
}

func mailbox(_ address: String) -> Mailbox {
  do { return Mailbox(address: try EmailAddress(address)) } catch { preconditionFailure("\(error)") }
}

func identity(_ name: String = "one") -> DispatchIdentity {
  DispatchIdentity(
    messageID: "<\(name)@platen.test>", date: now, boundary: "=_\(name)", reversePath: "scanner@platen.test",
    from: mailbox("scanner@platen.test"), mailer: "Platen 1")
}

/// A job that has been through some events, which must all be possible.
struct Story {
  var job: Job
  var effects: [JobEffect] = []

  init(to addresses: [String] = ["a@example.test"]) {
    job = Job(
      id: JobID(random: Array(0..<10)), message: JobMessage(to: addresses.map(mailbox), fileName: "Scan.pdf"),
      created: now)
  }

  mutating func take(_ event: JobEvent) throws {
    (job, effects) = try job.after(event, at: now)
  }

  mutating func seal(failure: Failure? = nil) throws {
    try take(.sealed(job.message, pages: 2, documentBytes: 1000, failure: failure))
  }

  /// Sends to `addresses`, or to all that wait, and gives them `results`.
  mutating func attempt(
    on route: String = "office", _ results: [String: RecipientResult], intended: Bool = true
  ) throws {
    try begin(on: route, to: results.keys.sorted())
    if intended { try take(.intentRecorded(attempt: job.attemptCount)) }
    try take(.attemptEnded(attempt: job.attemptCount, AttemptReport(results: results, wait: minute)))
  }

  mutating func begin(on route: String = "office", to addresses: [String]) throws {
    for batch in try job.batches(of: addresses, on: route) {
      let number = job.dispatches.count + 1
      let dispatch = batch.dispatch ?? Dispatch(number: number, route: route, identity: identity("\(number)"))
      try take(.attemptBegan(dispatch, recipients: batch.recipients))
    }
  }

  /// A story whose job is in `state`, with one recipient.
  static func reaching(_ state: JobState) throws -> Story {
    var story = Story(to: state == .sealed ? [] : ["a@example.test"])
    if state == .scanning { return story }
    try story.seal(failure: state == .interrupted ? failure(.message) : nil)
    switch state {
    case .scanning, .interrupted, .sealed, .queued: break
    case .sending: try story.begin(to: ["a@example.test"])
    case .accepted: try story.attempt(["a@example.test": .accepted(reply: "250 2.0.0 queued as 1")])
    case .refused: try story.attempt(["a@example.test": .failed(failure(.recipient), reply: "550 5.1.1 no")])
    case .held: try story.attempt(["a@example.test": .failed(failure(.configuration), reply: "535 5.7.8 no")])
    case .unknown: try story.attempt(["a@example.test": .failed(failure(.unknown), reply: nil)])
    case .cancelled: try story.take(.cancelAsked)
    }
    return story
  }
}
