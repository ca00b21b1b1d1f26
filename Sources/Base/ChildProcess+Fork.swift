import CLinux
import Glibc

extension ChildProcess {
  /// Starts a child of the same program, which has nothing to load any more.
  ///
  /// Only while the program has one thread: in a child, others' locks would stay locked for ever. The child has a
  /// process group of its own, and no signal blocked. What lay in the caller's memory lies in the child's.
  ///
  /// - Parameters:
  ///   - descriptors: as `init` takes them; 0, 1 and 2 must be among them.
  ///   - isHandedOn: whether the child keeps the variable of that name; the others' texts are nowhere in it.
  ///   - life: all that the child does. Nothing of the caller goes on in it, so that what the caller owns is closed once.
  /// - Throws: also where the process has more than one thread, or their number is unknown.
  package static func fork(
    descriptors: [Int32: Int32], isHandedOn: (String) -> Bool, life: () -> Never
  ) throws(SystemError) -> ChildProcess {
    let threads = try Folder.names(in: "/proc/self/task").count
    if threads != 1 { throw SystemError("fork beside other threads", code: EBUSY) }
    let child = try system("fork") { clinux_fork() }
    if child != 0 { return ChildProcess(identifier: child) }
    clinux_unblock_signals()
    setpgid(0, 0)
    do throws(SystemError) {
      try take(descriptors)
    } catch {
      // Who follows the child sees it end.
      _exit(EX_OSERR)
    }
    for name in environmentNames() where !isHandedOn(name) { eraseVariable(name) }
    life()
  }

  /// Puts our descriptors (values) where they are to be (keys), and closes all others.
  private static func take(_ descriptors: [Int32: Int32]) throws(SystemError) {
    // First out of the way of every number in use, as they may overlap.
    let parking = 1 + (Array(descriptors.keys) + descriptors.values).reduce(2, max)
    for (place, entry) in zip(parking..., descriptors) { try system("place") { dup2(entry.value, place) } }
    for (place, entry) in zip(parking..., descriptors) { try system("place") { dup2(place, entry.key) } }
    let last = descriptors.keys.reduce(2, max)
    try system("close") { clinux_close_from(UInt32(last) + 1) }
  }
}
