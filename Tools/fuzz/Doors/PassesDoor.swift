import Raster

/// The three passes of a page that is scanned a colour at a time, each of as many rows as came.
enum PassesDoor {
  static func enter(_ layout: FrameLayout, _ bytes: [UInt8], order seed: UInt8) throws(BrokenPromise) {
    let width = layout.pixelsPerLine
    let colors: [FrameLayout.Channels] = [.red, .green, .blue]
    let others = colors.filter { $0 != layout.channels }
    let order = [layout.channels] + (seed & 1 == 0 ? others : others.reversed())
    let passes = passes(of: bytes, width: width, seed: Int(seed >> 1))
    var combiner = PassCombiner(store: Planes(), width: width)
    var rows: [[UInt8]] = []
    for (channels, pass) in zip(order, passes) {
      let frame = try must("a frame like the first") { () throws(FrameFault) in
        try FrameLayout(channels: channels, depth: 8, pixelsPerLine: width, bytesPerLine: width, lines: -1)
      }
      try promise(combiner.begin(frame), "the pass \(channels) is refused")
      try promise(!combiner.begin(frame), "the pass \(channels) may come twice")
      unsafe pass.withUnsafeBytes { bytes in unsafe combiner.take(bytes) { unsafe rows.append(Array($0)) } }
    }
    try promise(combiner.passes == 3, "\(combiner.passes) passes")
    try promise(rows == woven(passes, colors.compactMap(order.firstIndex), width: width), "the colours are mixed up")
  }

  /// Whole rows in three passes, of which none needs to have as many as the next.
  private static func passes(of bytes: [UInt8], width: Int, seed: Int) -> [[UInt8]] {
    let rows = bytes.count / width
    let first = rows * (seed & 7) / 8
    let second = (rows - first) * (1 + seed >> 3 & 7) / 8
    let ends = [0, first, first + second, rows].map { $0 * width }
    return zip(ends, ends.dropFirst()).map { Array(bytes[$0..<$1]) }
  }

  /// The rows of the last pass with the others', white where those have none.
  private static func woven(_ passes: [[UInt8]], _ places: [Int], width: Int) -> [[UInt8]] {
    stride(from: 0, to: passes[2].count, by: width).map { start in
      (start..<start + width).flatMap { pixel in
        places.map { passes[$0].indices.contains(pixel) ? passes[$0][pixel] : 255 }
      }
    }
  }
}

private struct Planes: PlaneStore {
  private var planes: [[UInt8]] = [[], []]

  mutating func append(_ bytes: UnsafeRawBufferPointer, toPlane plane: Int) { unsafe planes[plane] += bytes }

  func read(plane: Int, at offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let rest = planes[plane].dropFirst(offset).prefix(bytes.count)
    unsafe bytes.copyBytes(from: rest)
    return rest.count
  }
}
