import Base
import Testing

@Suite struct ThreadTests {
  @Test func `whoever lets go of a thread has what it did`() throws {
    let count = Locked(0)
    for _ in 0..<50 {
      var thread = Optional(try Thread(named: "counting") { count.withLock { $0 += 1 } })
      thread = nil
      _ = consume thread
    }
    #expect(count.withLock { $0 } == 50)
  }

  @Test func `a beacon wakes a thread that waits, and stays lit`() throws {
    let (call, answer) = (try Beacon(), try Beacon())
    let thread = try Thread(named: "waiting") {
      _ = Clock.system.wait(for: call.awaited, .never)
      answer.raise()
    }
    #expect(!call.isRaised && !answer.isRaised)
    call.raise()
    _ = consume thread
    #expect(call.isRaised && answer.isRaised && call.isRaised)
  }
}
