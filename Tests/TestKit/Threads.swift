import Glibc

/// Runs `body` in a thread of its own, that no one waits for: the pool that tests run on has as many as there are
/// processors, and must not be waited on by a test that blocks one.
package func inThread<Work: Sendable>(_ work: Work, _ body: @escaping @Sendable (Work) -> Void) {
  let task = unsafe Unmanaged.passRetained(ThreadTask { body(work) }).toOpaque()
  var thread = pthread_t()
  let error = unsafe pthread_create(
    &thread, nil,
    { task in
      if let task = unsafe task { unsafe Unmanaged<ThreadTask>.fromOpaque(task).takeRetainedValue().body() }
      return nil
    }, task)
  precondition(error == 0, "no thread")
  pthread_detach(thread)
}

private final class ThreadTask: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
