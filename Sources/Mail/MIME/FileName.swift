/// File names as any computer of a recipient can store them.
package enum FileName {
  /// What is left of a name that nothing can be kept of.
  private static let fallback = "Scan"
  /// Octets; file systems have 255, and programs like to put " (1)" into the name.
  private static let lengthLimit = 240

  /// The name with every character that some system refuses replaced or dropped.
  ///
  /// "/", "\", ":" and the other characters that Windows forbids become "-"; control characters and those that turn
  /// the writing direction (they can make "fdp.exe" look like "exe.pdf") go; so do spaces and dots around it. A
  /// name that is too long is cut before its extension.
  package static func safe(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars where !scalar.isControl && !turnsDirection(scalar) {
      scalars.append("/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "-" : scalar)
    }
    let trimmed = trimmed(Substring(String(scalars)))
    if trimmed.isEmpty { return fallback }
    return trimmed.utf8.count <= lengthLimit ? String(trimmed) : shortened(trimmed)
  }

  private static func trimmed(_ name: Substring) -> Substring {
    let start = name.drop { $0 == " " || $0 == "." }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "." }) else { return "" }
    return start[...last]
  }

  private static func shortened(_ name: Substring) -> String {
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    // What is this long is no extension.
    let suffix = name[dot...].utf8.count <= 16 ? name[dot...] : ""
    var stem = name.dropLast(suffix.count)
    while stem.utf8.count + suffix.utf8.count > lengthLimit { stem.removeLast() }
    return String(trimmed(stem) + suffix)
  }

  /// Unicode's embedding, override and isolate controls.
  private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
    default: false
    }
  }
}
