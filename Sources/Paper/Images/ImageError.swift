package import Base

/// Why an image file did not become pages.
package enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  case notAnImage
  /// It ends before its picture does.
  case incomplete(FileKind)
  /// It breaks the rules of its kind; what the decoder says.
  case damaged(FileKind, String)
  /// A form of its kind that is not read here.
  case unsupported(FileKind, String)
  case tooLarge(width: Int, height: Int)
  case reading(SystemError)
  /// Not the file's fault.
  case document(DocumentError)

  /// For logs; a person reads the sentence of the catalogue of failures.
  package var description: String {
    switch self {
    case .notAnImage: "it is not a JPEG, PNG, TIFF or PNM image"
    case .incomplete(let kind): "it is not a complete \(kind.rawValue): it ends early; copy it again"
    case .damaged(let kind, let reason): "it is a damaged \(kind.rawValue): \(reason.onOneLine())"
    case .unsupported(let kind, let form):
      "it is a \(kind.rawValue) of a form that is not read here (\(form)); save it as an ordinary one"
    case .tooLarge(let width, let height):
      "it has \(width) by \(height) pixels; at most \(DocumentLimits.sidePixels) a side can be taken"
    case .reading(let error): "\(error)"
    case .document(let error): "\(error)"
    }
  }
}
