package import Base
import Glibc

/// A program that runs beside the tests, reaped the moment it ends.
///
/// swift-testing's exit tests look at one child of this process that has ended, until that is reaped: with one that stays
/// unreaped they see no other, and the test run stands still. So a server that dies early, or whose start fails, must
/// not stay unreaped until its owner goes.
package final class ServerProcess: Sendable {
  package let identifier: Int32
  /// At its end when the process has been reaped.
  private let reaped: Descriptor
  /// false once the process has been reaped: its number may be another one's from then on.
  private let isOurs: Locked<Bool>

  /// Starts a program as `ChildProcess` does, in a process group of its own.
  package init(
    _ arguments: [String], environment: [String: String], descriptors: [Int32: Int32]
  ) throws(SystemError) {
    let end = try Pipe()
    let isOurs = Locked(true)
    self.isOurs = isOurs
    reaped = try end.reader.duplicate()
    let whenReaped = try end.writer.duplicate()
    let child = try ChildProcess(arguments, environment: environment, descriptors: descriptors)
    identifier = child.identifier
    inThread(Reaper(child: child, isOurs: isOurs, whenReaped: whenReaped)) { $0.run() }
  }

  package func send(signal: Int32) {
    isOurs.withLock { if $0 { _ = Glibc.kill(identifier, signal) } }
  }

  /// Also to what it started.
  package func send(signalToGroup signal: Int32) { _ = Glibc.kill(-identifier, signal) }

  /// Waits for the end.
  package func wait() {
    var entry = pollfd(fd: reaped.number, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&entry, 1, -1) == -1 && errno == EINTR {}
  }
}

/// What one thread does with one process.
private final class Reaper: Sendable {
  private let child: ChildProcess
  private let isOurs: Locked<Bool>
  /// Closes with this object.
  private let whenReaped: Descriptor

  init(child: consuming ChildProcess, isOurs: Locked<Bool>, whenReaped: consuming Descriptor) {
    self.child = child
    self.isOurs = isOurs
    self.whenReaped = whenReaped
  }

  func run() {
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(child.identifier), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
    isOurs.withLock {
      _ = child.wait()
      $0 = false
    }
  }
}
