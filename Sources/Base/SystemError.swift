import Glibc

/// A system call that failed: which, on what, and why.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being done, as a verb phrase: "open", "sync", "rename".
  package let operation: String
  /// The path or name it was done to, when there is one.
  package let subject: String?
  package let code: Int32

  package init(_ operation: String, _ subject: String? = nil, code: Int32 = errno) {
    self.operation = operation
    self.subject = subject
    self.code = code
  }

  package var description: String {
    let reason = unsafe String(cString: strerror(code))
    return subject.map { "cannot \(operation) \($0): \(reason)" } ?? "cannot \(operation): \(reason)"
  }

  /// The storage has no room left: full, over quota, or over the file size limit.
  package var isStorageFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
}

/// Repeats a system call that a signal interrupted, and turns its -1 into a ``SystemError``.
@discardableResult
package func system<Result: SignedInteger>(
  _ operation: String, _ subject: String? = nil, _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    if errno != EINTR { throw SystemError(operation, subject) }
  }
}
