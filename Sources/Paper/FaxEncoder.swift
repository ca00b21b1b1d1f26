import CTIFF
import Raster

/// Lineart pages as CCITT Group 4 (ITU-T T.6), written by libtiff as one strip whose bytes alone are kept.
@safe final class FaxEncoder: PageEncoder {
  private let file: OpaquePointer
  private let strip: StripFile
  private let rowBytes: Int
  private var row: UInt32 = 0

  init(_ layout: PageLayout, into sink: EncodedSink) throws(DocumentError) {
    strip = StripFile(sink)
    rowBytes = layout.bytesPerRow
    unsafe file = try strip.open()
    let settings: [(Int32, UInt32)] = [
      (TIFFTAG_IMAGEWIDTH, UInt32(layout.width)), (TIFFTAG_BITSPERSAMPLE, 1), (TIFFTAG_SAMPLESPERPIXEL, 1),
      (TIFFTAG_COMPRESSION, UInt32(COMPRESSION_CCITTFAX4)), (TIFFTAG_FILLORDER, UInt32(FILLORDER_MSB2LSB)),
      (TIFFTAG_PHOTOMETRIC, UInt32(PHOTOMETRIC_MINISWHITE)), (TIFFTAG_PLANARCONFIG, UInt32(PLANARCONFIG_CONTIG)),
      (TIFFTAG_ROWSPERSTRIP, UInt32.max),
    ]
    for (tag, value) in settings { try check(unsafe ctiff_set_number(file, UInt32(tag), value) == 1) }
    try check(unsafe TIFFWriteBufferSetup(file, nil, Self.bufferBytes) == 1)
  }

  private static let bufferBytes: tmsize_t = 65_536

  deinit {
    // Whatever libtiff still writes when it closes (a directory) is not the strip's.
    strip.isClosed = true
    unsafe TIFFCleanup(file)
  }

  func write(_ rows: UnsafeRawBufferPointer) throws(DocumentError) {
    for start in stride(from: 0, to: rows.count, by: rowBytes) {
      // libtiff's parameter is not const, but Group 4 in the machine's own bit order only reads.
      let bytes = unsafe UnsafeMutableRawPointer(mutating: rows.baseAddress?.advanced(by: start))
      try check(unsafe TIFFWriteScanline(file, bytes, row, 0) == 1)
      row += 1
    }
  }

  func finish(height: Int) throws(DocumentError) -> (bytes: [UInt8], offset: Int)? {
    try check(unsafe TIFFFlushData(file) == 1)
    strip.isClosed = true
    return nil
  }

  private func check(_ worked: Bool) throws(DocumentError) { if !worked { throw strip.error } }
}

/// The file that libtiff believes it writes: a header of eight bytes, which is dropped, then the strip.
@safe private final class StripFile {
  private let sink: EncodedSink
  private var position = 0
  private var length = 0
  private let messages = TIFFMessages()
  var isClosed = false

  private static let headerBytes = 8

  init(_ sink: EncodedSink) {
    self.sink = sink
  }

  var error: DocumentError { sink.error(messages.error) }

  func open() throws(DocumentError) -> OpaquePointer {
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    let file = unsafe ctiff_open(
      "w", me, { _, _, _ in -1 },
      { me, bytes, count in
        unsafe tmsize_t(StripFile.of(me).write(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
      },
      { me, offset, whence in unsafe StripFile.of(me).seek(offset, whence) },
      { _ in 0 }, { me in unsafe UInt64(StripFile.of(me).length) }, messages.pointer, 0)
    guard let file = unsafe file else { throw error }
    return unsafe file
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> StripFile {
    guard let context = unsafe context else { preconditionFailure("libtiff lost its context") }
    return unsafe Unmanaged<StripFile>.fromOpaque(context).takeUnretainedValue()
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    let strip = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst(max(0, Self.headerBytes - position)))
    if !isClosed && strip.count > 0 {
      // Only ever forward: what is passed on cannot be taken back.
      guard position == length, unsafe sink.take(strip) else { return -1 }
    }
    position += bytes.count
    length = max(length, position)
    return bytes.count
  }

  private func seek(_ offset: UInt64, _ whence: Int32) -> UInt64 {
    let base = whence == 0 ? 0 : whence == 1 ? position : length
    position = base + Int(Int64(bitPattern: offset))
    return UInt64(position)
  }
}
