/// One header field while it is written, word by word, folded between words (RFC 5322 section 2.2.3).
///
/// Lines have at most 78 characters (section 2.1.1), unless a single word, such as an address, is longer.
struct HeaderField {
  static let lineLimit = 78
  /// The longest word on a line of its own, after the space that folds it.
  static let wordLimit = lineLimit - 1
  /// Below this much room a text is not begun on the line, but on the next: no crumbs of encoded words.
  private static let usefulRoom = 30

  private var text: String
  private var column: Int
  /// Of the line so far; smaller once it has an encoded word.
  private var limit = lineLimit

  init(_ name: String) {
    text = name + ":"
    column = text.utf8.count
  }

  /// The field with its line end.
  var bytes: [UInt8] { Array((text + "\r\n").utf8) }

  /// The field's body, folds included.
  var folded: String { String(text.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }

  private func room(within limit: Int) -> Int { min(limit, self.limit) - column - 1 }

  private mutating func fold() {
    text += "\r\n"
    column = 0
    limit = Self.lineLimit
  }

  /// Adds a word that is never broken.
  mutating func append(word: some StringProtocol) {
    let width = word.utf8.count
    if width > room(within: Self.lineLimit), column > 1 { fold() }
    text += " " + word
    column += 1 + width
  }

  /// Adds a text as it is where that is safe; from the first to the last of its words that need it, encoded.
  ///
  /// A word needs it when it is not ASCII, when it looks encoded already, and when it does not go on a line. So do
  /// spaces at the start, at the end and in a row, which programs on the way are free to drop.
  ///
  /// - Parameter safe: a text without control characters.
  mutating func append(text safe: String) {
    let words = safe.split(separator: " ", omittingEmptySubsequences: false)
    guard let range = Self.encodedRange(of: words, firstLimit: room(within: Self.lineLimit)) else {
      words.forEach { append(word: $0) }
      return
    }
    words[..<range.lowerBound].forEach { append(word: $0) }
    append(encoding: words[range].joined(separator: " "), startingHere: range.lowerBound == 0)
    words[range.upperBound...].forEach { append(word: $0) }
  }

  /// Adds a text as encoded words, with `opening` before the first and `closing` after the last.
  ///
  /// - Parameter startingHere: the first of them stays on this line. A field of free text has to begin on its first
  ///   line: some readers take the space of a fold before it for a part of it.
  mutating func append(encoding text: String, opening: String = "", closing: String = "", startingHere: Bool = false) {
    var rest = text[...]
    var prefix = opening
    var mayFold = !startingHere
    while !rest.isEmpty {
      let used = prefix.utf8.count + closing.utf8.count
      let room = room(within: EncodedWord.lineLimit) - used
      if mayFold, column > 0, !isWorthwhile(rest, room: room, fresh: EncodedWord.lineLimit - 1 - used) { fold() }
      let word = EncodedWord.take(from: &rest, room: self.room(within: EncodedWord.lineLimit) - used)
      append(word: prefix + word + (rest.isEmpty ? closing : ""))
      limit = EncodedWord.lineLimit
      (prefix, mayFold) = ("", true)
    }
  }

  /// Whether to begin `text` in the rest of this line: not for a crumb, and not where it would go on a `fresh` line
  /// in one piece, for some readers put a space where a name was cut.
  private func isWorthwhile(_ text: Substring, room: Int, fresh: Int) -> Bool {
    if EncodedWord.takesAll(of: text, room: room) { return true }
    return room >= Self.usefulRoom && EncodedWord.takesAll(of: text.prefix(1), room: room)
      && !EncodedWord.takesAll(of: text, room: fresh)
  }

  /// Adds a mailbox (RFC 5322 section 3.4); `closing` follows it without a space.
  mutating func append(_ mailbox: Mailbox, closing: String = "") throws(MessageError) {
    guard let name = mailbox.name, !name.isEmpty else {
      append(word: mailbox.address.text + closing)
      return
    }
    append(phrase: try name.headerSafe(as: "The display name"))
    append(word: "<\(mailbox.address.text)>" + closing)
  }

  /// A display name: bare when it is all atoms, else between quotation marks, or encoded as a whole.
  private mutating func append(phrase: String) {
    let words = phrase.split(separator: " ", omittingEmptySubsequences: false)
    let quoted = AddressGrammar.quoted(phrase.utf8).split(separator: " ", omittingEmptySubsequences: false)
    if Self.encodedRange(of: words) != nil || quoted.contains(where: { $0.utf8.count > Self.wordLimit }) {
      append(encoding: phrase)
    } else if words.allSatisfy({ $0.utf8.allSatisfy(AddressGrammar.isAtomText) }) {
      words.forEach { append(word: $0) }
    } else {
      quoted.forEach { append(word: $0) }
    }
  }

  /// Which of the words, as a text was split at its spaces, have to be encoded; nil when none.
  ///
  /// - Parameter firstLimit: how long the first may be, on its line.
  private static func encodedRange(of words: [Substring], firstLimit: Int = wordLimit) -> Range<Int>? {
    guard words.count > 1 || words[0] != "" else { return nil }
    let needy = words.indices.filter { needsEncoding(words[$0], limit: $0 == 0 ? firstLimit : wordLimit) }
    guard var first = needy.first, var last = needy.last else { return nil }
    // An empty word is a space too many; a neighbour has to come along for the space to be inside.
    if words[first].isEmpty { first = max(0, first - 1) }
    if words[last].isEmpty { last = min(words.count - 1, last + 1) }
    return first..<last + 1
  }

  private static func needsEncoding(_ word: Substring, limit: Int) -> Bool {
    word.isEmpty || word.utf8.count > limit || !word.utf8.allSatisfy { $0 < 128 } || word.looksEncoded
  }
}

extension StringProtocol {
  /// Whether a reader may take something in here for an encoded word.
  var looksEncoded: Bool { zip(utf8, utf8.dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") } }
}

extension Mailbox {
  /// As in a header, folded as if the line were its own.
  package var headerText: String {
    get throws(MessageError) {
      var field = HeaderField("")
      try field.append(self)
      return field.folded
    }
  }
}
