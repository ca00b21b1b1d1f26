import Base
import Glibc
import Paper
import Raster
import TestKit
import Testing

@Suite struct ImageTests {
  private let color = Drawing(.color, width: 203, height: 151)
  private let gray = Drawing(.gray, width: 203, height: 151)
  private let lineart = Drawing(.lineart, width: 203, height: 151)

  // MARK: Kinds

  @Test(
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], .image(.jpeg)), ([0x89, 80, 78, 71, 13, 10, 26, 10], .image(.png)),
      ([0x49, 0x49, 42, 0], .image(.tiff)), ([0x4D, 0x4D, 0, 42], .image(.tiff)),
      (Array("P4\n1 1\n".utf8), .image(.pnm)), (Array("P5#".utf8), .image(.pnm)),
      (Array("P7\n".utf8), .unknown), (Array("P".utf8), .unknown), ([], .unknown),
      (Array("%PDF-1.4".utf8), .pdf), ([0, 0] + Array("%PDF-1.7".utf8), .pdf), ([0xFF, 0xD8], .unknown),
      (Array("MZ".utf8), .unknown),
    ] as [([UInt8], FileKind)])
  func `a file's kind is in its first bytes`(_ prefix: [UInt8], _ kind: FileKind) {
    #expect(FileKind(prefix: prefix) == kind)
  }

  @Test func `each format has a name, an ending and a media type of its own`() {
    let formats = ImageFormat.all
    #expect(Set(formats.map(\.name)).count == formats.count)
    let names = ImageFormat.names
    #expect(names.most.hasPrefix("JPEG, PNG, TIFF") && names.last == formats.last?.name)
    let endings = formats.flatMap(\.endings)
    #expect(Set(endings).count == endings.count && formats.allSatisfy { !$0.endings.isEmpty })
    #expect(Set(formats.map(\.mediaType)).count == formats.count)
    #expect(formats.allSatisfy { $0.mediaType.hasPrefix("image/") })
  }

  @Test func `a PDF that ends early does not look whole`() throws {
    let documents = try Documents()
    try documents.write([Drawing(.gray, width: 300, height: 300)])
    let pdf = try Folder.contents(of: try documents.seal())
    func looksWhole(_ pdf: [UInt8]) -> Bool {
      PDFFile.looksWhole(prefix: Array(pdf.prefix(1024)), suffix: Array(pdf.suffix(1024)))
    }
    #expect(looksWhole(pdf))
    for part in 0..<20 { #expect(!looksWhole(Array(pdf.prefix(pdf.count * part / 20)))) }
    #expect(!looksWhole(Array("<html>%%EOF startxref</html>".utf8)))
  }

  // MARK: Every kind of file

  @Test(arguments: [
    ["pnmtopng"], ["pnmtopng", "-interlace"], ["pnmtotiff", "-none"], ["pnmtotiff", "-lzw"],
    ["pnmtotiff", "-packbits"],
    ["pnmtotiff", "-adobeflate", "-rowsperstrip=7"], ["pnmtotiff", "-msb2lsb"], ["cat"], ["pnmtoplainpnm"],
  ])
  func `a picture without loss becomes the page that its pixels make`(_ command: [String]) throws {
    for page in [color, gray, lineart] {
      let file = try run(command, input: page.pnm)
      try #require(file.exitCode == 0, "\(command) \(file.errors)")
      try expect(pages: [page], of: file.output)
    }
  }

  @Test(arguments: [["-g4"], ["-g3"], ["-g4", "-minisblack"], ["-g4", "-miniswhite"], ["-none", "-minisblack"]])
  func `lineart keeps its polarity`(_ options: [String]) throws {
    try expect(pages: [lineart], of: try run(["pnmtotiff"] + options, input: lineart.pnm).output)
  }

  @Test func `a TIFF of several pages, and one of tiles`() throws {
    let documents = try Documents()
    let names = try [color, lineart, gray].enumerated().map { index, page in
      try documents.folder.write(try run(["pnmtotiff"], input: page.pnm).output, to: "\(index).tif")
    }
    let many = documents.folder.file("many.tif")
    #expect(try run(["tiffcp"] + names + [many]).exitCode == 0)
    try expect(pages: [color, lineart, gray], of: try Folder.contents(of: many))
    let tiled = documents.folder.file("tiled.tif")
    #expect(try run(["tiffcp", "-t", "-w", "64", "-l", "32", names[0], tiled]).exitCode == 0)
    try expect(pages: [color], of: try Folder.contents(of: tiled))
    let reversed = documents.folder.file("reversed.tif")
    #expect(try run(["tiffcp", "-f", "lsb2msb", names[1], reversed]).exitCode == 0)
    try expect(pages: [lineart], of: try Folder.contents(of: reversed))
    let planes = documents.folder.file("planes.tif")
    #expect(try run(["tiffcp", "-p", "separate", names[0], planes]).exitCode == 0)
    try expect(pages: [color], of: try Folder.contents(of: planes))
  }

  @Test func `several PNMs in one file are several pages`() throws {
    try expect(pages: [color, lineart, gray, lineart], of: color.pnm + lineart.pnm + gray.pnm + lineart.pnm)
  }

  @Test func `values of other ranges are scaled`() throws {
    func page(_ header: String, _ bytes: [UInt8], is values: [UInt8]) throws {
      var expected = Drawing(.gray, width: values.count, height: 1)
      expected.rows = values
      try expect(pages: [expected], of: Array(header.utf8) + bytes)
    }
    try page("P5 3 1 1\n", [0, 1, 1], is: [0, 255, 255])
    try page("P5 4 1 65535\n", [0, 0, 0x80, 0, 0xFF, 0xFF, 1, 1], is: [0, 128, 255, 1])
    try page("P5\n# a note\n2 # another\n1\n15\n", [7, 15], is: [119, 255])
    try page("P2 3 1 100 0 50 100", [], is: [0, 128, 255])
  }

  @Test func `sixteen bits, palettes and transparency`() throws {
    let documents = try Documents()
    let script = """
      import struct, zlib, sys
      def chunk(t, d): return struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
      def png(name, w, h, depth, kind, rows, extra=b""):
          raw = b"".join(b"\\0" + r for r in rows)
          open(sys.argv[1] + "/" + name, "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, kind, 0, 0, 0)) + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
      png("gray16", 2, 1, 16, 0, [struct.pack(">HH", 0x8080, 0xFFFF)])
      png("alpha", 3, 1, 8, 6, [bytes([10,20,30,255, 10,20,30,0, 0,0,0,128])])
      png("grayalpha16", 2, 1, 16, 4, [struct.pack(">HHHH", 0, 0xFFFF, 0, 0)])
      png("palette", 3, 1, 2, 3, [bytes([0b00011000])], chunk(b"PLTE", bytes([1,2,3, 200,100,50, 9,9,9])) )
      png("bilevel", 9, 2, 1, 3, [b"\\x80\\x80", b"\\x01\\x00"], chunk(b"PLTE", bytes([255,255,255, 0,0,0])))
      png("bilevel2", 9, 2, 1, 3, [b"\\x7f\\x7f", b"\\xfe\\xff"], chunk(b"PLTE", bytes([0,0,0, 255,255,255])))
      png("dense", 9, 2, 1, 0, [b"\\x7f\\x7f", b"\\xfe\\xff"], chunk(b"pHYs", struct.pack(">IIB", 23622, 11811, 1)))
      """
    #expect(try run(["/usr/bin/python3", "-c", script, documents.folder.path]).exitCode == 0)
    func expect(_ name: String, _ format: PixelFormat, width: Int, rows: [UInt8]) throws {
      var page = Drawing(format, width: width, height: 1)
      page.rows = rows
      try self.expect(pages: [page], of: try Folder.contents(of: documents.folder.file(name)))
    }
    try expect("gray16", .gray, width: 2, rows: [128, 255])
    try expect("alpha", .color, width: 3, rows: [10, 20, 30, 255, 255, 255, 127, 127, 127])
    try expect("grayalpha16", .gray, width: 2, rows: [0, 255])
    try expect("palette", .color, width: 3, rows: [1, 2, 3, 200, 100, 50, 9, 9, 9])
    for name in ["bilevel", "bilevel2", "dense"] {
      try expect(name, .lineart, width: 9, rows: [0x80, 0x80, 0x01, 0])
    }
    let entries = try append(try Folder.contents(of: documents.folder.file("dense")), to: Documents())
    #expect(entries[0].xResolution == 600 && entries[0].yResolution == 300)
  }

  // MARK: JPEG

  @Test(arguments: [
    [], ["-progressive"], ["-grayscale"], ["-restart", "1"], ["-optimize"], ["-sample", "1x1"], ["-rgb"],
  ])
  func `a JPEG goes in unchanged`(_ options: [String]) throws {
    let jpeg = try run(["cjpeg"] + options, input: color.pnm).output
    let documents = try Documents()
    let entries = try append(jpeg + Array("what cameras put behind".utf8), to: documents)
    #expect(entries[0].format == (options == ["-grayscale"] ? .gray : .color) && entries[0].xResolution == 300)
    let path = try documents.seal()
    try Judges.expectClean(path, pages: 1)
    #expect(try Judges.images(of: path, in: documents.folder) == [jpeg])
  }

  @Test(arguments: ["-arithmetic", "-rgb"])
  func `a JPEG that PDF readers cannot show is decoded`(_ form: String) throws {
    var jpeg = try run(["cjpeg", "-quality", "100", form], input: color.pnm).output
    // Adobe's segment alone would tell a PDF reader that it is RGB.
    if form == "-rgb" { jpeg.removeSubrange(2..<18) }
    let documents = try Documents()
    try append(jpeg, to: documents)
    let path = try documents.seal()
    try Judges.expectClean(path, pages: 1)
    var page = color
    page.rows = Array(try Judges.djpeg(jpeg).suffix(color.rows.count))
    #expect(try Judges.images(of: path, in: documents.folder).map(withoutDensity) == [try Judges.cjpeg(page)])
  }

  @Test(
    arguments: [("1 0 0 0", [0, 255, 255]), ("0 0 0 1", [0, 0, 0]), ("0 1 1 0", [255, 0, 0])] as [(String, [UInt8])])
  func `inks become the colours they print`(_ inks: String, _ color: [UInt8]) throws {
    let documents = try Documents()
    let file = documents.folder.file("ink.jpg")
    let paint = "\(inks) setcmykcolor 0 0 32 32 rectfill showpage"
    #expect(try run(["gs", "-q", "-sDEVICE=jpegcmyk", "-g32x32", "-r72", "-o", file, "-c", paint]).exitCode == 0)
    let entries = try append(try Folder.contents(of: file), to: documents)
    #expect(entries[0].format == .color)
    let pixels = try Judges.djpeg(try Judges.images(of: try documents.seal(), in: documents.folder)[0])
    for (value, expected) in zip(pixels.suffix(3), color) { #expect(abs(Int(value) - Int(expected)) < 8) }
  }

  @Test(arguments: 1...8)
  func `Exif's orientation and density are the page's`(_ orientation: Int) throws {
    var exif = Array("Exif\0\0MM\0*\0\0\0\u{8}\0\u{4}".utf8)
    exif += [1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0]
    exif += [1, 0x1A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 62, 1, 0x1B, 0, 5, 0, 0, 0, 1, 0, 0, 0, 62]
    exif += [1, 0x28, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 144, 0, 0, 0, 2]
    // Black in the stored upper left corner, on white.
    var page = Drawing(.gray, width: 60, height: 40)
    page.rows = (0..<2400).map { $0 % 60 < 30 && $0 / 60 < 20 ? 0 : 255 }
    var jpeg = try Judges.cjpeg(page)
    jpeg.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
    let documents = try Documents()
    let entry = try append(jpeg, to: documents)[0]
    #expect(entry.orientation.rawValue == orientation && entry.xResolution == 72)
    let path = try documents.seal()
    try Judges.expectClean(path, pages: 1)
    // pnm of the page as shown, at 72 dpi: which corner is black?
    let shown = try run(["pdftoppm", "-r", "72", "-gray", path]).output
    let isTurned = orientation >= 5
    #expect(shown.starts(with: Array((isTurned ? "P5\n40 60\n" : "P5\n60 40\n").utf8)))
    let pixels = Array(shown.suffix(2400))
    let (width, height) = isTurned ? (40, 60) : (60, 40)
    let corners = [
      pixels[2 * width + 2], pixels[2 * width + width - 3], pixels[(height - 3) * width + width - 3],
      pixels[(height - 3) * width + 2],
    ].map { $0 < 100 }
    let black = [1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3][orientation]
    #expect(corners.enumerated().filter(\.element).map(\.offset) == [black])
  }

  // MARK: Broken files

  private var everyKind: [(name: String, bytes: [UInt8])] {
    get throws {
      [
        ("JPEG", try Judges.cjpeg(color)), ("PNM", color.pnm), ("PBM", lineart.pnm),
        ("progressive", try run(["cjpeg", "-progressive"], input: color.pnm).output),
        ("RGB JPEG", try run(["cjpeg", "-rgb"], input: color.pnm).output),
        ("PNG", try run(["pnmtopng"], input: color.pnm).output),
        ("interlaced PNG", try run(["pnmtopng", "-interlace"], input: gray.pnm).output),
        ("TIFF", try run(["pnmtotiff", "-lzw"], input: color.pnm).output),
        ("plain TIFF", try run(["pnmtotiff", "-none"], input: gray.pnm).output),
        ("fax TIFF", try run(["pnmtotiff", "-g4"], input: lineart.pnm).output),
        ("plain PNM", try run(["pnmtoplainpnm"], input: gray.pnm).output),
      ]
    }
  }

  @Test func `a file cut anywhere is refused by name, and leaves no page`() throws {
    for (name, bytes) in try everyKind {
      try expect(pages: 1, of: bytes, name)
      for part in 0..<20 {
        let documents = try Documents()
        do {
          try append(Array(bytes.prefix(bytes.count * part / 20)), to: documents)
          Issue.record("\(name) cut at \(part)/20 was taken")
        } catch let error as ImageError {
          if case .document = error { Issue.record("\(name) at \(part)/20: \(error)") }
          if part > 1, name != "TIFF", !name.hasSuffix(" TIFF") {
            guard case .incomplete = error else {
              Issue.record("\(name) at \(part)/20: \(error)")
              continue
            }
          }
        }
        #expect(try documents.index.isEmpty)
      }
    }
  }

  @Test func `a file with its middle missing is refused where it can be told`() throws {
    for (name, bytes) in try everyKind where ["JPEG", "RGB JPEG", "PNG", "interlaced PNG", "fax TIFF"].contains(name) {
      let hole = bytes.count * 2 / 5..<bytes.count * 3 / 5
      var damaged = bytes
      if name.hasSuffix("TIFF") {
        damaged.replaceSubrange(hole, with: [UInt8](repeating: 0, count: hole.count))
      } else {
        damaged.removeSubrange(hole)
      }
      #expect(throws: ImageError.self, "\(name)") { try append(damaged, to: Documents()) }
    }
  }

  /// Nothing here may crash; what it makes of a broken file is either an error or a document that reads well.
  @Test func `broken files do no harm`() throws {
    var noise = Noise(seed: 11)
    for (name, bytes) in try everyKind {
      for _ in 0..<25 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...6, using: &noise) {
          let place = Int.random(in: 0..<min(changed.count, Bool.random(using: &noise) ? 400 : .max), using: &noise)
          changed[place] = UInt8.random(in: 0...255, using: &noise)
        }
        let documents = try Documents()
        do {
          try append(changed, to: documents)
          // What is decoded and encoded anew cannot but read well.
          guard name == "JPEG" || name == "progressive" else { continue }
          let check = try run(["qpdf", "--check", try documents.seal()])
          #expect(check.exitCode == 0, "\(name)")
        } catch { #expect(error is ImageError, "\(name) \(error)") }
      }
    }
  }

  @Test func `a picture too large, or of nothing, is refused at once`() throws {
    for header in [
      "P5 65501 1 255\n", "P6 1 99999999 255\n", "P4 999999999999999999999 1\n", "P5 0 5 255\n",
      "P5 5 5 0\n", "P5 5 5 65536\n",
    ] {
      #expect(throws: ImageError.self) { try append(Array(header.utf8), to: Documents()) }
    }
  }

  @Test func `something else is not an image`() throws {
    for bytes in [[], Array("%PDF-1.4".utf8), Array("hello".utf8)] as [[UInt8]] {
      #expect(throws: ImageError.notAnImage) { try append(bytes, to: Documents()) }
    }
  }

  // MARK: Doing it

  @discardableResult
  private func append(_ bytes: [UInt8], to documents: Documents) throws -> [PageEntry] {
    let path = try documents.folder.write(bytes, to: "input")
    var writer = try documents.writer()
    return try writer.append(image: try ImageReader(Descriptor(opening: path, O_RDONLY)))
  }

  private func expect(pages count: Int, of bytes: [UInt8], _ name: String) throws {
    #expect(try append(bytes, to: Documents()).count == count, "\(name)")
  }

  /// Expects the document of `bytes` to hold exactly `pages`: lineart bit for bit, others as cjpeg makes them.
  private func expect(
    pages: [Drawing], of bytes: [UInt8], _ location: SourceLocation = #_sourceLocation
  ) throws {
    let documents = try Documents()
    let entries = try append(bytes, to: documents)
    #expect(entries.map(\.format) == pages.map(\.layout.format), sourceLocation: location)
    let path = try documents.seal()
    try Judges.expectClean(path, pages: pages.count, location)
    let encoded = try Judges.images(of: path, in: documents.folder)
    let decoded = try Judges.images(of: path, in: documents.folder, all: false)
    for (index, page) in pages.enumerated() {
      if page.layout.format == .lineart {
        #expect(withoutPadding(decoded[index], page) == page.pnm, sourceLocation: location)
      } else {
        #expect(withoutDensity(encoded[index]) == (try Judges.cjpeg(page)), sourceLocation: location)
      }
    }
  }
}
