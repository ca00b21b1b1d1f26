import Base
import Glibc
import Testing

@Suite struct DeadlineTests {
  @Test func `a deadline passes and not before`() {
    #expect(Deadline.now.hasPassed)
    #expect(!Deadline.after(.seconds(60)).hasPassed)
    #expect(!Deadline.never.hasPassed)
    #expect(Deadline.after(.seconds(-1)).hasPassed)
  }

  @Test func `it is the clock that runs on through suspend`() throws {
    let before = Deadline.now
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    let judged = Deadline(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    #expect(before <= judged && judged <= .now)
  }

  @Test func `what is left for poll is rounded up, and never negative`() {
    #expect(Deadline.never.pollMilliseconds == -1)
    #expect(Deadline.now.pollMilliseconds == 0)
    #expect(Deadline(nanoseconds: 0).pollMilliseconds == 0)
    #expect(Deadline.after(.nanoseconds(1)).pollMilliseconds <= 1)
    #expect((59_000...60_000).contains(Deadline.after(.seconds(60)).pollMilliseconds))
    #expect(Deadline.after(.seconds(1 << 32)).pollMilliseconds == .max)
  }

  @Test func `sums that do not fit are never`() {
    #expect(Deadline.never.advanced(by: .seconds(1)) == .never)
    #expect(Deadline.now.advanced(by: .seconds(9_223_372_036)) == .never)
    #expect(Deadline.now.advanced(by: .seconds(Int64.max)) == .never)
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

  @Test func `the wall clock is the system's`() {
    #expect(abs(WallTime.now.seconds - Int64(time(nil))) <= 1)
    #expect(WallTime(seconds: 1) < WallTime(seconds: 2))
  }
}
