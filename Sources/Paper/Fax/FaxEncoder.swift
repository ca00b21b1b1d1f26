import Raster

/// Lineart pages as CCITT Group 4 (ITU-T T.6).
final class FaxEncoder: PageEncoder {
  private var coder: FaxCoder
  private let sink: EncodedSink

  init(_ layout: PageLayout, into sink: EncodedSink) {
    coder = FaxCoder(width: layout.width)
    self.sink = sink
  }

  func write(_ rows: UnsafeRawBufferPointer) throws(DocumentError) {
    var taken = 0
    while taken < rows.count {
      unsafe taken += coder.code(UnsafeRawBufferPointer(rebasing: rows[taken...]))
      if coder.isFull { try handOn() }
    }
  }

  func finish(height: Int) throws(DocumentError) -> (bytes: [UInt8], offset: Int)? {
    coder.end()
    try handOn()
    return nil
  }

  private func handOn() throws(DocumentError) {
    let isStored = unsafe sink.take(coder.bytes)
    coder.clear()
    if !isStored { throw sink.error("") }
  }
}
