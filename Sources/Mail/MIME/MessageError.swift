import Base

/// Why a message cannot be written. Each is input that someone can correct.
package enum MessageError: Error, Sendable, Equatable {
  /// A line end, NUL or other control character in a header's text: it would end or forge a header.
  case controlCharacter(field: String, text: String, Unicode.Scalar)
  /// A file name with "/", which some program that unpacks the message would take for a folder.
  case slash(fileName: String)
  case noFileName
  /// Not "type/subtype" (RFC 2045 section 5.1).
  case mediaType(String)
  /// Not "<local@domain>" in printable ASCII.
  case messageID(String)
  /// Not one that `Boundary` makes.
  case boundary(String)
  /// Bytes of an attachment; negative, or beyond what any server takes.
  case size(fileName: String, Int)
}

extension MessageError: CustomStringConvertible {
  /// One line: what is wrong, the value, what to do. For logs; a person reads the catalogue's sentence.
  package var description: String {
    switch self {
    case .controlCharacter(let field, let text, let scalar):
      "\(field) \"\(text.onOneLine(limit: 120))\" contains the control character \(scalar.codePoint): remove it"
    case .slash(let name): "The file name \"\(name.onOneLine(limit: 120))\" contains \"/\": use another character"
    case .noFileName: "An attachment has an empty file name: give it one"
    case .mediaType(let type): "\"\(type.onOneLine(limit: 120))\" is no media type: write it like application/pdf"
    case .messageID(let id): "\"\(id.onOneLine(limit: 120))\" is no Message-ID: write it like <unique@example.com>"
    case .boundary(let text): "\"\(text.onOneLine(limit: 120))\" is no boundary: make it with Boundary.make"
    case .size(let name, let size): "\"\(name.onOneLine(limit: 120))\" has an impossible size of \(size) bytes"
    }
  }
}

extension String {
  /// The text as a header may hold it: tabs become spaces, any other control character is refused.
  ///
  /// - Parameter field: what the text is, for the error.
  func headerSafe(as field: String) throws(MessageError) -> String {
    if let control = unicodeScalars.first(where: { $0.isControl && $0 != "\t" }) {
      throw .controlCharacter(field: field, text: self, control)
    }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\t" ? " " : $0 }))
  }
}
