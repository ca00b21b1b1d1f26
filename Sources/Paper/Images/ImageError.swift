package import Base

/// Why an image file did not become pages.
package enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  case notAnImage
  /// It ends before its picture does.
  case incomplete(ImageFormat)
  /// It breaks the rules of its format; what the decoder says.
  case damaged(ImageFormat, String)
  /// A form of its format that is not read here.
  case unsupported(ImageFormat, String)
  /// What reads its format is not on this system; what the loader says.
  case libraryAbsent(ImageFormat, library: String, detail: String)
  case tooLarge(width: Int, height: Int)
  case reading(SystemError)
  /// Not the file's fault.
  case document(DocumentError)

  /// For logs; a person reads the sentence of the catalogue of failures.
  package var description: String {
    switch self {
    case .notAnImage: "it is not a \(ImageFormat.names.most) or \(ImageFormat.names.last) image"
    case .incomplete(let format): "it is not a complete \(format.name): it ends early; copy it again"
    case .damaged(let format, let reason): "it is a damaged \(format.name): \(reason.onOneLine())"
    case .unsupported(let format, let form):
      "it is a \(format.name) of a form that is not read here (\(form)); save it as an ordinary one"
    case .libraryAbsent(let format, let library, let detail):
      "it is a \(format.name), which is read with \(library): \(detail.onOneLine())"
    case .tooLarge(let width, let height):
      "it has \(width) by \(height) pixels; at most \(DocumentLimits.sidePixels) a side can be taken"
    case .reading(let error): "\(error)"
    case .document(let error): "\(error)"
    }
  }
}
