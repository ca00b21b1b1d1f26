import Base
import Glibc
import Jobs

/// The worker's voice. A parent that does not listen any more ends the worker.
final class Reporter {
  private let pipe: Descriptor
  /// The worker's.
  let clock: Clock
  private var lastReport = Deadline(nanoseconds: 0)

  /// Between two signs of life while bytes flow.
  private static let heartbeat = Duration.milliseconds(250)

  init(pipe: consuming Descriptor, clock: Clock) {
    self.pipe = pipe
    self.clock = clock
  }

  func send(_ report: Report) {
    do throws(SystemError) {
      try pipe.write(ReportFrame.encode(report))
    } catch {
      _exit(1)
    }
    lastReport = clock.now
  }

  func say(_ progress: ScanProgress) { send(.progress(progress)) }

  /// Must come before each call into the driver: the parent's watchdog counts from it.
  func begin(_ call: DriverCall) { send(.began(call)) }

  /// Bytes have come; tells so if the last report is long enough ago.
  func beat(_ progress: @autoclosure () -> ScanProgress) {
    if clock.now.since(lastReport) >= Self.heartbeat { say(progress()) }
  }
}
