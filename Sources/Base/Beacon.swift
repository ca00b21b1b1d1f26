/// Something that one thread says to another once, as a descriptor to poll.
package final class Beacon: Sendable {
  private let pipe: Pipe

  package init() throws(SystemError) { pipe = try Pipe() }

  /// Readable from ``raise()`` on, for everyone who looks.
  package var descriptor: Int32 { pipe.reader.number }

  package var isRaised: Bool { !waitReadable([descriptor], until: .now).isEmpty }

  /// A byte that nobody takes: a pipe has room for thousands.
  package func raise() { try? pipe.writer.write([0]) }
}
