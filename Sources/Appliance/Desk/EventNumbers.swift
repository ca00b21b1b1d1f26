import Base
import Interface
import Jobs

/// What the events of one task have in common.
struct EventNumbers {
  private let clock: Clock
  private var last = 0
  /// Of the job that the task is about, as soon as there is one.
  var job: JobID?

  init(_ clock: Clock) { self.clock = clock }

  mutating func next(_ event: Event) -> Event {
    var event = event
    last += 1
    (event.sequence, event.time, event.job) = (last, clock.date, job?.text)
    return event
  }

  /// What tells of a job that has begun, and is what all later events are about.
  mutating func begin(_ job: JobID) -> Event {
    self.job = job
    return next(Event(.state, state: JobState.scanning.rawValue))
  }

  /// The event of a job's state.
  mutating func state(of job: Job) -> Event {
    self.job = job.id
    return next(Event(.state, state: job.state.rawValue, page: job.pages, bytes: job.bytes))
  }
}
