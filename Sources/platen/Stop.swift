import Base
import Diagnosis

/// What a person breaks a run off with.
struct Stop {
  /// Readable once that has happened; nil where it cannot.
  let descriptor: Int32?

  var isRaised: Bool { descriptor.map { !waitReadable([$0], until: .now).isEmpty } ?? false }

  /// Runs what SIGINT and SIGTERM end early.
  static func watching(_ body: (Stop) throws(Failure) -> ExitCode) throws(Failure) -> ExitCode {
    let interrupt = try interrupt()
    defer { _ = interrupt.descriptor }
    return try body(Stop(descriptor: interrupt.descriptor))
  }

  private static func interrupt() throws(Failure) -> Interrupt {
    do throws(SystemError) { return try Interrupt() } catch { throw .cannotRead(error) }
  }
}
