import Base
package import Diagnosis

/// The right to change secrets, which one process at a time has for a store: what it reads is what it replaces. It ends
/// with the edit that gives it. Readers need none, for a file is replaced whole.
package struct SecretEdit: ~Copyable {
  private let store: SecretStore

  fileprivate init(_ store: SecretStore) { self.store = store }

  package func set(_ name: SecretName, to value: [UInt8]) throws(Failure) { try store.write(name, value) }

  /// Removes the secret; false if there was none.
  @discardableResult
  package func unset(_ name: SecretName) throws(Failure) -> Bool { try store.remove(name) }
}

extension SecretStore {
  /// A change is some files of a few kilobytes and their syncs.
  private static let lockPatience = Duration.seconds(10)

  /// Changes secrets; waits for another process that does.
  package func edit<Value>(
    _ body: (borrowing SecretEdit) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try Failure.storing { () throws(SystemError) in try Folder.makeLasting(folder) }
    let patience = clock.after(Self.lockPatience)
    let done = try Folder.withLock(folder, until: patience, clock, refused: Failure.init(storage:)) {
      () throws(Failure) in try body(SecretEdit(self))
    }
    guard let done else { throw .busySecrets(in: folder) }
    return done
  }
}
