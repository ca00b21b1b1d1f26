/// What a file is, by its first bytes; its name counts for nothing.
package enum FileKind: String, Sendable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case tiff = "TIFF"
  case pnm = "PNM"
  case pdf = "PDF"
  case unknown

  /// How many bytes it takes to tell.
  package static let prefixBytes = 1024

  package init(prefix: [UInt8]) {
    self =
      if prefix.starts(with: [0xFF, 0xD8, 0xFF]) {
        .jpeg
      } else if prefix.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
        .png
      } else if FileKind.tiffMarks.contains(where: prefix.starts) {
        .tiff
      } else if FileKind.isPNM(prefix) {
        .pnm
      } else if PDFFile.hasHeader(prefix) {
        .pdf
      } else {
        .unknown
      }
  }

  /// Little and big endian, classic and BigTIFF.
  private static let tiffMarks: [[UInt8]] = [
    [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
  ]

  private static func isPNM(_ prefix: [UInt8]) -> Bool {
    prefix.count > 2 && prefix[0] == UInt8(ascii: "P")
      && (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(prefix[1])
      && (prefix[2].isBlank || prefix[2] == UInt8(ascii: "#"))
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

extension UInt8 {
  /// White space as PNM counts it: blank, tab, line feed, vertical tab, form feed, carriage return.
  var isBlank: Bool { self == 32 || (9...13).contains(self) }
}
