import Base
import Diagnosis
import Paper

// What people's files have against becoming pages, by the names of the catalogue.

extension Failure {
  /// A file that cannot be sent.
  init(kindUnknownOf path: String) {
    self.init(.inputKindUnknown, values: Failure.formats.merging(["path": path]) { $1 })
  }

  /// What images may be.
  private static var formats: [String: String] {
    ["formats": ImageFormat.names.most, "last": ImageFormat.names.last]
  }

  /// - Parameter path: of the file, as it was given.
  init(_ error: ImageError, of path: String) {
    switch error {
    case .notAnImage: self.init(.inputNoImage, values: Failure.formats.merging(["path": path]) { $1 })
    case .incomplete(let format): self.init(.inputImageIncomplete, values: ["path": path, "kind": format.name])
    case .damaged(let format, let detail):
      self.init(.inputImageDamaged, values: ["path": path, "kind": format.name, "detail": detail])
    case .unsupported(let format, let detail):
      self.init(.inputImageUnsupported, values: ["path": path, "kind": format.name, "detail": detail])
    case .libraryAbsent(let format, let library, let detail):
      self.init(
        .inputImageLibrary, values: ["path": path, "kind": format.name, "library": library, "detail": detail])
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
