import CLinux
import Glibc

/// Tells code that works or waits to stop: it can be waited on, and asked. Once raised it stays raised.
package struct StopSignal: Sendable {
  /// Open for as long as a signal of it is in use.
  private final class Source: Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  private let source: Source?

  private init() { source = nil }

  /// - Parameter descriptor: can be read once it is raised, and from then on.
  package init(readable descriptor: consuming Descriptor) { source = Source(descriptor) }

  /// Never raised.
  package static var never: StopSignal { StopSignal() }

  /// SIGINT and SIGTERM, instead of a handler that runs anywhere.
  ///
  /// To be made on the first thread before any other starts: the signals are blocked from then on.
  package static func signals() throws(SystemError) -> StopSignal {
    StopSignal(
      readable: Descriptor(takingOwnership: try system("watch signals") { clinux_interrupt_descriptor() }))
  }

  package var isRaised: Bool {
    guard let descriptor else { return false }
    return (try? pollOnce([.input(descriptor)], .never, milliseconds: 0)) != nil
  }

  /// What is polled; nil where it is never raised.
  package var descriptor: Int32? { source?.descriptor.number }
}
