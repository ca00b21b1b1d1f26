package import Base
import Host

/// What a delivery knows of time. A test moves its own.
package struct Clocks: Sendable {
  /// Now; dated where the date can be trusted.
  package let moment: @Sendable () -> Moment
  /// The date as the system has it, right or wrong.
  package let date: @Sendable () -> WallTime
  /// Waits so long; true at once when a descriptor can be read.
  package let wait: @Sendable (Duration, Int32?) -> Bool

  package init(
    moment: @escaping @Sendable () -> Moment, date: @escaping @Sendable () -> WallTime,
    wait: @escaping @Sendable (Duration, Int32?) -> Bool
  ) {
    self.moment = moment
    self.date = date
    self.wait = wait
  }

  package static let system = Clocks(
    moment: { .now(datedFrom: Version.made) }, date: { .now },
    wait: { duration, interrupt in !waitReadable(interrupt.map { [$0] } ?? [], until: .after(duration)).isEmpty })

  /// How long until a deadline; zero when it has passed.
  func left(until deadline: Deadline) -> Duration {
    max(.zero, deadline.since(Deadline(nanoseconds: moment().sinceBoot.inNanoseconds)))
  }
}
