/// Room for the passes of a page that is scanned a colour at a time: two planes of a byte a pixel.
package protocol PlaneStore {
  associatedtype Failure: Error
  /// Adds to the end of plane `plane`, 0 or 1.
  mutating func append(_ bytes: UnsafeRawBufferPointer, toPlane plane: Int) throws(Failure)
  /// Fills `bytes` from `offset` of the plane; how many there were, fewer only at its end.
  mutating func read(plane: Int, at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
}

/// Puts the three passes of a page together: the first two wait in a ``PlaneStore``, and the rows of the third
/// call them back. What a pass lacks is white.
package struct PassCombiner<Store: PlaneStore> {
  private var store: Store
  private let width: Int
  private var order: [FrameLayout.Channels] = []
  private var row: [UInt8]
  private var plane: [UInt8]
  private var rowsOut = 0

  /// - Parameter width: pixels across, the same in all three passes.
  package init(store: Store, width: Int) {
    self.store = store
    self.width = width
    row = Array(repeating: 255, count: width * 3)
    plane = Array(repeating: 255, count: width)
  }

  /// The passes that have begun.
  package var passes: Int { order.count }

  /// Begins the next pass; false if the page cannot have it: a fourth, one of a colour that was, or another width.
  package mutating func begin(_ frame: FrameLayout) -> Bool {
    guard frame.isPass, frame.pixelsPerLine == width, order.count < 3, !order.contains(frame.channels) else {
      return false
    }
    order.append(frame.channels)
    return true
  }

  /// Takes whole gray rows of the current pass; hands on colour rows from the third one on.
  package mutating func take(
    _ rows: UnsafeRawBufferPointer, handOn: (UnsafeRawBufferPointer) throws(Store.Failure) -> Void
  ) throws(Store.Failure) {
    if order.count < 3 { return try unsafe store.append(rows, toPlane: order.count - 1) }
    for start in stride(from: 0, to: rows.count, by: width) {
      try recall(plane: 0)
      try recall(plane: 1)
      unsafe weave(UnsafeRawBufferPointer(rebasing: rows[start..<(start + width)]), as: order[2])
      rowsOut += 1
      try unsafe lending(row, to: handOn)
    }
  }

  private mutating func recall(plane number: Int) throws(Store.Failure) {
    for index in plane.indices { plane[index] = 255 }
    let offset = rowsOut * width
    var failure: Store.Failure?
    unsafe plane.withUnsafeMutableBytes { bytes in
      do throws(Store.Failure) {
        _ = try unsafe store.read(plane: number, at: offset, into: bytes)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    let recalled = plane
    unsafe recalled.withUnsafeBytes { unsafe weave($0, as: order[number]) }
  }

  private mutating func weave(_ samples: UnsafeRawBufferPointer, as channel: FrameLayout.Channels) {
    let place = channel == .red ? 0 : channel == .green ? 1 : 2
    for pixel in 0..<width { row[pixel * 3 + place] = unsafe samples[pixel] }
  }
}
