import Base
import Diagnosis
import Paper

// What people's files have against becoming pages, by the names of the catalogue.

extension Failure {
  /// - Parameter path: of the file, as it was given.
  init(_ error: ImageError, of path: String) {
    switch error {
    case .notAnImage: self.init(.inputNoImage, values: ["path": path])
    case .incomplete(let kind): self.init(.inputImageIncomplete, values: ["path": path, "kind": kind.rawValue])
    case .damaged(let kind, let detail):
      self.init(.inputImageDamaged, values: ["path": path, "kind": kind.rawValue, "detail": detail])
    case .unsupported(let kind, let detail):
      self.init(.inputImageUnsupported, values: ["path": path, "kind": kind.rawValue, "detail": detail])
    case .tooLarge(let width, let height):
      self.init(
        .inputImageTooLarge,
        values: [
          "path": path, "width": String(width), "height": String(height), "limit": String(DocumentLimits.sidePixels),
        ])
    case .reading(let error): self.init(input: error)
    case .document(let error): self.init(error)
    }
  }

  init(_ error: DocumentError) {
    let limit = String(DocumentLimits.sidePixels)
    switch error {
    case .storage(let error): self.init(storage: error)
    case .sides(let width, let height?):
      self.init(
        .inputPageSides, values: ["width": String(width), "height": String(height), "limit": limit])
    case .sides(let width, nil): self.init(.inputPageWidth, values: ["width": String(width), "limit": limit])
    case .tooLong(let limit): self.init(.inputPageTooLong, values: ["limit": String(limit)])
    case .resolution(let value): self.init(.inputPageResolution, values: ["resolution": String(value)])
    case .rows(let expected, let came):
      self.init(.inputPageRows, values: ["expected": String(expected), "came": String(came)])
    case .tooManyPages(let limit): self.init(.inputDocumentFull, values: ["limit": String(limit)])
    case .codec(let detail): self.init(.inputPageNotEncoded, values: ["detail": detail])
    }
  }
}
