import Base
import Glibc

/// Time that a ``ScriptedServer`` moves on, a minute for each byte that it writes to a FIFO.
package final class SimulatedTime: Sendable {
  /// What scripts call it by.
  package let path: String
  private let fifo: Descriptor

  /// - Parameter folder: where the FIFO is; it must outlive this.
  package init(in folder: TemporaryFolder, named name: String) throws {
    path = folder.file(name)
    guard unsafe mkfifo(path, 0o600) == 0 else { throw SystemError("make", path) }
    // Both ends: neither this nor a script waits for the other to open it.
    fifo = try Descriptor(opening: path, O_RDWR | O_CLOEXEC)
  }

  /// Where the minutes can be read.
  package var descriptor: Int32 { fifo.number }
}
