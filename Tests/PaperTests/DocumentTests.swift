import Base
import Glibc
import Paper
import Raster
import TestKit
import Testing

@Suite struct DocumentTests {
  private var pages: [Drawing] {
    [
      Drawing(.color, width: 620, height: 877), Drawing(.gray, width: 620, height: 877),
      Drawing(.lineart, width: 620, height: 877), Drawing(.color, width: 333, height: 217).withoutHeight,
      Drawing(.color, width: 300, height: 200, resolution: 200, yResolution: 100),
    ]
  }

  @Test(arguments: DocumentInformation.Conformance.allCases)
  func `every reader takes the document without a word`(_ form: DocumentInformation.Conformance) throws {
    let documents = try Documents()
    try documents.write(pages)
    var information = DocumentInformation.test
    information.conformance = form
    let path = try documents.seal(information)
    try Judges.expectClean(path, pages: 5)
    let facts = try run(["pdfinfo", "-l", "9", path]).text
    #expect(facts.contains("PDF version:     \(form == .a2b ? "1.7" : "1.4")\n"))
    #expect(facts.contains("Producer:        Platen 0.1.0\n"))
    #expect(facts.contains("Page    1 size:  148.8 x 210.48 pts"))
    #expect(facts.contains("Page    5 size:  108 x 144 pts"))
  }

