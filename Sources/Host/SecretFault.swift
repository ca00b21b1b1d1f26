package import Base

/// Why a secret could not be kept or had. Never holds the secret. The description is for logs; a person reads the
/// sentence of the catalogue of failures.
package enum SecretFault: Error, Sendable, Equatable, CustomStringConvertible {
  case unknownName(String)
  case empty(name: String)
  case tooLong(name: String, limit: Int)
  /// The sealed secret exists, the key to it does not.
  case keyMissing(keyFile: String)
  /// Others than the owner may read or write the key file.
  case keyExposed(keyFile: String, mode: UInt32)
  case keyOfOtherUser(keyFile: String, owner: UInt32, user: UInt32)
  case keyDamaged(keyFile: String)
  /// The sealed secret does not open: sealed on another device or under another name, or changed.
  case doesNotOpen(name: String, file: String, keyFile: String)
  case storage(SystemError)
  /// Another process has been changing secrets for longer than that takes.
  case busy(folder: String)

  package var description: String {
    switch self {
    case .unknownName(let name):
      "no secret is called \"\(name)\": use one of \(SecretName.forms.joined(separator: ", "))"
    case .empty(let name):
      "the value for \(name) is empty: give it on standard input, or remove the secret with unset"
    case .tooLong(let name, let limit):
      "the value for \(name) is longer than \(limit) bytes: check what was given on standard input"
    case .keyMissing(let keyFile):
      "the device key \(keyFile) is not there: put it back, or set every secret again"
    case .keyExposed(let keyFile, let mode):
      "the device key \(keyFile) is open to other users (mode \(octal(mode))): run chmod 600 \(keyFile), "
        + "and change the secrets if somebody may have read it"
    case .keyOfOtherUser(let keyFile, let owner, let user):
      "the device key \(keyFile) belongs to user \(owner), and this is user \(user): run as that user"
    case .keyDamaged(let keyFile):
      "\(keyFile) is not a device key, or is damaged: put it back, or remove it and set every secret again"
    case .doesNotOpen(let name, let file, let keyFile):
      "the secret \(name) in \(file) does not open with the device key \(keyFile): set it again"
    case .storage(let error):
      "\(error)"
    case .busy(let folder):
      "another process keeps the secrets in \(folder) locked: try again in a moment; if it stays so, end that process"
    }
  }
}

/// As chmod takes it: "0640".
package func octal(_ mode: UInt32) -> String {
  let digits = String(mode, radix: 8)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
