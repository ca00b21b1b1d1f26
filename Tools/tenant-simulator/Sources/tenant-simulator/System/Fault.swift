import Glibc

/// Why the simulator cannot start or go on, in words for the person who started it.
struct Fault: Error, CustomStringConvertible {
  let description: String
  private(set) var isUsage = false

  init(_ description: String) { self.description = description }

  static func usage(_ description: String) -> Fault {
    var fault = Fault(description)
    fault.isUsage = true
    return fault
  }

  /// A system call that failed, with the reason in `errno`.
  static func system(_ what: String) -> Fault {
    let reason = unsafe strerror(errno)
    return unsafe Fault("\(what): \(reason.map { unsafe String(cString: $0) } ?? "unknown error")")
  }
}
