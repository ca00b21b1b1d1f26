import CLinux
import Glibc

/// SIGINT and SIGTERM as something to poll, instead of a handler that runs anywhere.
///
/// To be made on the first thread before any other starts: the signals are blocked from then on.
package struct Interrupt: ~Copyable, Sendable {
  private let signals: Descriptor

  package init() throws(SystemError) {
    signals = Descriptor(takingOwnership: try system("watch signals") { clinux_interrupt_descriptor() })
  }

  /// Readable as soon as a signal is there, and from then on.
  package var descriptor: Int32 { signals.number }

  /// True once either signal came; it stays pending, so every later look says the same.
  package var isRaised: Bool { waitReadable([descriptor], until: .now).contains(descriptor) }
}

/// Waits until one of `descriptors` can be read (or has ended), or the deadline; which can.
package func waitReadable(_ descriptors: [Int32], until deadline: Deadline) -> Set<Int32> {
  wait(descriptors, for: Int16(POLLIN), until: deadline)
}

/// Waits until one of `descriptors` is ready for `events` (or has failed), or the deadline; which are.
package func wait(_ descriptors: [Int32], for events: Int16, until deadline: Deadline) -> Set<Int32> {
  var entries = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
  while unsafe poll(&entries, nfds_t(entries.count), deadline.pollMilliseconds) == -1 && errno == EINTR {}
  return Set(entries.filter { $0.revents != 0 }.map(\.fd))
}
