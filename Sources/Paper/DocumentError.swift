package import Base

/// Why a document did not grow. The pages indexed before stay good.
package enum DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  case storage(SystemError)
  /// The page is outside what a document can hold.
  case layout(String)
  /// The page was announced with so many rows, and others came.
  case rows(expected: Int, came: Int)
  case tooManyPages(limit: Int)
  /// The codec's own words.
  case codec(String)

  package var description: String {
    switch self {
    case .storage(let error): "\(error)"
    case .layout(let reason): "cannot make a page of it: \(reason)"
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
