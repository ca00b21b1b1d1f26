import Base
import Glibc

/// What the system says of this process.
package enum ProcessEnvironment {
  /// The variables the process was started with, without the secrets that were taken out.
  package static func variables() -> [String: String] {
    let block = (try? Folder.contents(of: "/proc/self/environ", limit: 4 << 20)) ?? []
    var variables: [String: String] = [:]
    for entry in block.split(separator: 0) {
      let text = String(decoding: entry, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return variables
  }

  /// The path of this program's binary.
  package static var program: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    return String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
