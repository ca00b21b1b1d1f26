/// What a zoneinfo file says (RFC 8536): when the offset from UTC changed, and by which rule it goes on.
package struct TimeZoneRules: Sendable, Equatable {
  /// Seconds since 1970, ascending; ``offsets`` has the offset that holds from each on.
  private let transitions: [Int64]
  private let offsets: [Int]
  private let offsetBefore: Int
  private let ruleAfter: DaylightRule?

  /// - Parameter bytes: the file's; nil when they are not a whole zoneinfo file.
  package init?(parsing bytes: [UInt8]) {
    var reader = ZoneReader(bytes: bytes)
    guard let first = reader.header() else { return nil }
    var block = first
    if first.version >= UInt8(ascii: "2") {
      // The first block repeats the second in four-byte times, for readers of long ago.
      guard reader.skip(first.length(timeSize: 4)), let second = reader.header() else { return nil }
      block = second
    }
    let timeSize = first.version >= UInt8(ascii: "2") ? 8 : 4
    guard
      block.typeCount > 0, let times = reader.times(block.timeCount, size: timeSize),
      let indices = reader.take(block.timeCount), let types = reader.types(block.typeCount),
      indices.allSatisfy({ $0 < block.typeCount }),
      reader.skip(block.characterCount + block.leapCount * (timeSize + 4) + block.standardCount + block.universalCount)
    else { return nil }
    transitions = times
    offsets = indices.map { types[Int($0)] }
    offsetBefore = types[0]
    ruleAfter = timeSize == 8 ? DaylightRule(parsing: reader.footer()) : nil
  }

  /// The offset from UTC at a time (seconds since 1970), in seconds, east positive.
  package func offset(at seconds: Int64) -> Int {
    let passed = transitionsPassed(at: seconds)
    if passed == transitions.count, let ruleAfter { return ruleAfter.offset(at: seconds) }
    return passed == 0 ? offsetBefore : offsets[passed - 1]
  }

  private func transitionsPassed(at seconds: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The six counts of a header.
private struct ZoneHeader {
  let version: UInt8
  let universalCount: Int
  let standardCount: Int
  let leapCount: Int
  let timeCount: Int
  let typeCount: Int
  let characterCount: Int

  func length(timeSize: Int) -> Int {
    timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + standardCount
      + universalCount
  }
}

private struct ZoneReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, bytes.count - position >= count else { return nil }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func skip(_ count: Int) -> Bool { take(count) != nil }

  mutating func header() -> ZoneHeader? {
    guard let magic = take(4), magic.elementsEqual("TZif".utf8), let version = take(1)?.first, skip(15),
      let counts = numbers(6, size: 4), counts.allSatisfy({ $0 >= 0 })
    else { return nil }
    let sizes = counts.map { Int($0) }
    return ZoneHeader(
      version: version, universalCount: sizes[0], standardCount: sizes[1], leapCount: sizes[2],
      timeCount: sizes[3], typeCount: sizes[4], characterCount: sizes[5])
  }

  mutating func times(_ count: Int, size: Int) -> [Int64]? { numbers(count, size: size) }

  /// The offset in seconds of each local time type: four bytes, then two that do not matter here.
  mutating func types(_ count: Int) -> [Int]? {
    guard let records = take(count * 6) else { return nil }
    return stride(from: records.startIndex, to: records.endIndex, by: 6).map { Int(number(records[$0..<($0 + 4)])) }
  }

  /// The text between the two line feeds at the end.
  mutating func footer() -> String {
    guard skip(1) else { return "" }
    return String(decoding: bytes[position...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private mutating func numbers(_ count: Int, size: Int) -> [Int64]? {
    guard let part = take(count * size) else { return nil }
    return stride(from: part.startIndex, to: part.endIndex, by: size).map { number(part[$0..<($0 + size)]) }
  }

  /// A signed number, most significant byte first.
  private func number(_ digits: ArraySlice<UInt8>) -> Int64 {
    let negative = digits.first.map { $0 >= 0x80 } ?? false
    return digits.reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) }
  }
}
