extension FrameLayout {
  /// The driver's lines are the rows that are wanted: no padding, no other depth.
  var isAsWanted: Bool { bytesPerLine == usedBytesPerLine && (depth == 8 || pixelFormat == .lineart) }

  /// A byte of nothing but white samples.
  var whiteByte: UInt8 { pixelFormat == .lineart ? 0 : 255 }

  /// Turns one line into one row of ``pixelFormat``.
  func convert(_ line: UnsafeRawBufferPointer, to row: UnsafeMutableRawBufferPointer) {
    switch (depth, channels) {
    case (8, _), (1, .gray): unsafe copy(line, to: row)
    case (16, _): unsafe reduce(line, to: row)
    case (_, .rgb): unsafe spread(line, to: row, channels: 3)
    default: unsafe spread(line, to: row, channels: 1)
    }
  }

  private func copy(_ line: UnsafeRawBufferPointer, to row: UnsafeMutableRawBufferPointer) {
    unsafe row.copyMemory(from: UnsafeRawBufferPointer(rebasing: line[..<usedBytesPerLine]))
  }

  /// Sixteen bits to eight, rounded to the nearest: 0…65535 falls on 0…255 as libjpeg-turbo's tools do it.
  private func reduce(_ line: UnsafeRawBufferPointer, to row: UnsafeMutableRawBufferPointer) {
    for sample in 0..<usedBytesPerLine / 2 {
      let value = unsafe UInt32(line.loadUnaligned(fromByteOffset: sample * 2, as: UInt16.self))
      unsafe row[sample] = UInt8(truncatingIfNeeded: (value * 255 + 32895) >> 16)
    }
  }

  /// One bit a sample, 1 for light, eight samples of a channel at a time, to a byte a sample.
  private func spread(_ line: UnsafeRawBufferPointer, to row: UnsafeMutableRawBufferPointer, channels: Int) {
    for pixel in 0..<pixelsPerLine {
      for channel in 0..<channels {
        let bits = unsafe line[pixel / 8 * channels + channel]
        unsafe row[pixel * channels + channel] = bits & (0x80 >> UInt8(pixel % 8)) == 0 ? 0 : 255
      }
    }
  }
}
