package import Base
import Glibc

/// A folder that is gone when the test is.
package final class TemporaryFolder: Sendable {
  package let path: String

  /// - Parameter parent: "/tmp", unless the folder is to be on a storage of another kind.
  package init(in parent: String = "/tmp") throws(SystemError) {
    var template = Array("\(parent)/platen-test.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemError("make temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package func file(_ name: String) -> String { path + "/" + name }

  @discardableResult package func write(_ text: String, to name: String) throws(SystemError) -> String {
    try write(Array(text.utf8), to: name)
  }

  @discardableResult package func write(_ bytes: [UInt8], to name: String) throws(SystemError) -> String {
    try Folder.replace(file(name), with: bytes, mode: 0o644)
    return file(name)
  }

  deinit { try? Folder.removeTree(path) }
}
