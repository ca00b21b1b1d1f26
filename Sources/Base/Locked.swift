import Glibc

/// A value and the lock that guards it.
///
/// A pthread mutex, not `Synchronization.Mutex`: ThreadSanitizer on Linux does not see the latter's
/// futex and reports races that are not there.
@safe package final class Locked<Value: ~Copyable>: @unchecked Sendable {
  // @unchecked Sendable because `value` is only touched while `lock` is held.
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  package init(_ value: consuming sending Value) {
    unsafe lock = .allocate(capacity: 1)
    unsafe lock.initialize(to: .init())
    unsafe pthread_mutex_init(lock, nil)
    self.value = value
  }

  package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return try body(&value)
  }

  deinit {
    unsafe pthread_mutex_destroy(lock)
    unsafe lock.deallocate()
  }
}
