import CJPEG
import Raster

/// Gray and colour pages as baseline JPEG, the way cjpeg makes it at the same quality.
///
/// Rows go to libjpeg as they come. Where the height is told at the end only, they go in whole rows of blocks, and the
/// rest waits here.
@safe final class JPEGEncoder: PageEncoder {
  private let encoder: OpaquePointer
  private let sink: EncodedSink
  private let rowBytes: Int
  private let knowsHeight: Bool
  private var held: [UInt8] = []

  private var heldRows: Int { held.count / rowBytes }
  private static let together = Int(cjpeg_rows_together)

  init(_ layout: PageLayout, quality: Int, into sink: EncodedSink) throws(DocumentError) {
    self.sink = sink
    rowBytes = layout.bytesPerRow
    knowsHeight = layout.height != nil
    let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
    let take: cjpeg_sink = { context, bytes, count in
      guard let context = unsafe context else { return -1 }
      let sink = unsafe Unmanaged<EncodedSink>.fromOpaque(context).takeUnretainedValue()
      return unsafe sink.take(UnsafeRawBufferPointer(start: bytes, count: count)) ? 0 : -1
    }
    guard let encoder = unsafe cjpeg_encoder_make(take, context) else { throw .codec("out of memory") }
    unsafe self.encoder = encoder
    try check(
      unsafe cjpeg_encoder_start(
        encoder, Int32(layout.width), Int32(layout.height ?? 0), layout.format == .color ? 3 : 1, Int32(quality),
        density(layout.xResolution), density(layout.yResolution)))
  }

  deinit { unsafe cjpeg_encoder_free(encoder) }

  func write(_ rows: UnsafeRawBufferPointer) throws(DocumentError) {
    if knowsHeight { return unsafe try feed(rows) }
    var rest = unsafe rows[...]
    if !held.isEmpty {
      let wanted = unsafe min((Self.together - heldRows) * rowBytes, rest.count)
      unsafe held += rest.prefix(wanted)
      unsafe rest = unsafe rest.dropFirst(wanted)
      guard heldRows == Self.together else { return }
      let strip = held
      held.removeAll(keepingCapacity: true)
      unsafe try strip.lend { bytes throws(DocumentError) in unsafe try feed(bytes) }
    }
    let whole = unsafe rest.count / (Self.together * rowBytes) * Self.together * rowBytes
    if whole > 0 { unsafe try feed(UnsafeRawBufferPointer(rebasing: rest.prefix(whole))) }
    unsafe held += rest.dropFirst(whole)
  }

  private func feed(_ rows: UnsafeRawBufferPointer) throws(DocumentError) {
    try check(
      unsafe cjpeg_encoder_write(
        encoder, rows.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(rows.count / rowBytes)))
  }

  func finish(height: Int) throws(DocumentError) -> (bytes: [UInt8], offset: Int)? {
    try check(unsafe cjpeg_encoder_finish(encoder, held, Int32(heldRows)))
    if knowsHeight { return nil }
    guard let offset = JPEGMarkers.heightOffset(in: sink.head) else { throw .codec("libjpeg wrote no frame header") }
    return ([UInt8(height >> 8), UInt8(height & 255)], offset)
  }

  private func check(_ result: Int32) throws(DocumentError) {
    if result != 0 { throw sink.error(unsafe String(cString: cjpeg_encoder_message(encoder))) }
  }
}

/// A resolution as JFIF tells it, in whole pixels an inch.
private func density(_ resolution: Double) -> Int32 { Int32(min(max(resolution.rounded(), 1), 65_535)) }
