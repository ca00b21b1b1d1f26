/// A point on the clock that no one sets and that runs on through suspend (CLOCK_BOOTTIME).
///
/// Deadlines, not timeouts, cross boundaries: what is left shrinks on its own.
package struct Deadline: Comparable, Hashable, Sendable {
  /// Nanoseconds since boot.
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Never reached.
  package static var never: Deadline { Deadline(nanoseconds: .max) }

  /// Passed already: what is waited for until then is only looked at.
  package static var passed: Deadline { Deadline(nanoseconds: .min) }

  package func advanced(by duration: Duration) -> Deadline {
    Deadline(nanoseconds: sum(nanoseconds, duration.inNanoseconds))
  }

  package static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

  /// How long after `earlier` this is.
  package func since(_ earlier: Deadline) -> Duration { .nanoseconds(difference(nanoseconds, earlier.nanoseconds)) }

  /// What is left, as poll(2) wants it: milliseconds rounded up, 0 when passed, -1 for never.
  package func pollMilliseconds(at now: Deadline) -> Int32 {
    if self == .never { return -1 }
    if self <= now { return 0 }
    let left = nanoseconds - now.nanoseconds
    return Int32(clamping: left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0))
  }
}

extension Duration {
  /// Clamped to what 64 bits hold, 292 years.
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

/// The same of the difference.
private func difference(_ left: Int64, _ right: Int64) -> Int64 {
  let (difference, overflow) = left.subtractingReportingOverflow(right)
  return overflow ? (right > 0 ? .min : .max) : difference
}

/// The wall clock: seconds since 1970, which a person or NTP may set at any moment.
package struct WallTime: Comparable, Hashable, Sendable {
  package var seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }

  package static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }
}
