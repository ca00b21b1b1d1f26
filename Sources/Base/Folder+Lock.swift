import Glibc

extension Folder {
  /// How often a waiting process tries the lock again.
  private static let lockPoll = Duration.milliseconds(20)

  /// Does something under the folder's own lock of flock(2), which is kept by those who read what is in it, change it
  /// and put it back.
  ///
  /// - Returns: nil, and nothing is done, where another process has the lock until the deadline.
  package static func withLock<Value, Refusal: Error>(
    _ path: String, until deadline: Deadline, _ clock: Clock, refused: (SystemError) -> Refusal,
    _ body: () throws(Refusal) -> Value
  ) throws(Refusal) -> Value? {
    let folder: Descriptor?
    do throws(SystemError) {
      folder = try lock(path, until: deadline, clock)
    } catch {
      throw refused(error)
    }
    guard let folder else { return nil }
    return try withExtendedLifetime(folder, body)
  }

  private static func lock(
    _ path: String, until deadline: Deadline, _ clock: Clock
  ) throws(SystemError) -> Descriptor? {
    let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
    while try !folder.tryLock() {
      if clock.hasPassed(deadline) { return nil }
      _ = clock.wait(until: min(deadline, clock.after(lockPoll)), .never)
    }
    return folder
  }
}
