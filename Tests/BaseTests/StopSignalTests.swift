import Base
import Glibc
import TestKit
import Testing

@Suite struct StopSignalTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal raises it, and it stays raised`(number: Int32) async {
    await #expect(processExitsWith: .success) { [number] in
      let stop = try StopSignal.signals()
      let early = stop.isRaised
      #expect(!early)
      #expect(throws: WaitFault.timedOut) { try Clock.system.wait(for: [], until: .passed, stop) }
      raise(number)
      let (first, second) = (stop.isRaised, stop.isRaised)
      #expect(first && second)
      #expect(throws: WaitFault.stopped) { try Clock.system.wait(for: [], until: .never, stop) }
    }
  }

  @Test func `one that nobody can raise is not raised`() {
    #expect(!StopSignal.never.isRaised && StopSignal.never.descriptor == nil)
  }

  @Test func `it can be looked at for as long as somebody has it`() throws {
    var beacon = Optional(try Beacon())
    let stop = try #require(beacon?.signal)
    #expect(!stop.isRaised)
    beacon?.raise()
    beacon = nil
    #expect(stop.isRaised)
  }
}
