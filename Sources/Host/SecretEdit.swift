import Base

/// The right to change secrets, which one process at a time has for a store: what it reads is what it replaces. Lasts
/// as long as this lives. Readers need none, for a file is replaced whole.
package struct SecretEdit: ~Copyable {
  fileprivate let store: SecretStore
  fileprivate let lock: Descriptor

  package func set(_ name: SecretName, to value: [UInt8]) throws(SecretFault) { try store.write(name, value) }

  /// Removes the secret; false if there was none.
  @discardableResult
  package func unset(_ name: SecretName) throws(SecretFault) -> Bool { try store.remove(name) }
}

extension SecretStore {
  /// A change is some files of a few kilobytes and their syncs.
  private static let lockPatience = Duration.seconds(10)

  /// The right to change secrets; waits for another process that has it.
  package func edit() throws(SecretFault) -> SecretEdit {
    do throws(SystemError) {
      try Folder.makeLasting(folder)
      if let lock = try Folder.lock(folder, until: .after(Self.lockPatience)) {
        return SecretEdit(store: self, lock: lock)
      }
    } catch {
      throw .storage(error)
    }
    throw .busy(folder: folder)
  }
}
