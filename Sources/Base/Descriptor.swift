import CLinux
import Glibc

/// A file descriptor with one owner, closed when the owner goes.
///
/// Every descriptor is opened close-on-exec; a child gets only what ``ChildProcess`` names.
package struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  /// Takes over `number`: from here on only this value closes it.
  package init(takingOwnership number: Int32) { self.number = number }

  /// Opens `path` as open(2) does; close-on-exec is always added. `mode` counts when a file is made.
  package init(opening path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemError) {
    number = try system("open", path) { unsafe open(path, flags | O_CLOEXEC, mode) }
  }

  /// Opens `name` below the folder that `folder` is open on.
  package init(
    opening name: String, in folder: borrowing Descriptor, _ flags: Int32, mode: UInt32 = 0o600
  ) throws(SystemError) {
    let parent = folder.number
    number = try system("open", name) { unsafe openat(parent, name, flags | O_CLOEXEC, mode) }
  }

  deinit { close(number) }

  /// Gives the number away without closing it.
  package consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// A second descriptor for the same open file.
  package func duplicate() throws(SystemError) -> Descriptor {
    Descriptor(takingOwnership: try system("duplicate") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }

  // MARK: Bytes

  /// Reads at most `buffer.count` bytes; 0 is the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try system("read") { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
  }

  /// Reads at most `count` bytes; empty is the end.
  package func read(upTo count: Int) throws(SystemError) -> [UInt8] {
    try unsafe bytes(count) { buffer in unsafe Glibc.read(number, buffer.baseAddress, count) }
  }

  /// Reads at most `count` bytes at `offset`, wherever the file position is; empty is the end.
  package func read(upTo count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    try unsafe bytes(count) { buffer in unsafe pread(number, buffer.baseAddress, count, offset) }
  }

  private func bytes(
    _ count: Int, _ call: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemError) {
        filled = try system("read") { unsafe call(buffer) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Everything from the file position to the end, which must come within `limit` bytes (EFBIG otherwise).
  package func readToEnd(limit: Int) throws(SystemError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let piece = try read(upTo: 65536)
      if piece.isEmpty { return all }
      all += piece
      if all.count > limit { throw SystemError("read", code: EFBIG) }
    }
  }

  /// Writes all of `bytes`, however many calls that takes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      done += try system("write") {
        unsafe Glibc.write(number, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
    }
  }

  package func write(_ bytes: [UInt8]) throws(SystemError) {
    try unsafe lending(bytes) { (buffer) throws(SystemError) in try unsafe write(buffer) }
  }

  package func write(_ text: String) throws(SystemError) { try write(Array(text.utf8)) }

  /// Writes all of `bytes` at `offset`. The file must not be open for appending: Linux would append.
  package func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try unsafe lending(bytes) { (buffer) throws(SystemError) in
      var done = 0
      while done < buffer.count {
        done += try system("write") {
          unsafe pwrite(number, buffer.baseAddress?.advanced(by: done), buffer.count - done, offset + done)
        }
      }
    }
  }

  private func lending(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
  ) throws(SystemError) {
    var failure: SystemError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { try unsafe body(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  // MARK: Durability and shape

  /// Waits until the file, or the folder's entries, are on the storage.
  package func sync() throws(SystemError) { try system("sync") { fsync(number) } }

  /// Waits until the file's bytes and its size are on the storage.
  package func syncData() throws(SystemError) { try system("sync") { fdatasync(number) } }

  package func truncate(to size: Int) throws(SystemError) { try system("truncate") { ftruncate(number, size) } }

  package func seek(to offset: Int) throws(SystemError) { try system("seek") { lseek(number, offset, SEEK_SET) } }

  package func size() throws(SystemError) -> Int { Int(try status().st_size) }

  /// The user the file belongs to.
  package func owner() throws(SystemError) -> UInt32 { try status().st_uid }

  /// How many names the file has, in whatever folders of its file system.
  package func nameCount() throws(SystemError) -> Int { Int(try status().st_nlink) }

  /// The permission bits of the file.
  package func permissions() throws(SystemError) -> UInt32 { try status().st_mode & 0o777 }

  package func setPermissions(_ bits: UInt32) throws(SystemError) {
    try system("set permissions") { fchmod(number, bits) }
  }

  private func status() throws(SystemError) -> stat {
    var status = stat()
    try system("inspect") { unsafe fstat(number, &status) }
    return status
  }

  // MARK: Locks

  /// Takes the whole-file lock of flock(2) if it is free; false if another process holds it.
  package func tryLock() throws(SystemError) -> Bool {
    do throws(SystemError) {
      try system("lock") { flock(number, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      if error.code == EWOULDBLOCK { return false }
      throw error
    }
  }
}
