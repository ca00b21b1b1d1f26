import Base
import Diagnosis

extension StopSignal {
  /// Runs what SIGINT and SIGTERM end early.
  static func watching(_ body: (StopSignal) throws(Failure) -> ExitCode) throws(Failure) -> ExitCode {
    let stop: StopSignal
    do throws(SystemError) { stop = try signals() } catch { throw .cannotRead(error) }
    return try body(stop)
  }
}
