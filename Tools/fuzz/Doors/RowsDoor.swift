import Raster

/// Eight bytes are what the driver says of the frame; the rest are its bytes, cut by the eighth.
enum RowsDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard input.count >= 8 else { return }
    let layout: FrameLayout
    do throws(FrameFault) {
      layout = try frame(input)
    } catch {
      return try promise(isOneLine(error.description), error.description)
    }
    // What is wider takes time and shows nothing more.
    guard layout.pixelsPerLine <= 4096 else { return }
    let bytes = Array(input.dropFirst(8))
    let whole = assemble(layout, [bytes])
    try check(layout, bytes, whole)
    let inPieces = assemble(layout, pieces(of: bytes, seed: input[7]))
    try promise(whole == inPieces, "cuts change the rows: \(whole.tally), \(inPieces.tally)")
    try promise(whole == assemble(layout, bytes.map { [$0] }), "single bytes change the rows: \(whole.tally)")
    if layout.isPass { try PassesDoor.enter(layout, bytes, order: input[6]) }
  }

  /// Sizes that a driver may get wrong by a little, in all directions, and now and then by much.
  private static func frame(_ input: [UInt8]) throws(FrameFault) -> FrameLayout {
    let channels: [FrameLayout.Channels] = [.gray, .rgb, .red, .green, .blue]
    let depth = [1, 8, 16, Int(input[1])][Int(input[1] & 3)]
    let pixels = Int(input[2]) << (input[3] & 15)
    let perPixel = input[0] % 5 == 1 ? 3 : 1
    let needed = depth == 1 ? (pixels + 7) / 8 * perPixel : pixels * perPixel * depth / 8
    return try FrameLayout(
      channels: channels[Int(input[0]) % channels.count], depth: depth, pixelsPerLine: pixels,
      bytesPerLine: needed + Int(Int8(bitPattern: input[4])) / 8, lines: Int(Int8(bitPattern: input[5])))
  }

  private struct Assembly: Equatable {
    var rows: [UInt8] = []
    var tally = RowAssembler.Tally()
  }

  private static func assemble(_ layout: FrameLayout, _ pieces: [[UInt8]]) -> Assembly {
    var assembler = RowAssembler(layout)
    var assembly = Assembly()
    func take(_ rows: UnsafeRawBufferPointer) { unsafe assembly.rows += rows }
    for piece in pieces { unsafe piece.withUnsafeBytes { unsafe assembler.take($0, handOn: take) } }
    unsafe assembler.finish(handOn: take)
    assembly.tally = assembler.tally
    return assembly
  }

  /// The page has the rows that were announced, and the tally accounts for every byte.
  private static func check(_ layout: FrameLayout, _ bytes: [UInt8], _ assembly: Assembly) throws(BrokenPromise) {
    let tally = assembly.tally
    let rowBytes = layout.pixelFormat.bytesPerRow(width: layout.pixelsPerLine)
    try promise(assembly.rows.count == tally.rows * rowBytes, "\(assembly.rows.count) bytes in \(tally.rows) rows")
    let came = bytes.count / layout.bytesPerLine
    let begun = (bytes.count + layout.bytesPerLine - 1) / layout.bytesPerLine
    let isCut = begun > came
    let announced = layout.lines ?? begun
    try promise(tally.rows == announced, "\(tally.rows) rows of \(announced)")
    let missing = layout.lines.map { max(0, $0 - came) } ?? (isCut ? 1 : 0)
    try promise(tally.missing == missing, "\(tally.missing) rows missing, not \(missing)")
    let surplus = layout.lines.map { max(0, came - $0) } ?? 0
    // A row that was begun beyond the last announced one counts as whole: it was filled up.
    try promise(tally.surplus - surplus == 0 || isCut && tally.surplus - surplus == 1, "\(tally.surplus) rows too many")
  }
}
