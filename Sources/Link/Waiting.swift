import Base
import Glibc

/// Why nothing more can be done on a socket.
enum WaitFault: Error, Equatable {
  case timedOut
  case interrupted
}

/// Waits until one of `sockets` is ready for its events, or has failed; what each is ready for.
///
/// - Parameters:
///   - interrupt: a descriptor that ends the wait when it turns readable.
///   - clock: the one that `deadline` is of.
func waitReady(
  _ sockets: [(descriptor: Int32, events: Int16)], until deadline: Deadline, interrupt: Int32?,
  clock: WaitClock = WaitClock()
) throws(WaitFault) -> [Int16] {
  var entries = sockets.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
  if let interrupt { entries.append(pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0)) }
  if let leaps = clock.leaps { entries.append(pollfd(fd: leaps, events: Int16(POLLIN), revents: 0)) }
  while true {
    let count = unsafe poll(&entries, nfds_t(entries.count), clock.pollMilliseconds(until: deadline))
    let isLeap = count > 0 && clock.leaps != nil && entries.last?.revents != 0
    if count > (isLeap ? 1 : 0) { break }
    if isLeap { clock.leap() }
    // A poll that a signal broke off is taken up again with what is left of the time.
    if count == 0 && clock.hasPassed(deadline) { throw .timedOut }
  }
  if clock.leaps != nil { entries.removeLast() }
  if interrupt != nil, entries.removeLast().revents != 0 { throw .interrupted }
  return entries.map(\.revents)
}
