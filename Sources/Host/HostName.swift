import Glibc

/// The name this machine goes by.
package enum HostName {
  /// The system's host name, with its domain where the system has one in it; "localhost" where it has none
  /// that can stand in a greeting (RFC 5321 section 4.1.2: letters, digits and hyphens between dots).
  package static var current: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return isDomain(name) ? name : "localhost"
  }

  /// Whether `name` is a domain in the sense of the SMTP greeting.
  package static func isDomain(_ name: String) -> Bool {
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253 && labels.allSatisfy(isLabel)
  }

  private static func isLabel(_ label: Substring) -> Bool {
    let isAllowed = { (byte: UInt8) in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45
    }
    return (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isAllowed)
      && !label.hasPrefix("-") && !label.hasSuffix("-")
  }
}
