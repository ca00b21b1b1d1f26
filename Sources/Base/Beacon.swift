/// Something that one thread says to another once, as a descriptor to poll.
package final class Beacon: Sendable {
  /// For the code that stops when it is raised.
  package let signal: StopSignal
  private let writer: Descriptor

  package init() throws(SystemError) {
    let pipe = try Pipe()
    writer = try pipe.writer.duplicate()
    signal = StopSignal(readable: try pipe.reader.duplicate())
  }

  /// Readable from ``raise()`` on, for everyone who looks.
  package var awaited: Awaited { .input(signal.descriptor ?? -1) }

  package var isRaised: Bool { signal.isRaised }

  /// A byte that is never read: a pipe has room for thousands.
  package func raise() { try? writer.write([0]) }
}
