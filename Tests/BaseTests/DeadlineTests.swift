import Base
import Testing

@Suite struct DeadlineTests {
  @Test func `what is left for poll is rounded up, and never negative`() {
    let now = Deadline(nanoseconds: 5_000_000_000)
    #expect(Deadline.never.pollMilliseconds(at: now) == -1)
    #expect(now.pollMilliseconds(at: now) == 0)
    #expect(Deadline(nanoseconds: 0).pollMilliseconds(at: now) == 0 && Deadline.passed.pollMilliseconds(at: now) == 0)
    #expect(now.advanced(by: .nanoseconds(1)).pollMilliseconds(at: now) == 1)
    #expect(now.advanced(by: .seconds(60)).pollMilliseconds(at: now) == 60_000)
    #expect(now.advanced(by: .seconds(1 << 32)).pollMilliseconds(at: now) == .max)
  }

  @Test func `sums that do not fit are never`() {
    #expect(Deadline.never.advanced(by: .seconds(1)) == .never)
    let now = Deadline(nanoseconds: 5_000_000_000)
    #expect(now.advanced(by: .seconds(9_223_372_036)) == .never)
    #expect(now.advanced(by: .seconds(Int64.max)) == .never)
    #expect(Deadline.passed.since(now) == .nanoseconds(Int64.min))
    #expect(Deadline(nanoseconds: 5).advanced(by: .nanoseconds(7)) == Deadline(nanoseconds: 12))
    #expect(Deadline(nanoseconds: 12).since(Deadline(nanoseconds: 5)) == .nanoseconds(7))
  }

  @Test(
    arguments: [
      (.zero, 0), (.nanoseconds(-1), -1), (.milliseconds(1500), 1_500_000_000), (.seconds(Int64.max), .max),
      (.seconds(Int64.min), .min), (.seconds(9_223_372_036) + .nanoseconds(854_775_807), .max),
      (.seconds(9_223_372_036) + .nanoseconds(854_775_808), .max), (.seconds(-10_000_000_000), .min),
    ] as [(Duration, Int64)])
  func `a duration in nanoseconds stops at the ends`(duration: Duration, nanoseconds: Int64) {
    #expect(duration.inNanoseconds == nanoseconds)
  }

  @Test func `a duration in seconds has its fraction`() {
    #expect(Duration.milliseconds(2250).inSeconds == 2.25)
  }
}
