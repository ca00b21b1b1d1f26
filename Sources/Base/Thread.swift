import CLinux
import Glibc

/// A thread beside the caller's, for what may take long while the caller does something else. Its owner
/// waits for its end when it goes, so it never outlives what it works on.
package struct Thread: ~Copyable {
  private let handle: pthread_t

  /// Deeper than any call of ours or of a C library goes, and little where memory is short.
  private static let stackBytes = 1 << 20

  /// - Parameter name: as debuggers show it, at most 15 bytes.
  package init(named name: String, _ work: @escaping @Sendable () -> Void) throws(SystemError) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, Self.stackBytes)
    let task = unsafe Unmanaged.passRetained(ThreadTask(name: name, work: work))
    var handle = pthread_t()
    let error = unsafe pthread_create(
      &handle, &attributes,
      { task in
        if let task = unsafe task { unsafe Unmanaged<ThreadTask>.fromOpaque(task).takeRetainedValue().run() }
        return nil
      }, task.toOpaque())
    if error != 0 {
      unsafe task.release()
      throw SystemError("start thread", name, code: error)
    }
    self.handle = handle
  }

  deinit { pthread_join(handle, nil) }
}

private final class ThreadTask: Sendable {
  private let name: String
  private let work: @Sendable () -> Void

  init(name: String, work: @escaping @Sendable () -> Void) {
    self.name = name
    self.work = work
  }

  func run() {
    unsafe clinux_name_thread(name)
    work()
  }
}
