import Base
import Diagnosis
import Jobs
import Testing

/// Whatever happens, in whatever order, some things never do.
@Suite struct JobPropertyTests {
  private static let addresses = ["a@x.test", "b@x.test", "c@x.test"]

  @Test(arguments: 0..<50) func `no order of events breaks a promise`(_ seed: UInt64) throws {
    var chance = Chance(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    var job = Story(to: Self.addresses).job
    for _ in 0..<200 {
      guard let event = Self.event(for: job, &chance), let step = try? job.after(event, at: now) else { continue }
      Self.check(from: job, to: step.job, after: event)
      job = step.job
    }
  }

  private static func event(for job: Job, _ chance: inout Chance) -> JobEvent? {
    let attempt = job.attemptCount - chance.below(2)
    switch chance.below(13) {
    case 0:
      return .sealed(
        job.message, pages: 1, documentBytes: 9, failure: chance.below(2) == 0 ? failure(.message) : nil)
    case 1...4: return begin(job, &chance)
    case 5: return .intentRecorded(attempt: attempt)
    case 6...8: return .attemptEnded(attempt: attempt, report(job, attempt, &chance))
    case 9: return .senderLost
    case 10: return .retryAsked
    case 11: return passOver(job, &chance)
    default: return chance.below(20) == 0 ? .cancelAsked : .exported
    }
  }

  /// An attempt that may well be against the rules.
  private static func begin(_ job: Job, _ chance: inout Chance) -> JobEvent? {
    let chosen = addresses.filter { _ in chance.below(2) == 0 }
    let route = chance.below(2) == 0 ? "office" : "other"
    let known = job.dispatches.randomElement(using: &chance)
    let new = Dispatch(number: job.dispatches.count + 1, route: route, identity: identity("\(chance.next())"))
    if chance.below(3) == 0 { return .attemptBegan(known ?? new, recipients: chosen) }
    guard let batch = try? job.batches(of: chosen, on: route).first else { return nil }
    return .attemptBegan(batch.dispatch ?? new, recipients: batch.recipients)
  }

  private static func passOver(_ job: Job, _ chance: inout Chance) -> JobEvent {
    let queued = job.recipients.filter { $0.state == .queued && chance.below(2) == 0 }.map(\.address)
    // No failure of ours leaves it open whether a message arrived.
    let failure = failure([.transient, .message, .recipient, .configuration][chance.below(4)])
    return .passedOver(Dictionary(queued.map { ($0, failure) }) { $1 }, route: "office", wait: minute)
  }

  private static func report(_ job: Job, _ attempt: Int, _ chance: inout Chance) -> AttemptReport {
    var results: [String: RecipientResult] = [:]
    for recipient in job.recipients where recipient.attempt == attempt && chance.below(4) > 0 {
      let kind = FailureClass.allCases[chance.below(5)]
      switch chance.below(5) {
      case 0: results[recipient.address] = .accepted(reply: "250")
      case 1: results[recipient.address] = .refusedEncoding(failure(.message), reply: nil)
      default: results[recipient.address] = .failed(failure(kind), reply: nil)
      }
    }
    return AttemptReport(results: results, wait: minute)
  }

  private static func check(from before: Job, to after: Job, after event: JobEvent) {
    // What is dispatched stays as it was.
    #expect(after.dispatches.starts(with: before.dispatches), "\(event)")
    #expect(after.dispatches.map(\.number) == Array(1..<after.dispatches.count + 1))
    if before.phase == .scanning { return }
    for (old, new) in zip(before.recipients, after.recipients) {
      if old.state == .accepted { #expect(old == new, "accepted stays, after \(event)") }
      if old.mayHaveArrived {
        #expect(new.mayHaveArrived && new.dispatch == old.dispatch, "only its dispatch may carry it, after \(event)")
      }
      if old.isIntended && !new.isIntended {
        #expect(new.state != .queued || isReported(event), "a lost intent is unknown, after \(event)")
      }
      #expect((new.state == .sending) == (new.attempt != nil), "\(event)")
      #expect(new.state != .sending || after.phase == .sealed, "\(event)")
    }
  }

  private static func isReported(_ event: JobEvent) -> Bool { if case .attemptEnded = event { true } else { false } }
}

/// xorshift: the same chances for the same seed.
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ limit: Int) -> Int { Int(next() >> 11) % limit }
}
