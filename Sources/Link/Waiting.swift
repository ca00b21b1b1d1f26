import Base
import Glibc

/// Why nothing more can be done on a socket.
enum WaitFault: Error, Equatable {
  case timedOut
  case interrupted
}

/// Waits until one of `sockets` is ready for its events, or has failed; what each is ready for.
///
/// - Parameter interrupt: a descriptor that ends the wait when it turns readable.
func waitReady(
  _ sockets: [(descriptor: Int32, events: Int16)], until deadline: Deadline, interrupt: Int32?
) throws(WaitFault) -> [Int16] {
  var entries = sockets.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
  if let interrupt { entries.append(pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0)) }
  while true {
    let count = unsafe poll(&entries, nfds_t(entries.count), deadline.pollMilliseconds)
    if count > 0 { break }
    // A poll that a signal broke off is taken up again with what is left of the time.
    if count == 0 && deadline.hasPassed { throw .timedOut }
  }
  if interrupt != nil, entries.removeLast().revents != 0 { throw .interrupted }
  return entries.map(\.revents)
}