  @Test(arguments: ["Plain", "Ünïcödé ✉ 漢字 🖨", #"a)b(c\d <&> "q""#, "line\nbreak\u{0}\u{7F}", ""])
  func `Preflight accepts the 1b form, whatever the title`(_ title: String) throws {
    let documents = try Documents()
    try documents.write([
      Drawing(.color, width: 100, height: 80), Drawing(.gray, width: 100, height: 80),
      Drawing(.lineart, width: 100, height: 80),
    ])
    var information = DocumentInformation.test
    information.conformance = .a1b
    information.title = title
    let path = try documents.seal(information)
    let verdict = try PDFReaders.preflight(path)
    #expect(verdict.exitCode == 0, "\(verdict.text) \(verdict.errors)")
    #expect(verdict.text.contains("is a valid PDF/A-1b file"))
    try Judges.expectClean(path, pages: 3)
  }

  @Test func `Preflight does find fault with the 2b form`() throws {
    let documents = try Documents()
    try documents.write([Drawing(.gray, width: 10, height: 10)])
    #expect(try PDFReaders.preflight(try documents.seal()).exitCode != 0)
  }

  @Test func `a JPEG page is what cjpeg makes, byte for byte but for the density`() throws {
    let documents = try Documents()
    let pages = pages.filter { $0.layout.format != .lineart }
    try documents.write(pages)
    let images = try Judges.images(of: try documents.seal(), in: documents.folder)
    #expect(images.count == pages.count)
    for (image, page) in zip(images, pages) {
      let reference = try Judges.cjpeg(page)
      #expect(withoutDensity(image) == reference)
      #expect(try Judges.djpeg(image) == (try Judges.djpeg(reference)))
      let density = [UInt8(1), 0, UInt8(clamping: Int(page.layout.xResolution) & 255)]
      #expect(image[13] == density[0])
    }
  }

  @Test(arguments: [1, 7, 16, 17, 64], [1, 30, 75, 100])
  func `rows may come in any portions, and at any quality`(_ rowsAtOnce: Int, _ quality: Int) throws {
    let documents = try Documents()
    let page = Drawing(.color, width: 150, height: 75).withoutHeight
    try documents.write([page], quality: quality, rowsAtOnce: rowsAtOnce)
    let images = try Judges.images(of: try documents.seal(), in: documents.folder)
    #expect(images.map(withoutDensity) == [try Judges.cjpeg(page, quality: quality)])
  }

  @Test(arguments: [PixelFormat.gray, .color])
  func `a page without a height is the same as one with it, at every remainder of a block`(_ format: PixelFormat) throws
  {
    let documents = try Documents()
    let pages = (1...34).map { Drawing(format, width: 37, height: $0, seed: UInt64($0)) }
    try documents.write(pages.map(\.withoutHeight), rowsAtOnce: 5)
    let images = try Judges.images(of: try documents.seal(), in: documents.folder)
    #expect(images.count == pages.count)
    for (image, page) in zip(images, pages) { #expect(withoutDensity(image) == (try Judges.cjpeg(page))) }
  }

  @Test func `odd widths, from one pixel on`() throws {
    let documents = try Documents()
    let pages = (1...17).flatMap { width in
      PixelFormat.allCases.map { Drawing($0, width: width, height: 18 - width, seed: UInt64(width)) }
    }
    try documents.write(pages)
    let path = try documents.seal()
    try Judges.expectClean(path, pages: pages.count)
    let images = try Judges.images(of: path, in: documents.folder, all: false)
    #expect(images.count == pages.count)
    for (image, page) in zip(images, pages) {
      if page.layout.format == .lineart {
        #expect(withoutPadding(image, page) == page.pnm)
      }
    }
  }

  @Test func `lineart comes out bit for bit, and no larger than libtiff makes it`() throws {
    let documents = try Documents()
    let page = Drawing(.lineart, width: 2479, height: 3508).withoutHeight
    try documents.write([page])
    let path = try documents.seal()
    let images = try Judges.images(of: path, in: documents.folder, all: false)
    #expect(images.map { withoutPadding($0, page) } == [page.pnm])
    let pbm = try documents.folder.write(page.pnm, to: "page.pbm")
    let tiff = try run(["pnmtotiff", "-g4", "-rowsperstrip=3508", "-miniswhite", pbm])
    try documents.folder.write(tiff.output, to: "page.tif")
    let strip = try run(["tiffinfo", "-s", documents.folder.file("page.tif")]).text
    let raw = try run(["qpdf", "--show-object=6", "--raw-stream-data", path])
    #expect(strip.contains("\(raw.output.count)]"), "\(raw.output.count) bytes against \(strip)")
  }

  @Test func `the same pages at the same time make the same bytes`() throws {
    func make(_ information: DocumentInformation, seed: UInt64 = 1) throws -> [UInt8] {
      let documents = try Documents()
      try documents.write([Drawing(.gray, width: 50, height: 50, seed: seed), Drawing(.lineart, width: 50, height: 50)])
      return try Folder.contents(of: try documents.seal(information))
    }
    func identifier(_ document: [UInt8]) -> String {
      String(String(decoding: document.suffix(200), as: UTF8.self).split(separator: "/ID[")[1].prefix(34))
    }
    let first = try make(.test)
    #expect(try make(.test) == first)
    var later = DocumentInformation.test
    later.created.seconds += 1
    #expect(identifier(try make(later)) != identifier(first))
    #expect(identifier(try make(.test, seed: 2)) != identifier(first))
  }

  @Test func `a hundred pages cost little more than their images`() throws {
    let documents = try Documents()
    let entries = try documents.write((0..<100).map { Drawing(.lineart, width: 2480, height: 20, seed: UInt64($0)) })
    let path = try documents.seal()
    try Judges.expectClean(path, pages: 100)
    let images = try Judges.images(of: path, in: documents.folder)
    let overhead = try Folder.contents(of: path).count - images.reduce(0) { $0 + $1.count }
    #expect(overhead <= 4096 + 400 * entries.count, "\(overhead)")
    let index = try Folder.contents(of: documents.folder.file(DocumentFile.index))
    #expect(DocumentIndex.entries(index) == entries)
  }

  @Test(
    arguments: [(0, 0), (951_827_696, 330), (1_709_290_800, -570), (4_102_444_799, 840), (-5, 0)] as [(Int64, Int)])
  func `dates are what another calendar says`(_ seconds: Int64, _ offset: Int) throws {
    let documents = try Documents()
    try documents.write([Drawing(.gray, width: 8, height: 8)])
    var information = DocumentInformation.test
    information.created = WallTime(seconds: seconds)
    information.offsetMinutes = offset
    let document = String(decoding: try Folder.contents(of: try documents.seal(information)), as: UTF8.self)
    let sign = offset < 0 ? "-" : "+"
    let script = """
      import datetime as d; t=d.datetime.fromtimestamp(\(seconds), d.timezone(d.timedelta(minutes=\(offset))))
      print(t.strftime("D:%Y%m%d%H%M%S\(sign)")+"%02d'%02d'"%divmod(\(abs(offset)),60), t.isoformat())
      """
    let dates = try run(["/usr/bin/python3", "-c", script]).text.split(whereSeparator: \.isWhitespace)
    #expect(document.contains("/CreationDate(\(dates[0]))/ModDate(\(dates[0]))"))
    #expect(document.contains("<xmp:CreateDate>\(dates[1])</xmp:CreateDate>"))
  }

  @Test func `pages outside what PDF allows are still pages`() throws {
    let documents = try Documents()
    try documents.write([
      Drawing(.lineart, width: 1, height: 1), Drawing(.lineart, width: 8, height: 30_000, resolution: 72),
      Drawing(.gray, width: 5, height: 5, resolution: 1),
    ])
    let path = try documents.seal()
    try Judges.expectClean(path, pages: 3)
    let facts = try run(["pdfinfo", "-l", "9", path]).text
    #expect(facts.contains("Page    1 size:  3 x 3 pts"))
    #expect(facts.contains("Page    3 size:  360 x 360 pts"))
  }

  @Test(arguments: [0, -1, 65_501])
  func `a page that cannot be is refused before a byte is written`(_ side: Int) throws {
    var writer = try Documents().writer()
    let layout = PageLayout(format: .gray, width: side, height: nil, xResolution: 300, yResolution: 300)
    do {
      try writer.beginPage(layout)
      Issue.record("it was taken")
    } catch { #expect("\(error)".contains("a side has 1 to 65500")) }
    for resolution in [0, -300, .nan, .infinity, 1e9] {
      let layout = PageLayout(format: .gray, width: 9, height: nil, xResolution: 300, yResolution: resolution)
      do {
        try writer.beginPage(layout)
        Issue.record("\(resolution) was taken")
      } catch { #expect("\(error)".contains("pixels an inch")) }
    }
  }
}
