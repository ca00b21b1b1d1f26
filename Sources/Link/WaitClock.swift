import Base
import Glibc

/// The clock that waits are measured by. It can be made to leap, so that what takes minutes can be seen at once.
package struct WaitClock: Sendable {
  /// Each byte that can be read there is a minute that passes at that moment; nil for time as it is.
  let leaps: Int32?
  private let ahead = Locked(Duration.zero)

  package init(leaps: Int32? = nil) { self.leaps = leaps }

  func deadline(_ seconds: Int) -> Deadline { now.advanced(by: .seconds(seconds)) }

  func hasPassed(_ deadline: Deadline) -> Bool { deadline <= now }

  /// What is left, as poll(2) wants it.
  func pollMilliseconds(until deadline: Deadline) -> Int32 {
    deadline == .never ? -1 : deadline.advanced(by: .zero - ahead.withLock { $0 }).pollMilliseconds
  }

  private var now: Deadline { Deadline.now.advanced(by: ahead.withLock { $0 }) }

  /// Takes the minutes that are there; to be called when ``leaps`` can be read.
  func leap() {
    guard let leaps else { return }
    let minutes = unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      unsafe read(leaps, buffer.baseAddress, buffer.count)
    }
    ahead.withLock { $0 += .seconds(60 * max(0, minutes)) }
  }
}
