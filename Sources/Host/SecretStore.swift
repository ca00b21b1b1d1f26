package import Base
import Crypto
package import Diagnosis

/// The secrets at rest: one file each, sealed with the device key under the secret's name.
///
/// A box moved to another name or another device does not open. The device key is made when the first
/// secret is set.
package struct SecretStore: Sendable {
  let folder: String
  private let keyFile: String
  let clock: Clock

  /// A secret that is kept, without its value.
  package struct StoredSecret: Sendable, Hashable {
    package let name: SecretName
    package let modified: WallTime
  }

  /// Private keys are the longest of them, with a few kilobytes.
  package static let valueLimit = 65536

  private static let suffix = ".secret"

  /// - Parameters:
  ///   - folder: where the sealed secrets are; made when the first is set.
  ///   - keyFile: the device key, outside the state folder.
  ///   - clock: another process that changes secrets is waited for on it.
  package init(folder: String, keyFile: String, clock: Clock) {
    self.folder = folder
    self.keyFile = keyFile
    self.clock = clock
  }

  package func set(_ name: SecretName, to value: [UInt8]) throws(Failure) {
    try edit { (edit) throws(Failure) in try edit.set(name, to: value) }
  }

  /// Removes the secret; false if there was none.
  @discardableResult
  package func unset(_ name: SecretName) throws(Failure) -> Bool {
    guard Folder.exists(file(name)) else { return false }
    return try edit { (edit) throws(Failure) in try edit.unset(name) }
  }

  /// For code that may change secrets.
  func write(_ name: SecretName, _ value: [UInt8]) throws(Failure) {
    if value.isEmpty { throw .emptySecret(name.text) }
    if value.count > Self.valueLimit { throw .longSecret(name.text, limit: Self.valueLimit) }
    let key = try DeviceKey(at: keyFile)
    let box = SealedBox.seal(value, key: key.bytes, additionalData: Array(name.text.utf8))
    try Failure.storing { () throws(SystemError) in try Folder.replace(file(name), with: box, mode: 0o600) }
  }

  /// The same.
  func remove(_ name: SecretName) throws(Failure) -> Bool {
    guard Folder.exists(file(name)) else { return false }
    try Failure.storing { () throws(SystemError) in
      try Folder.removeFile(file(name))
      try Folder.sync(folder)
    }
    return true
  }

  /// The names that are kept, sorted, and when each was set.
  package func list() throws(Failure) -> [StoredSecret] {
    let files = try Failure.storing { () throws(SystemError) in try Folder.names(in: folder) }
    return files.compactMap { file in
      guard file.hasSuffix(Self.suffix), let name = try? SecretName(String(file.dropLast(Self.suffix.count)))
      else { return nil }
      return Folder.modified(self.file(name)).map { StoredSecret(name: name, modified: $0) }
    }
  }

  /// The secret's value; nil if it is not set.
  package func value(of name: SecretName) throws(Failure) -> [UInt8]? {
    guard Folder.exists(file(name)) else { return nil }
    let box = try Failure.storing { () throws(SystemError) in try Folder.contents(of: file(name)) }
    guard let key = try DeviceKey(readingFrom: keyFile) else { throw .keyMissing(keyFile) }
    do throws(SealedBox.Fault) {
      return try SealedBox.open(box, key: key.bytes, additionalData: Array(name.text.utf8))
    } catch {
      throw .sealedOtherwise(name.text, file: file(name), keyFile: keyFile)
    }
  }

  /// The same, where the environment gives none: what it gives wins over what is kept.
  package func value(of name: SecretName, unlessGivenIn environment: EnvironmentSecrets) throws(Failure) -> [UInt8]? {
    if let given = environment.value(of: name) { return given }
    return try value(of: name)
  }

  private func file(_ name: SecretName) -> String { folder + "/" + name.text + Self.suffix }
}
