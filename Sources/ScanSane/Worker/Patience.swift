import Base
import Glibc
import Jobs

/// Asks a scanner that is busy or warms up again and again, for a bounded time.
struct Patience {
  let reporter: Reporter
  /// How long in all, from the first refusal.
  let limit: Duration

  private var clock: Clock { reporter.clock }

  private static let firstGap = Duration.milliseconds(250)
  private static let longestGap = Duration.seconds(2)

  func untilReady<Result>(_ body: () throws(SaneStatus) -> Result) throws(SaneStatus) -> Result {
    var gap = Self.firstGap
    var end: Deadline?
    while true {
      do throws(SaneStatus) {
        return try body()
      } catch {
        let deadline = end ?? clock.after(limit)
        end = deadline
        guard error.isPassing, !clock.hasPassed(deadline), !CancelSignal.isRaised else { throw error }
        reporter.say(.waiting(reason: error.isBusy ? "the scanner is in use" : "the scanner is warming up"))
        pause(gap)
        gap = min(gap * 2, Self.longestGap)
      }
    }
  }
}

/// Waits, to the millisecond, unless a signal ends it: the clock's own wait would go on after one.
func pause(_ duration: Duration) {
  _ = poll(nil, 0, Int32(duration.inNanoseconds / 1_000_000))
}
