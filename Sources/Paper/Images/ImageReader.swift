package import Base
import Raster

/// Reads an image file as pages of rows.
package final class ImageReader {
  let file: ImageFile

  /// What pictures without a resolution of their own are taken to have: pixels an inch. The commonest of
  /// scans; a photograph of 12 megapixels becomes a page somewhat larger than A4.
  package static let assumedResolution = 300.0

  /// - Parameter descriptor: of a regular file; it is read from its beginning, wherever its position is.
  /// - Throws: that it is no image, or that what reads its format is not here.
  package init(_ descriptor: consuming Descriptor) throws(ImageError) {
    file = try ImageFile(descriptor)
    if let library = file.format.library, let detail = library.complaint() {
      throw .libraryAbsent(file.format, library: library.name, detail: detail)
    }
  }
}

/// The pictures of a file, one after the other.
protocol PictureSource: AnyObject {
  /// Goes to the next picture; nil after the last.
  func next() throws(ImageError) -> Picture?
  /// The picture's next rows, as many as `rows` holds, which are there.
  func read(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError)
  /// After the last row: what follows must be right as well.
  func finish() throws(ImageError)
}

/// A picture before its rows come.
struct Picture {
  let layout: PageLayout
  let orientation: PageOrientation
  let height: Int

  /// - Parameter resolution: pixels an inch across and down, where the file tells.
  init(
    _ format: PixelFormat, width: Int, height: Int, resolution: (Double, Double)?,
    orientation: PageOrientation = .upright
  ) throws(ImageError) {
    let sides = 1...DocumentLimits.sidePixels
    guard sides.contains(width), sides.contains(height) else { throw .tooLarge(width: width, height: height) }
    let (x, y) = resolution ?? (0, 0)
    let isSensible = DocumentLimits.resolution.contains(x) && DocumentLimits.resolution.contains(y)
    layout = PageLayout(
      format: format, width: width, height: height,
      xResolution: isSensible ? x : ImageReader.assumedResolution,
      yResolution: isSensible ? y : ImageReader.assumedResolution)
    self.orientation = orientation
    self.height = height
  }
}

extension DocumentWriter {
  /// Adds the pictures of a file as pages. A JPEG that PDF readers show as it is goes in unchanged.
  ///
  /// - Returns: the pages. When this throws, some of the file's pages may be in the document, but never
  ///   a part of one.
  package mutating func append(image reader: ImageReader) throws(ImageError) -> [PageEntry] {
    do throws(ImageError) {
      if let jpeg = try reader.file.format.embedding(reader.file) {
        return [try append(jpeg: jpeg, from: reader.file)]
      }
      return try append(picturesOf: reader.file)
    } catch {
      do throws(DocumentError) { try abandonPage() } catch { throw .document(error) }
      throw error
    }
  }

  private mutating func append(picturesOf file: ImageFile) throws(ImageError) -> [PageEntry] {
    let source = try file.format.open(file) { () throws(SystemError) in try spill() }
    var entries: [PageEntry] = []
    while let picture = try source.next() {
      try document { writer throws(DocumentError) in
        try writer.beginPage(picture.layout, orientation: picture.orientation)
      }
      try copyRows(of: picture, from: source)
      try source.finish()
      entries.append(try document { writer throws(DocumentError) in try writer.endPage() })
    }
    // A TIFF may hold thumbnails and masks alone.
    if entries.isEmpty { throw .damaged(file.format, "it contains no image") }
    return entries
  }

  private mutating func copyRows(of picture: Picture, from source: any PictureSource) throws(ImageError) {
    let bytesPerRow = picture.layout.bytesPerRow
    let rowsAtOnce = max(1, Self.stripBytes / bytesPerRow)
    let strip = UnsafeMutableRawBufferPointer.allocate(byteCount: rowsAtOnce * bytesPerRow, alignment: 16)
    defer { unsafe strip.deallocate() }
    for row in stride(from: 0, to: picture.height, by: rowsAtOnce) {
      let count = min(rowsAtOnce, picture.height - row) * bytesPerRow
      let rows = unsafe UnsafeMutableRawBufferPointer(rebasing: strip[..<count])
      unsafe try source.read(rows)
      try document { writer throws(DocumentError) in
        unsafe try writer.write(rows: UnsafeRawBufferPointer(rows))
      }
    }
  }

  /// Pixels on their way from a file to the encoder.
  private static var stripBytes: Int { 131_072 }

  mutating func document<Result>(
    _ action: (inout DocumentWriter) throws(DocumentError) -> Result
  ) throws(ImageError) -> Result {
    do throws(DocumentError) { return try action(&self) } catch { throw .document(error) }
  }
}
