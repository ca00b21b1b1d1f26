import CTIFF
import Raster

/// The pages of a TIFF, by libtiff.
@safe final class TIFFPictures: PictureSource {
  private let file: ImageFile
  private let tiff: OpaquePointer
  private let messages = TIFFMessages()
  private var facts = ctiff_facts()
  private var rows: (any TIFFRows)?
  private var isFirst = true

  /// Most that libtiff may take at once: a strip or tile as it is stored. Ordinary scans stay far below; a
  /// file that claims more would fill a small machine's memory.
  private static let mostBytesAtOnce: tmsize_t = 128 << 20

  init(_ file: ImageFile) throws(ImageError) {
    self.file = file
    file.seek(to: 0)
    let opened = unsafe ctiff_open(
      file.context,
      { context, bytes, count in
        unsafe tmsize_t(
          ImageFile.of(context).supply(UnsafeMutableRawBufferPointer(start: bytes, count: Int(max(0, count)))))
      },
      { context, offset, whence in
        let file = unsafe ImageFile.of(context)
        let base = whence == 0 ? 0 : whence == 1 ? file.position : file.size
        file.seek(to: base &+ Int(truncatingIfNeeded: offset))
        return UInt64(file.position)
      },
      { context in unsafe UInt64(ImageFile.of(context).size) }, messages.pointer, Self.mostBytesAtOnce)
    guard let tiff = unsafe opened else { throw file.error(saying: messages.error) }
    unsafe self.tiff = tiff
  }

  deinit { unsafe TIFFCleanup(tiff) }

  private var error: ImageError { file.error(saying: messages.error) }

  // MARK: Pages

  func next() throws(ImageError) -> Picture? {
    rows = nil
    repeat {
      if !isFirst {
        if unsafe TIFFLastDirectory(tiff) != 0 { return nil }
        if unsafe TIFFReadDirectory(tiff) != 1 { throw error }
      }
      isFirst = false
      unsafe ctiff_read_facts(tiff, &facts)
    } while isExtra
    let (format, rows) = try rowReader()
    self.rows = rows
    let picture = try Picture(
      format, width: Int(facts.width), height: Int(facts.height), resolution: resolution,
      orientation: PageOrientation(rawValue: Int(facts.orientation)) ?? .upright)
    messages.clear()
    return picture
  }

  /// Thumbnails and masks are not pages.
  private var isExtra: Bool {
    facts.subfile_type & UInt32(FILETYPE_REDUCEDIMAGE) != 0 || facts.subfile_type & UInt32(FILETYPE_MASK) != 0
  }

  private var resolution: (Double, Double)? {
    let factor: Double
    switch Int32(facts.resolution_unit) {
    case RESUNIT_INCH: factor = 1
    case RESUNIT_CENTIMETER: factor = 2.54
    default: return nil
    }
    return ((Double(facts.x_resolution) * factor).onScannerGrid, (Double(facts.y_resolution) * factor).onScannerGrid)
  }

  func read(_ rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    guard let reader = self.rows else { preconditionFailure("no picture was begun") }
    let worked = unsafe reader.read(rows)
    if !worked { throw error }
    // A row that ended early leaves its rest unsaid; the fax and JPEG decoders mend that with a warning.
    if file.endedEarly { throw .incomplete(.tiff) }
  }

  func finish() throws(ImageError) {
    let warning = messages.warning
    if isMendedWithWarnings, !warning.isEmpty { throw .damaged(.tiff, warning) }
  }

  private var isMendedWithWarnings: Bool {
    [COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4, COMPRESSION_CCITTRLEW, COMPRESSION_JPEG]
      .contains(Int32(facts.compression))
  }

  // MARK: Forms

  private func rowReader() throws(ImageError) -> (PixelFormat, any TIFFRows) {
    let sides = 1...UInt32(DocumentLimits.sidePixels)
    guard sides.contains(facts.width), sides.contains(facts.height) else {
      throw .tooLarge(width: Int(facts.width), height: Int(facts.height))
    }
    if Int32(facts.photometric) == PHOTOMETRIC_YCBCR && Int32(facts.compression) == COMPRESSION_JPEG {
      _ = unsafe ctiff_set_number(tiff, UInt32(TIFFTAG_JPEGCOLORMODE), UInt32(JPEGCOLORMODE_RGB))
    }
    if unsafe TIFFIsTiled(tiff) == 0, let form = try TIFFForm(facts, palette: palette) {
      return (form.format, unsafe TIFFScanlines(tiff, form, bytesPerRow: Int(TIFFScanlineSize(tiff))))
    }
    return (.color, unsafe try TIFFBlocks(tiff, facts))
  }

  private func palette() -> [UInt8]? {
    var colors = [UInt8](repeating: 0, count: 3 << 8)
    guard facts.bits <= 8, unsafe ctiff_read_palette(tiff, Int32(facts.bits), &colors) != 0 else { return nil }
    return colors
  }
}

/// Gives a TIFF page's rows from the top; false when libtiff reports an error.
protocol TIFFRows: AnyObject {
  func read(_ rows: UnsafeMutableRawBufferPointer) -> Bool
}
