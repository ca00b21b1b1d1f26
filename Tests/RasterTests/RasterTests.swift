import Raster
import Testing

/// The rows that come of `bytes`, cut into pieces of `chunk` bytes, and the tally.
private func assembled(
  _ layout: FrameLayout, _ bytes: [UInt8], chunk: Int
) -> (rows: [UInt8], tally: RowAssembler.Tally) {
  var assembler = RowAssembler(layout)
  var rows: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: chunk) {
    let piece = Array(bytes[start..<min(start + chunk, bytes.count)])
    unsafe piece.withUnsafeBytes { unsafe assembler.take($0) { unsafe rows += Array($0) } }
  }
  unsafe assembler.finish { unsafe rows += Array($0) }
  return (rows, assembler.tally)
}

private func native(_ samples: [UInt16]) -> [UInt8] {
  samples.flatMap { sample in unsafe withUnsafeBytes(of: sample) { unsafe Array($0) } }
}

@Suite struct RowAssemblerTests {
  /// Some bytes that do not repeat soon.
  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 7
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  @Test(arguments: [1, 2, 5, 11, 12, 13, 37, 1000])
  func `rows are the same however the bytes are cut`(chunk: Int) throws {
    let layout = try FrameLayout(channels: .rgb, depth: 8, pixelsPerLine: 4, bytesPerLine: 12, lines: 9)
    let bytes = noise(12 * 9)
    let result = assembled(layout, bytes, chunk: chunk)
    #expect(result.rows == bytes)
    #expect(result.tally == .init(rows: 9))
  }

  @Test(arguments: [1, 3, 7, 64])
  func `padding is cut off`(chunk: Int) throws {
    let layout = try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 3, bytesPerLine: 5, lines: 2)
    #expect(assembled(layout, [1, 2, 3, 99, 99, 4, 5, 6, 99, 99], chunk: chunk).rows == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [1, 2, 3, 5, 100])
  func `sixteen bits become eight, rounded, though samples are cut`(chunk: Int) throws {
    let samples: [UInt16] = [0, 128, 129, 257, 32767, 32768, 65406, 65407, 65535]
    let layout = try FrameLayout(channels: .gray, depth: 16, pixelsPerLine: 9, bytesPerLine: 18, lines: 1)
    let expected = samples.map { UInt8((Double($0) / 257).rounded()) }
    #expect(assembled(layout, native(samples), chunk: chunk).rows == expected)
  }

  @Test func `sixteen bits round as a division does, for every value`() throws {
    let samples = Array(UInt16.min...UInt16.max)
    let layout = try FrameLayout(channels: .gray, depth: 16, pixelsPerLine: 65536, bytesPerLine: 131_072, lines: 1)
    let expected = samples.map { UInt8((UInt32($0) * 255 + 32767) / 65535) }
    #expect(assembled(layout, native(samples), chunk: 4096).rows == expected)
  }

  @Test func `one-bit gray stays as it is`() throws {
    let layout = try FrameLayout(channels: .gray, depth: 1, pixelsPerLine: 10, bytesPerLine: 2, lines: 2)
    #expect(layout.pixelFormat == .lineart)
    #expect(assembled(layout, [0xA5, 0x40, 0x01, 0x80], chunk: 3).rows == [0xA5, 0x40, 0x01, 0x80])
  }

  @Test func `one-bit colour is a byte of each channel in turn, 1 for light`() throws {
    let layout = try FrameLayout(channels: .rgb, depth: 1, pixelsPerLine: 9, bytesPerLine: 6, lines: 1)
    let rows = assembled(layout, [0x80, 0x40, 0x01, 0x80, 0, 0x80], chunk: 4).rows
    #expect(rows.prefix(6) == [255, 0, 0, 0, 255, 0])
    #expect(rows[(7 * 3)...] == [0, 0, 255, 255, 0, 255])
  }

