import Base
import CPNG
import Raster

/// A PNG, by libpng. An interlaced one is put together in a spill file, since its last pass touches every row.
@safe final class PNGPicture: PictureSource {
  private let file: ImageFile
  private let reader: OpaquePointer
  private let facts: cpng_facts
  private let bytesPerRow: Int
  private let format: PixelFormat
  private let assembled: Spill?
  private var nextRow: Int?

  init(_ file: ImageFile, spill: () throws(SystemError) -> Descriptor) throws(ImageError) {
    self.file = file
    let source: cpng_source = { context, bytes, count in
      let wanted = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: count)
      return unsafe ImageFile.of(context).supply(wanted) == count ? 0 : -1
    }
    guard let reader = unsafe cpng_reader_make(source, file.context) else {
      throw .document(.codec("libpng cannot start: out of memory, or not the version it was built with"))
    }
    unsafe self.reader = reader
    var facts = cpng_facts()
    let started = unsafe cpng_reader_start(reader, UInt32(DocumentLimits.sidePixels), &facts) == 0
    self.facts = facts
    format = facts.bits == 1 ? .lineart : facts.components == 3 ? .color : .gray
    bytesPerRow = format.bytesPerRow(width: Int(facts.width))
    let isInterlaced = started && facts.passes > 1
    assembled = isInterlaced ? try Spill(spill, bytes: bytesPerRow * Int(facts.height)) : nil
    if !started { throw error }
  }

  deinit { unsafe cpng_reader_free(reader) }

  private var error: ImageError { file.error(saying: unsafe String(cString: cpng_reader_message(reader))) }

  func next() throws(ImageError) -> Picture? {
    if nextRow != nil { return nil }
    nextRow = 0
    let inch = 0.0254
    let resolution = (Double(facts.x_per_metre) * inch, Double(facts.y_per_metre) * inch)
    let picture = try Picture(
      format, width: Int(facts.width), height: Int(facts.height),
      resolution: (resolution.0.onScannerGrid, resolution.1.onScannerGrid))
    if let assembled { unsafe try assemble(assembled.bytes) }
    return picture
  }

  private func assemble(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    for _ in 0..<facts.passes {
      for row in 0..<Int(facts.height) { unsafe try readRow(rows, row) }
    }
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    let first = nextRow ?? 0
    nextRow = first + rows.count / bytesPerRow
    if let assembled {
      let done = unsafe assembled.bytes[(first * bytesPerRow)...].prefix(rows.count)
      unsafe rows.copyMemory(from: UnsafeRawBufferPointer(rebasing: done))
      return
    }
    for row in 0..<rows.count / bytesPerRow { unsafe try readRow(rows, row) }
  }

  private func readRow(_ rows: UnsafeMutableRawBufferPointer, _ row: Int) throws(ImageError) {
    let pointer = unsafe rows.baseAddress?.advanced(by: row * bytesPerRow)
    if unsafe cpng_reader_row(reader, pointer?.assumingMemoryBound(to: UInt8.self)) != 0 { throw error }
  }

  func finish() throws(ImageError) {
    if unsafe cpng_reader_finish(reader) != 0 { throw error }
  }
}

extension Double {
  /// Resolutions in whole pixels a metre are rounded ones: 300 an inch is stored as 11,811, which is 299.9994.
  var onScannerGrid: Double { abs(self - rounded()) < 0.02 ? rounded() : self }
}
