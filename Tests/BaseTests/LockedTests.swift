import Base
import Testing

@Suite struct LockedTests {
  private struct Refusal: Error {}

  @Test func `every bump of a shared counter counts`() async {
    let counter = Locked(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<5000 { counter.withLock { $0 += 1 } } } }
    }
    #expect(counter.withLock { $0 } == 40_000)
  }

  @Test func `an error leaves the lock free`() {
    let value = Locked("a")
    #expect(throws: Refusal.self) { try value.withLock { (_) throws(Refusal) in throw Refusal() } }
    value.withLock { $0 += "b" }
    #expect(value.withLock { $0 } == "ab")
  }
}
