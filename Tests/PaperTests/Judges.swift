import Base
import Paper
import Raster
import TestKit
import Testing

/// Programs that are not ours, asked about a document.
enum Judges {
  /// Fails the test where a reader has anything to say about `path`.
  static func expectClean(_ path: String, pages: Int, _ location: SourceLocation = #_sourceLocation) throws {
    let complaints = try PDFReaders.complaints(about: path, pages: pages)
    #expect(complaints.isEmpty, "\(complaints)", sourceLocation: location)
  }

  /// The document's images as they are in it, one file each, in order.
  static func images(of path: String, in folder: TemporaryFolder, all: Bool = true) throws -> [[UInt8]] {
    let prefix = "image\(all)"
    let result = try run(["pdfimages"] + (all ? ["-all"] : []) + [path, folder.file(prefix)])
    #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
    let names = try Folder.names(in: folder.path).filter { $0.hasPrefix(prefix + "-") && !$0.hasSuffix(".params") }
    return try names.map { try Folder.contents(of: folder.file($0), limit: 1 << 30) }
  }

  static func cjpeg(_ page: Drawing, quality: Int = 75) throws -> [UInt8] {
    try run(["cjpeg", "-baseline", "-quality", "\(quality)"], input: page.pnm).output
  }

  static func djpeg(_ jpeg: [UInt8]) throws -> [UInt8] { try run(["djpeg", "-pnm"], input: jpeg).output }
}

/// A raw PBM with the bits beyond its width, which are nobody's, blank.
func withoutPadding(_ pbm: [UInt8], _ page: Drawing) -> [UInt8] {
  let rowBytes = page.layout.bytesPerRow
  let unused = rowBytes * 8 - page.layout.width
  var pbm = pbm
  for end in stride(from: pbm.count - 1, through: pbm.count - page.rows.count, by: -rowBytes) {
    pbm[end] &= 0xFF << UInt8(unused)
  }
  return pbm
}

/// A JPEG without its JFIF density, which cjpeg leaves open.
func withoutDensity(_ jpeg: [UInt8]) -> [UInt8] {
  var jpeg = jpeg
  jpeg.replaceSubrange(13..<18, with: [0, 0, 1, 0, 1])
  return jpeg
}
