/// File names that every system takes which a document may be saved on.
package enum DocumentName {
  /// Bytes, with the extension. Most file systems take 255; mail programs and sync clients add to it.
  package static let longest = 200
  private static let suffix = ".pdf"

  /// A name made of `text`: no separators, nothing that Windows forbids, no control or direction characters,
  /// no leading or trailing dots and blanks, at most ``longest`` bytes, ending with ".pdf".
  package static func safe(_ text: String) -> String {
    var name = trimmed(String(String.UnicodeScalarView(text.unicodeScalars.compactMap(replacement))))
    if name.lowercased().hasSuffix(suffix) { name = trimmed(String(name.dropLast(suffix.count))) }
    while name.utf8.count > longest - suffix.utf8.count { name.removeLast() }
    name = trimmed(name)
    return (name.isEmpty ? "Scan" : name) + suffix
  }

  private static func replacement(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "/", "\\", ":", "*", "?", "\"", "<", ">", "|": "-"
    // Joiners, which some scripts cannot be written without.
    case "\u{200C}", "\u{200D}": scalar
    default:
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: " "
      // Marks of direction among them, which make a name look like another.
      case .format, .surrogate, .unassigned, .privateUse: nil
      default: scalar
      }
    }
  }

  private static func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while let first = rest.first, first == "." || first == " " { rest.removeFirst() }
    while let last = rest.last, last == "." || last == " " { rest.removeLast() }
    return String(rest)
  }
}
