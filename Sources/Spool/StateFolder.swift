import Base
import Diagnosis
import Glibc
import Jobs

/// The names in the state folder that are the spool's.
struct StateFolder {
  let path: String

  var database: String { path + "/spool.sqlite3" }
  var senderLock: String { path + "/sender.lock" }
  var jobs: String { path + "/jobs" }

  func job(_ id: JobID) -> String { jobs + "/" + id.text }

  /// Makes what is missing, for this user alone; refuses what belongs to another.
  ///
  /// Root is refused like anyone else: what it made here the owner could not open.
  func prepare() throws(Failure) {
    try storing(making: true) { () throws(SystemError) in try makeDurably() }
    let owner = try storing { () throws(SystemError) in try Folder.owner(of: path) }
    if let refusal = Self.refusal(path: path, owner: owner, user: geteuid()) { throw refusal }
    try storing(making: true) { () throws(SystemError) in
      let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
      // An existing folder may be open to others, who must not read addresses and documents.
      try system("restrict access to", path) { fchmod(folder.number, 0o700) }
      try Folder.make(jobs)
      // SQLite gives its other files the database's mode.
      _ = try Descriptor(opening: database, O_RDWR | O_CREAT, mode: 0o600)
    }
  }

  /// Makes the folder and its parents, and waits until each is in its parent on the storage.
  ///
  /// Without a database a start before this one may have been killed after making folders and before waiting for
  /// them, so that those that are there are waited for as well.
  private func makeDurably() throws(SystemError) {
    if Folder.exists(database) { return }
    var above: [String] = []
    var child = path
    while let parent = Folder.parent(of: child) {
      above.append(parent)
      child = parent
    }
    above.append(path.hasPrefix("/") ? "/" : ".")
    let ours = zip([path] + above, above).filter { child, _ in !Folder.exists(child) }.map(\.1)
    try Folder.make(path)
    for folder in above {
      do throws(SystemError) {
        try Folder.sync(folder)
      } catch {
        // Far above there may be folders that this user cannot read, and file systems that do not sync folders.
        if ours.contains(folder) { throw error }
      }
    }
  }

  static func refusal(path: String, owner: UInt32, user: UInt32) -> Failure? {
    owner == user ? nil : .foreignFolder(path: path, owner: owner, user: user)
  }
}
