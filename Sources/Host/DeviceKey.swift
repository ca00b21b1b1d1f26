import Base
import Crypto
import Diagnosis
import Glibc

/// The key that seals this device's secrets: 32 random bytes behind a line that names the format, in a
/// file outside the state folder that only its owner can read.
struct DeviceKey {
  let bytes: [UInt8]

  private static let header = Array("platen device key 1\n".utf8)

  /// The key in the file; nil if there is no such file.
  init?(readingFrom path: String) throws(Failure) {
    guard Folder.exists(path) else { return nil }
    let contents = try DeviceKey.guardedContents(of: path)
    guard contents.count == Self.header.count + SealedBox.keyLength, contents.starts(with: Self.header) else {
      throw .keyDamaged(path)
    }
    bytes = Array(contents.dropFirst(Self.header.count))
  }

  /// The key in the file, which is made with a new key if it is missing.
  init(at path: String) throws(Failure) {
    if let key = try DeviceKey(readingFrom: path) {
      self = key
      return
    }
    try Failure.storing { () throws(SystemError) in try DeviceKey.make(at: path) }
    // Another process was first; its key counts.
    guard let key = try DeviceKey(readingFrom: path) else { throw .keyMissing(path) }
    self = key
  }

  private static func guardedContents(of path: String) throws(Failure) -> [UInt8] {
    let (status, contents): (stat, [UInt8])
    do throws(SystemError) {
      let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      status = try inspected(file)
      contents = try file.readToEnd(limit: 4096)
    } catch {
      throw Failure(storage: SystemError(error.operation, path, code: error.code))
    }
    if let fault = exposure(status, path: path) { throw fault }
    return contents
  }

  private static func inspected(_ file: borrowing Descriptor) throws(SystemError) -> stat {
    var status = stat()
    let number = file.number
    try system("inspect") { unsafe fstat(number, &status) }
    return status
  }

  /// Writes a new key whole and then gives it its name, unless that is taken: a power cut or a second
  /// process leaves a whole key or none.
  private static func make(at path: String) throws(SystemError) {
    if let folder = Folder.parent(of: path) { try Folder.makeLasting(folder) }
    let temporary = path + "." + hexadecimal(randomBytes(8))
    defer { unsafe unlink(temporary) }
    let file = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try file.write(header + randomBytes(SealedBox.keyLength))
    try file.sync()
    if unsafe link(temporary, path) != 0 && errno != EEXIST { throw SystemError("make", path) }
    try Folder.sync(Folder.parent(of: path) ?? (path.hasPrefix("/") ? "/" : "."))
  }
}

/// Whether another user could have read or replaced the key.
private func exposure(_ status: stat, path: String) -> Failure? {
  if status.st_mode & S_IFMT != S_IFREG { return .keyDamaged(path) }
  let user = geteuid()
  if status.st_uid != user { return .keyOfOtherUser(path, owner: status.st_uid, user: user) }
  if status.st_mode & 0o077 != 0 { return .keyExposed(path, mode: status.st_mode & 0o7777) }
  return nil
}
