import Glibc

extension Folder {
  /// How often whoever waits for a lock looks again.
  private static let lockPoll = Duration.milliseconds(20)

  /// The folder's own lock of flock(2), for as long as what is given lives: kept by those who read what is in it,
  /// change it and put it back. nil where another process has it until the deadline.
  package static func lock(_ path: String, until deadline: Deadline) throws(SystemError) -> Descriptor? {
    let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
    while try !folder.tryLock() {
      if deadline.hasPassed { return nil }
      _ = waitReadable([], until: min(deadline, .after(lockPoll)))
    }
    return folder
  }
}
