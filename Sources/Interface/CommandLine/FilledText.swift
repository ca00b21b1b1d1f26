/// Text in lines of at most so many characters, for a terminal of that width.
struct FilledText {
  private(set) var lines: [String] = []
  let width: Int

  init(width: Int = 80) { self.width = width }

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func add(_ line: String = "") { lines.append(line) }

  mutating func add(_ more: [String]) { lines += more }

  /// Paragraphs, apart by empty lines.
  mutating func fill(_ paragraphs: String) {
    for (index, paragraph) in Self.paragraphs(paragraphs).enumerated() {
      if index > 0 { add() }
      add(Self.filled(paragraph, width))
    }
  }

  /// Rows of a term and what it means; a term that is too long has a line of its own.
  mutating func list(_ rows: [(term: String, meaning: String)], indent: Int = 2, column widest: Int = 24) {
    let longest = rows.map(\.term.count).filter { $0 <= widest }.max() ?? 0
    let column = indent + longest + 2
    for row in rows {
      var meaning = Self.filled(row.meaning, width - column)[...]
      let term = String(repeating: " ", count: indent) + row.term
      if row.term.count <= longest, let first = meaning.popFirst() {
        add((term + String(repeating: " ", count: column - term.count) + first).withoutTrailingSpaces)
      } else {
        add(Self.filled(term, width, hanging: indent + 6))
      }
      for line in meaning { add(String(repeating: " ", count: column) + line) }
    }
  }

  static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n\n").map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
  }

  /// - Parameter hanging: how far all lines but the first are moved in.
  static func filled(_ text: String, _ width: Int, hanging: Int = 0) -> [String] {
    let lead = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = lead + word
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(repeating: " ", count: hanging) + word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    var rest = self[...]
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
