import Glibc

/// A point on the clock that no one sets and that runs on through suspend (CLOCK_BOOTTIME).
///
/// Deadlines, not timeouts, cross boundaries: what is left shrinks on its own.
package struct Deadline: Comparable, Hashable, Sendable {
  /// Nanoseconds since boot.
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static var now: Deadline {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Deadline(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// Never reached.
  package static var never: Deadline { Deadline(nanoseconds: .max) }

  package static func after(_ duration: Duration) -> Deadline { now.advanced(by: duration) }

  package func advanced(by duration: Duration) -> Deadline {
    Deadline(nanoseconds: sum(nanoseconds, duration.inNanoseconds))
  }

  package static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

  /// How long after `earlier` this is.
  package func since(_ earlier: Deadline) -> Duration { .nanoseconds(nanoseconds - earlier.nanoseconds) }

  package var hasPassed: Bool { self <= .now }

  /// What is left, as poll(2) wants it: milliseconds rounded up, 0 when passed, -1 for never.
  package var pollMilliseconds: Int32 {
    if self == .never { return -1 }
    let now = Deadline.now
    if self <= now { return 0 }
    let left = nanoseconds - now.nanoseconds
    return Int32(clamping: left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0))
  }
}

extension Duration {
  /// Cut at the ends of what fits, 292 years.
  package var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return sum(product, attoseconds / 1_000_000_000)
  }

  /// Seconds with their fraction, for JSON and for people.
  package var inSeconds: Double { Double(inNanoseconds) / 1e9 }
}

/// The sum, or the end of the range it went over.
private func sum(_ left: Int64, _ right: Int64) -> Int64 {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? (right < 0 ? .min : .max) : sum
}

/// The wall clock: seconds since 1970, which a person or NTP may set at any moment.
package struct WallTime: Comparable, Hashable, Sendable {
  package var seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }

  package static var now: WallTime { WallTime(seconds: Int64(time(nil))) }

  package static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }
}
