import Base
import Glibc

/// A file that is made under a temporary name beside its own, and gets that once it is whole and on the storage.
final class NewFile {
  private let path: String
  private let temporary: String
  private let file: Descriptor

  /// - Parameter path: from the root on; replaced where it exists.
  init(at path: String) throws(SystemError) {
    self.path = path
    temporary = path + ".part"
    file = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o666)
  }

  deinit { unsafe unlink(temporary) }

  /// What a new file has there.
  func permissions() throws(SystemError) -> UInt32 { try file.permissions() }

  /// From where `source` stands to its end.
  func copy(_ source: borrowing Descriptor) throws(SystemError) {
    while case let piece = try source.read(upTo: 1 << 20), !piece.isEmpty { try file.write(piece) }
    try file.sync()
    try finish()
  }

  /// A second name of a file that is on the storage; a copy where that cannot be: in another file system, or one
  /// without links.
  func take(_ stored: String) throws(SystemError) {
    let link = temporary + ".link"
    try Folder.removeFile(link)
    guard (try? Folder.link(stored, to: link)) != nil else {
      return try copy(try Descriptor(opening: stored, O_RDONLY | O_NOFOLLOW))
    }
    do throws(SystemError) {
      try Folder.rename(link, to: temporary)
    } catch {
      unsafe unlink(link)
      throw error
    }
    try finish()
  }

  private func finish() throws(SystemError) {
    try Folder.rename(temporary, to: path)
    try Folder.sync(Folder.parent(of: path) ?? "/")
  }
}
