package import Base

/// Why a document did not grow. The pages indexed before stay good.
package enum DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  case storage(SystemError)
  /// Sides that a page cannot have, in pixels; the height is nil where it is not known yet.
  case sides(width: Int, height: Int?)
  /// More rows than a page can have.
  case tooLong(limit: Int)
  /// Pixels an inch that make no sense.
  case resolution(Double)
  /// The page was announced with so many rows, and others came.
  case rows(expected: Int, came: Int)
  case tooManyPages(limit: Int)
  /// The codec's own words.
  case codec(String)

  /// For logs; a person reads the sentence of the catalogue of failures.
  package var description: String {
    switch self {
    case .storage(let error): "\(error)"
    case .sides(let width, let height):
      "cannot make a page of it: \(width) by \(height.map { "\($0)" } ?? "unknown") pixels; a side has 1 to "
        + "\(DocumentLimits.sidePixels)"
    case .tooLong(let limit):
      "cannot make a page of it: it is longer than \(limit) rows; scan at a lower resolution"
    case .resolution(let value): "cannot make a page of it: \(value) pixels an inch"
    case .rows(let expected, let came): "the page was to have \(expected) rows, and \(came) came"
    case .tooManyPages(let limit): "the document is full: it holds at most \(limit) pages; begin another"
    case .codec(let reason): "cannot encode the page: \(reason)"
    }
  }

  package var isStorageFull: Bool { if case .storage(let error) = self { error.isStorageFull } else { false } }
}

/// What a document can hold.
package enum DocumentLimits {
  /// Pixels a side: what libjpeg encodes (JPEG itself ends at 65,535).
  package static let sidePixels = 65_500
  /// Entries of an array that PDF/A-1 allows (PDF 1.4 reference, appendix C), and so of the page list.
  package static let pages = 8191
  /// The last offset that a classic cross-reference table can tell (ten digits).
  package static let bytes = 9_999_999_999
  /// Pixels an inch that make sense; what is outside is a mistake of the source.
  package static let resolution = 1.0...100_000.0
}
