import CLinux
import Glibc

/// What is done to names in a folder, by path. Each says which path failed.
package enum Folder {
  /// Makes the folder and its missing parents, readable by its owner only.
  package static func make(_ path: String) throws(SystemError) {
    if try makeLast(path) { return }
    guard let parent = parent(of: path) else { throw SystemError("make folder", path, code: ENOENT) }
    try make(parent)
    if try !makeLast(path) { throw SystemError("make folder", path, code: ENOENT) }
  }

  /// Makes the folder, which may be there; false when its parent is not.
  private static func makeLast(_ path: String) throws(SystemError) -> Bool {
    if unsafe mkdir(path, 0o700) == 0 { return true }
    if errno == ENOENT { return false }
    if errno != EEXIST { throw SystemError("make folder", path) }
    // The path exists: as a folder, a link to one, or something else.
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemError("make folder", path) }
    if status.st_mode & S_IFMT != S_IFDIR { throw SystemError("make folder", path, code: ENOTDIR) }
    return true
  }

  /// Waits until the folder's entries are on the storage: what was made, renamed or removed in it.
  package static func sync(_ path: String) throws(SystemError) {
    try Descriptor(opening: path, O_RDONLY | O_DIRECTORY).sync()
  }

  package static func rename(_ old: String, to new: String) throws(SystemError) {
    try system("rename", old) { unsafe Glibc.rename(old, new) }
  }

  /// Gives the file a second name, which must be free and in the same file system; a link is not followed.
  package static func link(_ path: String, to name: String) throws(SystemError) {
    try system("link", name) { unsafe Glibc.link(path, name) }
  }

  /// Removes a file; one that is not there is no error.
  package static func removeFile(_ path: String) throws(SystemError) {
    if unsafe unlink(path) != 0 && errno != ENOENT { throw SystemError("remove", path) }
  }

  /// Removes a folder and all that is in it; one that is not there is no error. Links are removed, never
  /// followed.
  package static func removeTree(_ path: String) throws(SystemError) {
    guard isFolder(path) || !Folder.exists(path) else { throw SystemError("remove", path, code: ENOTDIR) }
    for name in try names(in: path) {
      let child = path + "/" + name
      if isFolder(child) { try removeTree(child) } else { try removeFile(child) }
    }
    if unsafe rmdir(path) != 0 && errno != ENOENT { throw SystemError("remove", path) }
  }

  /// The names in a folder, sorted, without "." and ".."; none if the folder is not there.
  package static func names(in path: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw SystemError("list", path)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// A folder itself, not a link to one.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The user that what is at `path` belongs to; a link is followed.
  package static func owner(of path: String) throws(SystemError) -> UInt32 {
    var status = stat()
    try system("inspect", path) { unsafe stat(path, &status) }
    return status.st_uid
  }

  /// When the file at `path` was last written; nil if it does not exist.
  package static func modified(_ path: String) -> WallTime? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return WallTime(seconds: Int64(status.st_mtim.tv_sec))
  }

  /// The part before the last "/", or nil where the path has no folder to make.
  package static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }

  /// The whole of a small file.
  package static func contents(of path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
    do throws(SystemError) {
      return try Descriptor(opening: path, O_RDONLY).readToEnd(limit: limit)
    } catch {
      throw SystemError(error.operation, path, code: error.code)
    }
  }

  /// Replaces a file so that after a power cut either the old or the new one is there, whole.
  ///
  /// Two at once for one path must be kept apart by the caller.
  package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
    let temporary = path + ".new"
    do throws(SystemError) {
      // What an interrupted replacement left may have another mode.
      try removeFile(temporary)
      let file = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
      try file.write(bytes)
      try file.sync()
    } catch {
      unsafe unlink(temporary)
      throw SystemError(error.operation, path, code: error.code)
    }
    do throws(SystemError) {
      try rename(temporary, to: path)
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    try sync(parent(of: path) ?? (path.hasPrefix("/") ? "/" : "."))
  }
}