  @Test func `a short page is filled with white`() throws {
    let gray = try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 2, bytesPerLine: 3, lines: 3)
    let result = assembled(gray, [1, 2, 9, 3], chunk: 2)
    #expect(result.rows == [1, 2, 3, 255, 255, 255])
    #expect(result.tally == .init(rows: 3, missing: 2))
    let lineart = try FrameLayout(channels: .gray, depth: 1, pixelsPerLine: 8, bytesPerLine: 1, lines: 2)
    #expect(assembled(lineart, [0xFF], chunk: 1).rows == [0xFF, 0])
  }

  @Test(arguments: [1, 4, 100])
  func `what comes beyond the last row is cut`(chunk: Int) throws {
    let layout = try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 2, bytesPerLine: 2, lines: 1)
    let result = assembled(layout, [1, 2, 3, 4, 5], chunk: chunk)
    #expect(result.rows == [1, 2])
    #expect(result.tally == .init(rows: 1, surplus: 2))
  }

  @Test func `an unknown height ends where the bytes end`() throws {
    let layout = try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 2, bytesPerLine: 2, lines: -1)
    #expect(layout.page(xResolution: 300, yResolution: 300).height == nil)
    let result = assembled(layout, [1, 2, 3, 4, 5], chunk: 3)
    #expect(result.rows == [1, 2, 3, 4, 5, 255])
    #expect(result.tally == .init(rows: 3, missing: 1))
  }

  @Test func `rows that are as wanted pass in one run`() throws {
    let layout = try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 100, bytesPerLine: 100, lines: 50)
    var assembler = RowAssembler(layout)
    var runs: [Int] = []
    let bytes = noise(4050)
    unsafe bytes.withUnsafeBytes { unsafe assembler.take($0) { runs.append($0.count) } }
    #expect(runs == [4000])
  }

  @Test func `layouts that make no sense are refused`() {
    #expect(throws: FrameFault.depth(12)) {
      try FrameLayout(channels: .gray, depth: 12, pixelsPerLine: 1, bytesPerLine: 2, lines: 1)
    }
    #expect(throws: FrameFault.width(0)) {
      try FrameLayout(channels: .gray, depth: 8, pixelsPerLine: 0, bytesPerLine: 2, lines: 1)
    }
    #expect(throws: FrameFault.bytesPerLine(5, needed: 6)) {
      try FrameLayout(channels: .rgb, depth: 8, pixelsPerLine: 2, bytesPerLine: 5, lines: 1)
    }
    #expect(throws: FrameFault.height(0)) {
      try FrameLayout(channels: .rgb, depth: 8, pixelsPerLine: 2, bytesPerLine: 6, lines: 0)
    }
    #expect(throws: FrameFault.width(.max)) {
      try FrameLayout(channels: .rgb, depth: 16, pixelsPerLine: .max, bytesPerLine: .max, lines: 1)
    }
  }
}

@Suite struct PassCombinerTests {
  /// Planes in memory.
  private struct Planes: PlaneStore {
    var planes: [[UInt8]] = [[], []]

    mutating func append(_ bytes: UnsafeRawBufferPointer, toPlane plane: Int) throws(Never) {
      unsafe planes[plane] += Array(bytes)
    }

    mutating func read(
      plane: Int, at offset: Int, into bytes: UnsafeMutableRawBufferPointer
    ) throws(Never) -> Int {
      let piece = planes[plane].dropFirst(offset).prefix(bytes.count)
      unsafe bytes.copyBytes(from: piece)
      return piece.count
    }
  }

  private func frame(_ channels: FrameLayout.Channels, width: Int = 2) throws -> FrameLayout {
    try FrameLayout(channels: channels, depth: 8, pixelsPerLine: width, bytesPerLine: width, lines: 2)
  }

  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func `three passes in any order make one page`(order: [Int]) throws {
    let channels: [FrameLayout.Channels] = [.red, .green, .blue]
    let planes: [[UInt8]] = [[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24]]
    var combiner = PassCombiner(store: Planes(), width: 2)
    var rows: [UInt8] = []
    for pass in order {
      let began = combiner.begin(try frame(channels[pass]))
      #expect(began)
      unsafe planes[pass].withUnsafeBytes { unsafe combiner.take($0) { unsafe rows += Array($0) } }
    }
    #expect(rows == [1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24])
  }

  @Test func `a colour twice, another width and a fourth pass are refused`() throws {
    var combiner = PassCombiner(store: Planes(), width: 2)
    let answers = [
      combiner.begin(try frame(.red)), combiner.begin(try frame(.red)), combiner.begin(try frame(.green, width: 3)),
      combiner.begin(try frame(.green)), combiner.begin(try frame(.blue)), combiner.begin(try frame(.blue)),
    ]
    #expect(answers == [true, false, false, true, true, false])
  }

  @Test func `what an early pass lacks is white`() throws {
    var combiner = PassCombiner(store: Planes(), width: 2)
    var rows: [UInt8] = []
    for (channel, bytes) in [(FrameLayout.Channels.red, [1, 2]), (.green, [3, 4]), (.blue, [5, 6, 7, 8])] {
      _ = combiner.begin(try frame(channel))
      let plane = bytes.map { UInt8($0) }
      unsafe plane.withUnsafeBytes { unsafe combiner.take($0) { unsafe rows += Array($0) } }
    }
    #expect(rows == [1, 3, 5, 2, 4, 6, 255, 255, 7, 255, 255, 8])
  }
}
