import Base
package import Diagnosis

/// Why a secret could not be kept or had. Never holds the secret.
extension Failure {
  package static func unknownSecret(_ name: String) -> Failure {
    Failure(.secretUnknownName, values: ["name": name, "forms": SecretName.forms.joined(separator: ", ")])
  }

  package static func emptySecret(_ name: String) -> Failure { Failure(.secretEmpty, values: ["name": name]) }

  package static func longSecret(_ name: String, limit: Int) -> Failure {
    Failure(.secretTooLong, values: ["name": name, "limit": String(limit)])
  }

  /// The sealed secret exists, the key to it does not.
  package static func keyMissing(_ keyFile: String) -> Failure {
    Failure(.secretKeyMissing, values: ["keyFile": keyFile])
  }

  /// Others than the owner may read or write the key file.
  package static func keyExposed(_ keyFile: String, mode: UInt32) -> Failure {
    Failure(.secretKeyExposed, values: ["keyFile": keyFile, "mode": octal(mode)])
  }

  package static func keyOfOtherUser(_ keyFile: String, owner: UInt32, user: UInt32) -> Failure {
    Failure(.secretKeyOfOtherUser, values: ["keyFile": keyFile, "owner": String(owner), "user": String(user)])
  }

  package static func keyDamaged(_ keyFile: String) -> Failure {
    Failure(.secretKeyDamaged, values: ["keyFile": keyFile])
  }

  /// The sealed secret does not open: sealed on another device or under another name, or changed.
  package static func sealedOtherwise(_ name: String, file: String, keyFile: String) -> Failure {
    Failure(.secretDoesNotOpen, values: ["name": name, "file": file, "keyFile": keyFile])
  }

  /// Another process has been changing secrets for longer than that takes.
  static func busySecrets(in folder: String) -> Failure { Failure(.secretBusy, values: ["folder": folder]) }
}

/// As chmod takes it: "0640".
private func octal(_ mode: UInt32) -> String {
  let digits = String(mode, radix: 8)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
