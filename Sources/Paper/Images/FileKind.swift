/// What a file is, by its first bytes; its name counts for nothing.
package enum FileKind: Sendable, Equatable {
  /// Becomes pages.
  case image(ImageFormat)
  /// Goes as it is.
  case pdf
  case unknown

  /// How many bytes it takes to tell.
  package static let prefixBytes = 1024

  package init(prefix: [UInt8]) {
    if let format = ImageFormat.all.first(where: { $0.begins(prefix) }) {
      self = .image(format)
    } else {
      self = PDFFile.hasHeader(prefix) ? .pdf : .unknown
    }
  }
}

/// PDFs that are passed on unchanged.
package enum PDFFile {
  /// Whether a file has the marks of a whole PDF: the header within its first 1024 bytes (as readers have
  /// always allowed) and the end in its last.
  ///
  /// - Parameters:
  ///   - prefix: the first 1024 bytes, or all.
  ///   - suffix: the last 1024 bytes, or all.
  package static func looksWhole(prefix: [UInt8], suffix: [UInt8]) -> Bool {
    hasHeader(prefix) && suffix.contains("startxref") && suffix.contains("%%EOF")
  }

  static func hasHeader(_ prefix: [UInt8]) -> Bool { Array(prefix.prefix(FileKind.prefixBytes)).contains("%PDF-") }
}

extension [UInt8] {
  fileprivate func contains(_ word: String) -> Bool {
    let word = Array(word.utf8)
    return indices.contains { self[$0...].starts(with: word) }
  }
}
