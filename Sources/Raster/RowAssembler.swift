/// Makes whole rows of ``PixelFormat`` from a driver's bytes, however those are cut.
///
/// Rows that already are as wanted go on without a copy, as many at a time as came; others are converted in
/// strips. Never holds more than a strip and a row.
package struct RowAssembler: ~Copyable {
  /// What the rows turned out to be, against what was announced.
  package struct Tally: Sendable, Equatable {
    /// Rows handed on, with those that were filled in.
    package var rows = 0
    /// Rows that were announced and did not come whole; they were filled with white.
    package var missing = 0
    /// Rows that came though they were not announced; they were cut off.
    package var surplus = 0

    package init(rows: Int = 0, missing: Int = 0, surplus: Int = 0) {
      self.rows = rows
      self.missing = missing
      self.surplus = surplus
    }
  }

  package let layout: FrameLayout
  /// Rows so far, and at the end what was filled and cut.
  package private(set) var tally = Tally()

  /// The first bytes of a row whose rest is still to come.
  private var partial: [UInt8] = []
  private var strip: [UInt8]
  private let rowBytes: Int
  private var surplusBytes = 0

  /// Bytes of converted rows that are handed on at a time.
  private static let stripBytes = 64 * 1024

  package init(_ layout: FrameLayout) {
    self.layout = layout
    rowBytes = layout.pixelFormat.bytesPerRow(width: layout.pixelsPerLine)
    partial.reserveCapacity(layout.bytesPerLine)
    strip = layout.isAsWanted ? [] : Array(repeating: 0, count: rowBytes * max(1, Self.stripBytes / rowBytes))
  }

  /// Takes the next bytes and hands on the rows that are whole now.
  package mutating func take<Failure: Error>(
    _ bytes: UnsafeRawBufferPointer, handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = unsafe bytes[...]
    if !partial.isEmpty {
      let missing = layout.bytesPerLine - partial.count
      unsafe partial.append(contentsOf: rest.prefix(missing))
      unsafe rest = rest.dropFirst(missing)
      guard partial.count == layout.bytesPerLine else { return }
      try unsafe handOnPartial(handOn)
    }
    let whole = unsafe rest.count - rest.count % layout.bytesPerLine
    try unsafe handOnLines(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), handOn)
    unsafe partial.append(contentsOf: rest.dropFirst(whole))
  }

  /// Ends the frame: fills up what is missing.
  package mutating func finish<Failure: Error>(
    handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let came = tally.rows
    let isCut = !partial.isEmpty
    if isCut {
      partial.append(contentsOf: repeatElement(layout.whiteByte, count: layout.bytesPerLine - partial.count))
      try unsafe handOnPartial(handOn)
    }
    tally.surplus = surplusBytes / layout.bytesPerLine
    tally.missing = layout.lines.map { $0 - came } ?? (isCut ? 1 : 0)
    try unsafe fill(handOn)
  }

  /// White rows up to the announced number.
  private mutating func fill<Failure: Error>(
    _ handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard let lines = layout.lines, tally.rows < lines else { return }
    let white = Array(repeating: layout.whiteByte, count: layout.bytesPerLine)
    while tally.rows < lines {
      try unsafe lending(white) { (bytes) throws(Failure) in try unsafe handOnLines(bytes, handOn) }
    }
  }

  private mutating func handOnPartial<Failure: Error>(
    _ handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var line: [UInt8] = []
    swap(&line, &partial)
    try unsafe lending(line) { (bytes) throws(Failure) in try unsafe handOnLines(bytes, handOn) }
    line.removeAll(keepingCapacity: true)
    swap(&line, &partial)
  }

  /// Hands on whole lines, but none beyond those announced.
  private mutating func handOnLines<Failure: Error>(
    _ lines: UnsafeRawBufferPointer, _ handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let stride = layout.bytesPerLine
    let count = min(lines.count / stride, layout.lines.map { $0 - tally.rows } ?? .max)
    surplusBytes += lines.count - count * stride
    guard count > 0 else { return }
    if layout.isAsWanted {
      tally.rows += count
      try unsafe handOn(UnsafeRawBufferPointer(rebasing: lines[..<(count * stride)]))
    } else {
      try unsafe convertAndHandOn(lines, count: count, handOn)
    }
  }

  private mutating func convertAndHandOn<Failure: Error>(
    _ lines: UnsafeRawBufferPointer, count: Int, _ handOn: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let stripRows = strip.count / rowBytes
    for start in Swift.stride(from: 0, to: count, by: stripRows) {
      let rows = min(stripRows, count - start)
      unsafe convert(UnsafeRawBufferPointer(rebasing: lines[(start * layout.bytesPerLine)...]), count: rows)
      tally.rows += rows
      let bytes = rows * rowBytes
      try unsafe lending(strip) { (strip) throws(Failure) in
        try unsafe handOn(UnsafeRawBufferPointer(rebasing: strip[..<bytes]))
      }
    }
  }

  /// Converts the first `count` lines into the strip.
  private mutating func convert(_ lines: UnsafeRawBufferPointer, count: Int) {
    let layout = self.layout
    let rowBytes = self.rowBytes
    unsafe strip.withUnsafeMutableBytes { strip in
      for row in 0..<count {
        unsafe layout.convert(
          UnsafeRawBufferPointer(rebasing: lines[(row * layout.bytesPerLine)...]),
          to: UnsafeMutableRawBufferPointer(rebasing: strip[(row * rowBytes)...]))
      }
    }
  }
}
