import Base
import Glibc

/// Standard output and standard error, unbuffered: a reader sees events when they happen. Without a
/// reader only the output is lost.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
