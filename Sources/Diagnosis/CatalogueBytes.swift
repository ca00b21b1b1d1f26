/// A compiled catalogue: tables of rows, each found through a table of offsets. The form is told in
/// `Tools/catalogue/Compiler/CatalogueForm.swift`; whatever does not keep to it has no rows.
struct CatalogueBytes: Sendable {
  private struct Table {
    let offsets: Int
    let count: Int
  }

  /// A literal of the program is not copied.
  private let text: String

  init(_ text: String) { self.text = text }

  /// The fields of the row whose first is `name`, by a search over rows in their order.
  func row(_ name: String, in table: String) -> [String]? {
    let bytes = text.utf8.span
    guard let table = Self.table(table, bytes) else { return nil }
    let wanted = Array(name.utf8)
    var (low, high) = (0, table.count)
    while low < high {
      let middle = (low + high) / 2
      let line = Self.line(middle, table, bytes)
      let key = line.prefix { $0 != 9 }
      if key.elementsEqual(wanted) { return Self.fields(line) }
      if key.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Row after row, until `body` gives an answer.
  func first<Answer>(in table: String, _ body: ([String]) -> Answer?) -> Answer? {
    let bytes = text.utf8.span
    guard let table = Self.table(table, bytes) else { return nil }
    for index in 0..<table.count {
      if let answer = body(Self.fields(Self.line(index, table, bytes))) { return answer }
    }
    return nil
  }

  /// The head has a line for each table after the first: "entries 0000a1b2 00000123".
  private static func table(_ name: String, _ bytes: Span<UInt8>) -> Table? {
    var place = 0
    guard nextLine(&place, bytes).elementsEqual("PLTC1".utf8) else { return nil }
    while place < bytes.count {
      let words = nextLine(&place, bytes).split(separator: 32)
      guard words.count == 3, let offsets = number(words[1]), let count = number(words[2]) else { return nil }
      guard words[0].elementsEqual(name.utf8) else { continue }
      return offsets >= 0 && count >= 0 && count <= (bytes.count - offsets) / 8
        ? Table(offsets: offsets, count: count) : nil
    }
    return nil
  }

  private static func nextLine(_ place: inout Int, _ bytes: Span<UInt8>) -> [UInt8] {
    let line = line(from: place, bytes)
    place += line.count + 1
    return line
  }

  private static func line(_ index: Int, _ table: Table, _ bytes: Span<UInt8>) -> [UInt8] {
    let place = table.offsets + 8 * index
    return number((place..<(place + 8)).map { bytes[$0] }).map { line(from: $0, bytes) } ?? []
  }

  /// Up to the line's end.
  private static func line(from start: Int, _ bytes: Span<UInt8>) -> [UInt8] {
    var line: [UInt8] = []
    var place = start
    while (0..<bytes.count).contains(place), bytes[place] != 10 {
      line.append(bytes[place])
      place += 1
    }
    return line
  }

  private static func fields(_ line: [UInt8]) -> [String] {
    line.split(separator: 9, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func number(_ digits: some Sequence<UInt8>) -> Int? {
    Int(String(decoding: Array(digits), as: UTF8.self), radix: 16)
  }
}
