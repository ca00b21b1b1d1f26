import Base
import Jobs
import Testing

/// What is waited counts whatever is done to the date, and is never counted too much.
@Suite struct `A wait` {
  @Test func `runs within one run of the system, to the nanosecond`() {
    let wait = Wait(.milliseconds(16_500), from: moment)
    #expect(wait.left(at: moment.advanced(by: .milliseconds(16_499))) == .milliseconds(1))
    #expect(wait.left(at: moment.advanced(by: .milliseconds(16_500))) == .zero)
    #expect(wait.left(at: moment.advanced(by: .seconds(1000))) == .zero)
    #expect(wait.end == WallTime(seconds: now.seconds + 17))
  }

  @Test func `from one run to another by two dates, else by the age of the run`() {
    #expect(minute.left(at: Moment(boot: "two", sinceBoot: .seconds(5), wall: later)) == .zero)
    #expect(minute.left(at: Moment(boot: "two", sinceBoot: .seconds(5))) == .seconds(55))
    // A date that went back takes nothing away.
    #expect(minute.left(at: Moment(boot: "two", sinceBoot: .seconds(5), wall: WallTime(seconds: 0))) == .seconds(55))
  }

  @Test func `is told anew by whatever can tell more`() {
    let dark = Moment(boot: "one", sinceBoot: .seconds(1010))
    #expect(!minute.isBetterTold(at: laterMoment) && !minute.isBetterTold(at: dark))
    #expect(minute.isBetterTold(at: Moment(boot: "two", sinceBoot: .zero)))
    let told = minute.told(at: dark)
    #expect(told.left(at: dark) == .seconds(50) && told.end == nil)
    #expect(told.isBetterTold(at: laterMoment) && told.left(at: laterMoment) == .zero)
  }
}
