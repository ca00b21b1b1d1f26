import Base
import CTIFF

/// A format of image files that become pages: a row of the table ``all``. Another one is a reader and a row.
package struct ImageFormat: Sendable, Equatable {
  /// For people.
  package let name: String
  /// How names of such files usually end, in small letters; the first is the commonest. What a file is, its first bytes
  /// say.
  package let endings: [String]
  package let mediaType: String
  /// Whether a file that begins so is one; of the first ``FileKind/prefixBytes`` of it, or all.
  let begins: @Sendable (_ prefix: [UInt8]) -> Bool
  /// What its reader needs; nil: nothing that may be absent.
  var library: ImageLibrary?
  /// A file's facts, where it goes into the document unchanged, for PDF readers show it.
  var embedding: @Sendable (ImageFile) throws(ImageError) -> JPEGFacts? = { _ in nil }
  let open: @Sendable (ImageFile, _ spill: () throws(SystemError) -> Descriptor) throws(ImageError) -> any PictureSource

  package static func == (one: ImageFormat, other: ImageFormat) -> Bool { one.name == other.name }
}

extension ImageFormat {
  /// In the order in which people are told of them.
  package static let all = [jpeg, png, tiff, pnm]

  package static let jpeg = ImageFormat(
    name: "JPEG", endings: ["jpg", "jpeg"], mediaType: "image/jpeg", begins: { $0.starts(with: [0xFF, 0xD8, 0xFF]) },
    embedding: { (file) throws(ImageError) in try JPEGFacts(reading: file).embeddable(from: file) },
    open: { (file, _) throws(ImageError) in try JPEGPicture(file) })

  package static let png = ImageFormat(
    name: "PNG", endings: ["png"], mediaType: "image/png",
    begins: { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) },
    open: { (file, spill) throws(ImageError) in try PNGPicture(file, spill: spill) })

  package static let tiff = ImageFormat(
    name: "TIFF", endings: ["tif", "tiff"], mediaType: "image/tiff",
    begins: { prefix in tiffMarks.contains { prefix.starts(with: $0) } },
    library: ImageLibrary(name: "libtiff.so.6") { unsafe ctiff_complaint().map { unsafe String(cString: $0) } },
    open: { (file, _) throws(ImageError) in try TIFFPictures(file) })

  package static let pnm = ImageFormat(
    name: "PNM", endings: ["pnm", "ppm", "pgm", "pbm"], mediaType: "image/x-portable-anymap",
    begins: { $0.count > 2 && $0[0] == UInt8(ascii: "P") && digits.contains($0[1]) && $0[2].endsWordOfPNM },
    open: { (file, _) throws(ImageError) in PNMPictures(file) })

  /// Little and big endian, classic and BigTIFF.
  private static let tiffMarks: [[UInt8]] = [
    [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
  ]

  /// Behind PNM's P.
  private static let digits = UInt8(ascii: "1")...UInt8(ascii: "6")

  /// Their names as a sentence has them: all but the last with commas between, and the last, which stands behind an
  /// "and" or an "or".
  package static var names: (most: String, last: String) {
    (all.dropLast().map(\.name).joined(separator: ", "), all.last?.name ?? "")
  }
}

/// A library that is loaded with the first file that needs it: few starts do, and not every system has it.
package struct ImageLibrary: Sendable {
  /// As the loader knows it: "libtiff.so.6".
  let name: String
  /// Loads it; says why it cannot be used, nil where it can.
  let complaint: @Sendable () -> String?
}

extension UInt8 {
  /// White space as PNM counts it: blank, tab, line feed, vertical tab, form feed, carriage return.
  var isBlank: Bool { self == 32 || (9...13).contains(self) }

  /// A comment may begin right behind a word.
  fileprivate var endsWordOfPNM: Bool { isBlank || self == UInt8(ascii: "#") }
}
