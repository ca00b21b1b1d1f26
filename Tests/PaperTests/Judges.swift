import Base
import Paper
import Raster
import TestKit
import Testing

/// Programs that are not ours, asked about a document.
enum Judges {
  /// Fails the test where a reader has anything to say about `path`.
  static func expectClean(_ path: String, pages: Int, _ location: SourceLocation = #_sourceLocation) throws {
    let qpdf = try run(["qpdf", "--check", path])
    #expect(qpdf.exitCode == 0 && qpdf.errors.isEmpty, "\(qpdf.text) \(qpdf.errors)", sourceLocation: location)
    let count = try run(["qpdf", "--show-npages", path])
    #expect(count.text == "\(pages)\n", sourceLocation: location)
    for command in [
      ["gs", "-q", "-sDEVICE=nullpage", "-dNOPAUSE", "-dBATCH", path],
      ["pdftoppm", "-r", "20", path],
      ["mutool", "draw", "-q", "-N", "-r", "20", "-F", "pgm", "-o", "/dev/null", path],
    ] {
      let result = try run(command)
      #expect(result.exitCode == 0 && result.errors.isEmpty, "\(command) \(result.errors)", sourceLocation: location)
    }
  }

  /// PDFBox Preflight, a validator of PDF/A-1b.
  static func preflight(_ path: String) throws -> RunResult {
    let names = ["pdfbox2", "preflight", "xmpbox", "fontbox2", "commons-logging", "javax.activation", "jaxb-api"]
    let jars = names.map { "/usr/share/java/\($0).jar" }
    return try run(
      ["java", "-cp", jars.joined(separator: ":"), "org.apache.pdfbox.preflight.Validator_A1b", path])
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
