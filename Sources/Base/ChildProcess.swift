import CLinux
import Glibc

/// A program started with exactly the environment and the descriptors that are named.
package struct ChildProcess: ~Copyable, Sendable {
  package let identifier: Int32

  /// How a process ended.
  package enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  init(identifier: Int32) { self.identifier = identifier }

  /// Starts `arguments[0]` by that path.
  ///
  /// - Parameters:
  ///   - environment: all the child's variables; nothing is inherited.
  ///   - descriptors: which of our descriptors (value) the child sees under which number (key). Every other
  ///     is closed in it; of 0, 1 and 2, those not named are /dev/null, so that no file gets their number.
  ///   - inOwnGroup: gives the child a process group, so that a terminal's SIGINT reaches only us.
  package init(
    _ arguments: [String], environment: [String: String], descriptors: [Int32: Int32], inOwnGroup: Bool = true
  ) throws(SystemError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe place(descriptors, &actions)
    var attributes = posix_spawnattr_t()
    unsafe clinux_spawn_attributes(&attributes, inOwnGroup ? 1 : 0)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var child = pid_t()
    let variables = environment.map { $0.key + "=" + $0.value }.sorted()
    let error = unsafe withCStrings(arguments) { argv in
      unsafe withCStrings(variables) { envp in
        unsafe posix_spawn(&child, arguments[0], &actions, &attributes, argv, envp)
      }
    }
    if error != 0 { throw SystemError("start", arguments[0], code: error) }
    identifier = child
  }

  package func send(signal: Int32) { kill(identifier, signal) }

  /// Kills a child that has a group of its own, and what it started.
  package func endGroup() { kill(-identifier, SIGKILL) }

  /// A descriptor that turns readable when the process has ended; nil where the kernel has none (before 5.3).
  package func endDescriptor() -> Descriptor? {
    let number = clinux_process_descriptor(identifier)
    return number < 0 ? nil : Descriptor(takingOwnership: number)
  }

  /// Waits for the end and reaps it.
  package func wait() -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) == -1 && errno == EINTR {}
    let signal = clinux_term_signal(status)
    return signal != 0 ? .killed(signal: signal) : .exited(clinux_exit_status(status))
  }
}

/// Has the child see `descriptors` (theirs: ours) and nothing else.
private func place(_ descriptors: [Int32: Int32], _ actions: inout posix_spawn_file_actions_t) {
  // First out of the way of every number in use, as they may overlap; then into place, where dup2 clears
  // close-on-exec.
  let parking = 1 + (Array(descriptors.keys) + descriptors.values + [2]).reduce(0, max)
  let parked = zip(parking..., descriptors)
  for (place, entry) in parked { unsafe posix_spawn_file_actions_adddup2(&actions, entry.value, place) }
  for (place, entry) in parked { unsafe posix_spawn_file_actions_adddup2(&actions, place, entry.key) }
  let last = descriptors.keys.reduce(2, max)
  for number in 0...last where descriptors[number] == nil {
    if number <= 2 {
      unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    } else {
      unsafe posix_spawn_file_actions_addclose(&actions, number)
    }
  }
  unsafe clinux_spawn_close_from(&actions, last + 1)
}

private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies)
}

/// A pipe, both ends close-on-exec.
package struct Pipe: ~Copyable {
  package let reader: Descriptor
  package let writer: Descriptor

  package init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try system("make pipe") { unsafe clinux_pipe(&ends) }
    reader = Descriptor(takingOwnership: ends[0])
    writer = Descriptor(takingOwnership: ends[1])
  }
}

/// Two connected sockets, both close-on-exec, over which one process passes descriptors to another.
package struct SocketPair: ~Copyable {
  package let ours: Descriptor
  package let theirs: Descriptor

  package init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try system("make sockets") { unsafe clinux_socket_pair(&ends) }
    ours = Descriptor(takingOwnership: ends[0])
    theirs = Descriptor(takingOwnership: ends[1])
  }
}

extension Descriptor {
  /// Passes the open file of `other` over this socket.
  package func send(_ other: borrowing Descriptor) throws(SystemError) {
    let passed = other.number
    try system("pass a descriptor") { clinux_send_descriptor(number, passed) }
  }

  /// Waits for the next descriptor that comes over this socket; EPIPE when its other end is closed.
  package func receive() throws(SystemError) -> Descriptor {
    Descriptor(takingOwnership: try system("receive a descriptor") { clinux_receive_descriptor(number) })
  }
}
