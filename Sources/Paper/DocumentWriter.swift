import Base
package import Raster

/// Writes pages to the end of a document, each safe on the storage before the next begins.
///
/// The document is one file that only grows; what an index line tells of never changes again. A writer on a
/// document that was broken off continues after its last indexed page.
package struct DocumentWriter: ~Copyable {
  private let storage: any DocumentStorage
  private let quality: Int
  private var last: PageEntry?
  /// Where the indexed pages end: the page file is cut back to here.
  private var end: Int
  /// Where the index ends that tells of them.
  private var indexEnd: Int
  private var open: OpenPage? = nil

  /// - Parameter quality: of JPEG pages, 1 to 100, as cjpeg counts it.
  package init(storage: any DocumentStorage, quality: Int) throws(DocumentError) {
    let index = try Self.restore(storage)
    last = index.entries.last
    end = index.entries.last?.end ?? 0
    indexEnd = index.validBytes
    self.storage = storage
    self.quality = min(max(quality, 1), 100)
  }

  /// Cuts both files back to the whole pages.
  private static func restore(_ storage: any DocumentStorage) throws(DocumentError) -> DocumentIndex {
    do throws(SystemError) {
      let contents = try storage.indexContents()
      let index = DocumentIndex(contents, pageBytes: try storage.pageBytes())
      if index.validBytes < contents.count {
        try storage.cutIndex(to: index.validBytes)
        try storage.syncIndex()
      }
      try storage.cutPages(to: index.entries.last?.end ?? 0)
      return index
    } catch {
      throw .storage(error)
    }
  }

  /// Pages that are safe.
  package var pageCount: Int { last?.number ?? 0 }

  /// Bytes of the page that is being written, encoded.
  package var encodedBytesOfPage: Int { open?.sink.count ?? 0 }

  /// - Parameter orientation: how the rows that come lie on the page.
  package mutating func beginPage(
    _ layout: PageLayout, orientation: PageOrientation = .upright
  ) throws(DocumentError) {
    let quality = quality
    try begin(layout, orientation) { sink throws(DocumentError) in
      switch layout.format {
      case .lineart: FaxEncoder(layout, into: sink)
      case .gray, .color: try JPEGEncoder(layout, quality: quality, into: sink)
      }
    }
  }

  /// Begins a page whose image comes as the bytes of a JPEG.
  mutating func beginEncodedPage(_ layout: PageLayout, orientation: PageOrientation) throws(DocumentError) {
    try begin(layout, orientation) { _ throws(DocumentError) in FinishedEncoding() }
    open?.height = layout.height ?? 0
  }

  mutating func write(encoded bytes: [UInt8]) throws(DocumentError) {
    guard let page = open else { preconditionFailure("no page is open") }
    let isStored = unsafe bytes.lend { unsafe page.sink.take($0) }
    if !isStored { throw page.sink.error("") }
  }

  /// A file without a name, for a picture that cannot stream.
  func spill() throws(SystemError) -> Descriptor { try storage.makeSpill() }

  private mutating func begin(
    _ layout: PageLayout, _ orientation: PageOrientation,
    _ makeEncoder: (EncodedSink) throws(DocumentError) -> any PageEncoder
  ) throws(DocumentError) {
    precondition(open == nil, "a page is open")
    try check(layout)
    if pageCount == DocumentLimits.pages { throw .tooManyPages(limit: DocumentLimits.pages) }
    if end == 0 {
      try store { storage throws(SystemError) in try storage.append(documentHeader) }
      end = documentHeader.count
    }
    let sink = EncodedSink(storage: storage)
    let number = last.map { $0.page.number + 1 } ?? ReservedObject.firstOfPages
    let header = ImageHeader(object: number, layout: layout)
    try store { storage throws(SystemError) in try storage.append(header.bytes) }
    let encoder = try makeEncoder(sink)
    open = OpenPage(
      layout: layout, orientation: orientation, object: number, header: header, sink: sink, encoder: encoder)
  }

  /// Adds rows to the page: whole ones, as many as there are.
  package mutating func write(rows: UnsafeRawBufferPointer) throws(DocumentError) {
    guard let page = open else { preconditionFailure("no page is open") }
    let bytesPerRow = page.layout.bytesPerRow
    precondition(rows.count.isMultiple(of: bytesPerRow), "rows are whole")
    let height = page.height + rows.count / bytesPerRow
    if let expected = page.layout.height, height > expected { throw .rows(expected: expected, came: height) }
    if height > DocumentLimits.sidePixels { throw .tooLong(limit: DocumentLimits.sidePixels) }
    open?.height = height
    if rows.count > 0 { unsafe try page.encoder.write(rows) }
  }

  /// Ends the page: when this returns, no power cut takes it away.
  package mutating func endPage() throws(DocumentError) -> PageEntry {
    guard let page = open else { preconditionFailure("no page is open") }
    if page.height == 0 { throw .rows(expected: page.layout.height ?? 1, came: 0) }
    if let expected = page.layout.height, page.height != expected { throw .rows(expected: expected, came: page.height) }
    let patch = try page.encoder.finish(height: page.height)
    let entry = entry(of: page)
    let line = DocumentIndex.line(entry.page)
    try store { storage throws(SystemError) in
      try storage.append(entry.tail)
      let header = page.header.filled(height: page.height, length: page.sink.count)
      try storage.overwrite(header, at: entry.page.start)
      if let patch { try storage.overwrite(patch.bytes, at: entry.page.start + header.count + patch.offset) }
      try storage.syncPages()
      try storage.appendIndex(line)
      try storage.syncIndex()
    }
    open = nil
    last = entry.page
    end = entry.page.end
    indexEnd += line.count
    return entry.page
  }

  /// Drops the page that is being written, if one is.
  package mutating func abandonPage() throws(DocumentError) {
    open = nil
    let (end, indexEnd) = (end, indexEnd)
    try store { storage throws(SystemError) in
      // Its line may stand there if only the last sync failed, and must not tell of the bytes of another page.
      try storage.cutIndex(to: indexEnd)
      try storage.syncIndex()
      try storage.cutPages(to: end)
    }
  }

  // MARK: Parts

  private struct OpenPage {
    let layout: PageLayout
    let orientation: PageOrientation
    let object: Int
    let header: ImageHeader
    let sink: EncodedSink
    let encoder: any PageEncoder
    var height = 0
  }

  private func check(_ layout: PageLayout) throws(DocumentError) {
    let sides = 1...DocumentLimits.sidePixels
    guard sides.contains(layout.width), layout.height.map(sides.contains) ?? true else {
      throw .sides(width: layout.width, height: layout.height)
    }
    for resolution in [layout.xResolution, layout.yResolution]
    where !DocumentLimits.resolution.contains(resolution) {
      throw .resolution(resolution)
    }
  }

  private func entry(of page: OpenPage) -> (page: PageEntry, tail: [UInt8]) {
    let layout = page.layout
    let geometry = PageGeometry(
      width: layout.width, height: page.height, xResolution: layout.xResolution, yResolution: layout.yResolution,
      orientation: page.orientation)
    let offset = end + page.header.bytes.count + page.sink.count
    let shared = last.flatMap { $0.geometry == geometry ? $0.content : nil }
    let tail = PageTail(image: page.object, offset: offset, geometry: geometry, shared: shared)
    let entry = PageEntry(
      number: pageCount + 1, start: end, end: offset + tail.bytes.count,
      image: PageEntry.Object(number: page.object, offset: end), content: tail.content, page: tail.page,
      format: layout.format, width: layout.width, height: page.height, xResolution: layout.xResolution,
      yResolution: layout.yResolution, orientation: page.orientation)
    return (entry, tail.bytes)
  }

  private func store(_ action: (any DocumentStorage) throws(SystemError) -> Void) throws(DocumentError) {
    do throws(SystemError) { try action(storage) } catch { throw .storage(error) }
  }
}
