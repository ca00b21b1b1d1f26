/// The markers of a JPEG stream (ITU-T T.81, annex B).
enum JPEGMarkers {
  static let start: UInt8 = 0xD8
  static let end: UInt8 = 0xD9
  static let scan: UInt8 = 0xDA
  static let restarts: ClosedRange<UInt8> = 0xD0...0xD7
  static let application0: UInt8 = 0xE0
  static let application1: UInt8 = 0xE1
  static let application14: UInt8 = 0xEE

  /// SOF0 to SOF15: 0xC0 to 0xCF but DHT (C4), JPG (C8) and DAC (CC).
  static func isFrameHeader(_ marker: UInt8) -> Bool {
    marker & 0xF0 == 0xC0 && ![0xC4, 0xC8, 0xCC].contains(marker)
  }

  /// Where the frame header's height stands in the beginning of a stream.
  static func heightOffset(in head: [UInt8]) -> Int? {
    var position = 2
    while position + 9 <= head.count, head[position] == 0xFF {
      if isFrameHeader(head[position + 1]) { return position + 5 }
      position += 2 + Int(head[position + 2]) << 8 + Int(head[position + 3])
    }
    return nil
  }
}
