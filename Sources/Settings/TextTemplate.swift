/// A text with placeholders in braces: "Scan {date} {time}.pdf". Braces around anything but a
/// word of small letters are themselves.
package struct TextTemplate: Sendable, Equatable {
  private enum Part: Sendable, Equatable {
    case literal(String)
    case word(String)
  }

  /// What a file name may say: the day and the time of the scan, and the device's name.
  package static let fileNameWords = ["date", "time", "name"]
  /// What subject and text may say; `file` is the document's name, `pages` the number of pages.
  package static let messageWords = ["file", "pages", "date", "time", "name"]

  private let parts: [Part]

  package init(_ text: String) {
    var parts: [Part] = []
    var literal = ""
    var rest = text[...]
    while let first = rest.popFirst() {
      let word = rest.prefix { $0.isASCII && $0.isLowercase }
      if first == "{", !word.isEmpty, rest.dropFirst(word.count).first == "}" {
        parts += [.literal(literal), .word(String(word))]
        literal = ""
        rest = rest.dropFirst(word.count + 1)
      } else {
        literal.append(first)
      }
    }
    self.parts = (parts + [.literal(literal)]).filter { $0 != .literal("") }
  }

  /// The words in it, in order.
  package var words: [String] {
    parts.compactMap { if case .word(let word) = $0 { word } else { nil } }
  }

  /// The text with values for its words; a word without a value stays unchanged.
  package func filled(with values: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .literal(let text): text
      case .word(let word): values[word] ?? "{\(word)}"
      }
    }.joined()
  }

  static func list(_ words: [String]) -> String { words.map { "{\($0)}" }.joined(separator: " ") }
}
