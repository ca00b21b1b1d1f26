import Base
import COpenSSL

/// What OpenSSL left in this thread's error queue.
struct OpenSSLErrors {
  private(set) var codes: [UInt] = []

  mutating func add(_ code: UInt) { codes.append(code) }

  /// The reasons the TLS library gave, first cause first.
  var tlsReasons: [Int32] {
    codes.filter { ERR_GET_LIB($0) == ERR_LIB_SSL }.map { ERR_GET_REASON($0) }
  }

  /// In OpenSSL's words.
  var text: String {
    let reasons = codes.map { code in
      unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
    return reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ")
  }
}

/// Empties this thread's error queue, so that no later call takes old errors for its own.
func drainedErrors() -> OpenSSLErrors {
  var errors = OpenSSLErrors()
  while true {
    let code = ERR_get_error()
    if code == 0 { return errors }
    errors.add(code)
  }
}

/// The version of the OpenSSL that runs, which may be newer than the one compiled against.
package var libraryVersion: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }
