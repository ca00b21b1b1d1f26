package import Raster

/// A whole page of a document: what an index line says.
package struct PageEntry: Sendable, Equatable {
  /// From 1.
  package var number: Int
  /// Where the page's bytes begin and end in the page file.
  package var start: Int
  package var end: Int
  /// What the page takes in the document.
  package var bytes: Int { end - start }

  /// A PDF object of the page: its number, and where it begins in the page file.
  package struct Object: Sendable, Equatable {
    package var number: Int
    package var offset: Int
  }

  package var image: Object
  /// The content stream; pages of one size share that of the first of them.
  package var content: Object
  package var page: Object

  package var format: PixelFormat
  package var width: Int
  package var height: Int
  package var xResolution: Double
  package var yResolution: Double
  package var orientation: PageOrientation

  var geometry: PageGeometry {
    PageGeometry(
      width: width, height: height, xResolution: xResolution, yResolution: yResolution, orientation: orientation)
  }
}

/// The objects of every document that are written when it is sealed. Pages follow.
enum ReservedObject {
  static let catalog = 1
  static let pageTree = 2
  static let metadata = 3
  static let profile = 4
  static let information = 5
  static let firstOfPages = 6
}

/// The first bytes of every page file. The comment of bytes above 127 tells programs that the file is binary
/// (ISO 19005-1, 6.1.2); a newer version than 1.4 is told by the catalog, when the document is sealed.
let documentHeader: [UInt8] = Array("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
