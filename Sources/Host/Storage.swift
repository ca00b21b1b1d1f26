package import Base
import Glibc

/// What there is of the storage.
package enum Storage {
  /// The bytes that a user without privileges can still write to the file system that holds `path`.
  package static func freeBytes(at path: String) throws(SystemError) -> Int {
    var status = statvfs()
    try system("measure the storage of", path) { unsafe statvfs(path, &status) }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
