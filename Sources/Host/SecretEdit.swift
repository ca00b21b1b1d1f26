import Base
import Glibc

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
  private static let lockPoll = Duration.milliseconds(20)

  /// The right to change secrets; waits for another process that has it.
  package func edit() throws(SecretFault) -> SecretEdit {
    do throws(SystemError) {
      if let lock = try lockFile() { return SecretEdit(store: self, lock: lock) }
    } catch {
      throw .storage(error)
    }
    throw .busy(folder: folder)
  }

  /// nil where another process keeps it for too long.
  private func lockFile() throws(SystemError) -> Descriptor? {
    try Folder.makeLasting(folder)
    let file = try Descriptor(opening: folder + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    let end = Deadline.after(Self.lockPatience)
    while try !file.tryLock() {
      if end.hasPassed { return nil }
      _ = waitReadable([], until: .after(Self.lockPoll))
    }
    return file
  }
}
