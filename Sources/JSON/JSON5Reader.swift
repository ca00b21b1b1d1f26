/// Reads JSON5 (json5.org 1.0.0) into a ``JSONValue``.
///
/// Our own: it names line and column, refuses a key that stands twice, and brings no Foundation. It also reads back what
/// the spool keeps, so it goes by bytes and takes those of ASCII apart without asking Unicode.
package struct JSON5Reader {
  /// Where and why reading ended; lines and columns count from 1, columns in characters of Unicode.
  package struct Fault: Error, Sendable, Equatable {
    package let line: Int
    package let column: Int
    package let message: String
  }

  /// Deeper nesting than any configuration has; it bounds the stack against hostile files.
  static let greatestDepth = 40
  /// More than most objects have.
  private static let usualMembers = 8
  /// So many names are compared one by one.
  private static let fewMembers = 16
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Valid UTF-8.
  let bytes: [UInt8]
  /// Of the byte that is read next, where a character begins.
  var position = 0
  private var depth = 0

  /// Reads a whole text: one value and nothing else. A byte order mark is skipped.
  package static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
    var reader = JSON5Reader(bytes: bytes)
    try reader.checkEncoding()
    reader.position = reader.begin
    try reader.skipBlank()
    if reader.peek == nil { throw reader.fault("expected a value, found nothing; write {} for no settings") }
    let value = try reader.value()
    try reader.skipBlank()
    if reader.peek != nil { throw reader.fault("expected the end here, found \(reader.seen)") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func checkEncoding() throws(Fault) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw fault("this byte is not valid UTF-8", at: error.byteOffsets.lowerBound)
    }
  }

  /// Behind a byte order mark.
  private var begin: Int { bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0 }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  func peek(_ ahead: Int) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

  /// The character that begins here.
  var scalar: Unicode.Scalar? {
    guard let peek else { return nil }
    if UTF8.isASCII(peek) { return Unicode.Scalar(peek) }
    var codec = UTF8()
    var rest = bytes[position...].makeIterator()
    guard case .scalarValue(let scalar) = codec.decode(&rest) else { return nil }
    return scalar
  }

  /// What stands here, as an error names it.
  var seen: String {
    guard let scalar else { return "the end" }
    switch scalar.value {
    case 0..<32, 127..<160: return "a control character (U+\(String(scalar.value, radix: 16, uppercase: true)))"
    default: return "'\(scalar)'"
    }
  }

  func fault(_ message: String, at place: Int? = nil) -> Fault {
    let (line, column) = lineAndColumn(of: place ?? position)
    return Fault(line: line, column: column, message: message)
  }

  private func lineAndColumn(of place: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for at in begin..<max(begin, place) {
      if UTF8.isContinuation(bytes[at]) { continue }
      let ends = endsLine(at)
      line += ends ? 1 : 0
      column = ends ? 1 : column + 1
    }
    return (line, column)
  }

  /// LF, a CR that no LF follows, and the two separators of Unicode.
  private func endsLine(_ at: Int) -> Bool {
    switch bytes[at] {
    case UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): at + 1 >= bytes.count || bytes[at + 1] != UInt8(ascii: "\n")
    case 0xE2: isSeparator(at)
    default: false
    }
  }

  /// U+2028 or U+2029.
  func isSeparator(_ at: Int) -> Bool {
    at + 2 < bytes.count && bytes[at] == 0xE2 && bytes[at + 1] == 0x80 && bytes[at + 2] & 0xFE == 0xA8
  }

  // MARK: Values

  private mutating func value() throws(Fault) -> JSONValue {
    switch peek {
    case UInt8(ascii: "{"): return try nested { (reader: inout JSON5Reader) throws(Fault) in try reader.object() }
    case UInt8(ascii: "["): return try nested { (reader: inout JSON5Reader) throws(Fault) in try reader.array() }
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
    case let byte? where Self.beginsNumber(byte): return .number(try number())
    default: return try word()
    }
  }

  private mutating func nested(_ body: (inout JSON5Reader) throws(Fault) -> JSONValue) throws(Fault) -> JSONValue {
    depth += 1
    if depth > Self.greatestDepth { throw fault("more than \(Self.greatestDepth) nested levels") }
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func object() throws(Fault) -> JSONValue {
    let start = position
    position += 1
    var members: [JSONValue.Member] = []
    members.reserveCapacity(Self.usualMembers)
    var names: Set<String> = []
    while true {
      try skipBlank()
      if take(UInt8(ascii: "}")) { return .object(members) }
      let place = position
      let name = try key(in: start)
      if members.count == Self.fewMembers { names = Set(members.map(\.name)) }
      let isThere =
        members.count < Self.fewMembers ? members.contains { $0.name == name } : !names.insert(name).inserted
      if isThere {
        let line = try line(of: name, in: start)
        throw fault("duplicate key '\(name)'; first on line \(line)", at: place)
      }
      members.append(JSONValue.Member(name, try value(of: name)))
      try separator(closing: UInt8(ascii: "}"), start: start)
    }
  }

  private mutating func value(of name: String) throws(Fault) -> JSONValue {
    try skipBlank()
    if !take(UInt8(ascii: ":")) { throw fault("expected ':' after the key '\(name)', found \(seen)") }
    try skipBlank()
    return try value()
  }

  /// The line on which a key stands in the object at `start`: read again, as only an error needs it.
  private func line(of name: String, in start: Int) throws(Fault) -> Int {
    var reader = self
    reader.position = start + 1
    while true {
      try reader.skipBlank()
      let place = reader.position
      let found = try reader.key(in: start)
      if found == name { return lineAndColumn(of: place).line }
      _ = try reader.value(of: found)
      try reader.separator(closing: UInt8(ascii: "}"), start: start)
    }
  }

  private mutating func array() throws(Fault) -> JSONValue {
    let start = position
    position += 1
    var elements: [JSONValue] = []
    while true {
      try skipBlank()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      if peek == nil { throw unclosed(start) }
      elements.append(try value())
      try separator(closing: UInt8(ascii: "]"), start: start)
    }
  }

  /// Takes a comma, or stands before the closing bracket.
  private mutating func separator(closing: UInt8, start: Int) throws(Fault) {
    try skipBlank()
    if take(UInt8(ascii: ",")) || peek == closing { return }
    if peek == nil { throw unclosed(start) }
    throw fault("expected ',' or '\(Unicode.Scalar(closing))' here, found \(seen)")
  }

  private func unclosed(_ start: Int) -> Fault {
    fault("the '\(Unicode.Scalar(bytes[start]))' on line \(lineAndColumn(of: start).line) is not closed")
  }

  private mutating func key(in start: Int) throws(Fault) -> String {
    switch scalar {
    case nil: throw unclosed(start)
    case "\"", "'": return try string()
    case let scalar? where Self.beginsName(scalar) || scalar == "\\": return try name()
    default: throw fault("expected a key here, found \(seen)")
    }
  }

  private mutating func word() throws(Fault) -> JSONValue {
    let start = position
    guard let scalar, Self.beginsName(scalar) else { throw fault("expected a value here, found \(seen)") }
    switch try name() {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    case "Infinity": return .number(.infinity)
    case "NaN": return .number(.nan)
    // The word is not repeated: it may be a password that someone put here.
    default: throw fault("not a value; put a text in quotes", at: start)
    }
  }

  // MARK: Blanks

  mutating func take(_ byte: UInt8) -> Bool {
    if peek != byte { return false }
    position += 1
    return true
  }

  private mutating func skipBlank() throws(Fault) {
    // Rarely present.
    if let peek, peek > 32, peek < 0x80, peek != UInt8(ascii: "/") { return }
    try skipBlanks()
  }

  private mutating func skipBlanks() throws(Fault) {
    while let peek {
      switch peek {
      case 9...13, 32: position += 1
      case UInt8(ascii: "/"): try skipComment()
      case ..<0x80: return
      default:
        guard let scalar, scalar == "\u{FEFF}" || scalar.properties.isWhitespace else { return }
        position += UTF8.width(scalar)
      }
    }
  }

  private mutating func skipComment() throws(Fault) {
    let start = position
    switch peek(1) {
    case UInt8(ascii: "/"): while position < bytes.count, !endsLine(position) { position += 1 }
    case UInt8(ascii: "*"):
      position += 2
      while !(peek == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
        if peek == nil { throw fault("this comment is not closed", at: start) }
        position += 1
      }
      position += 2
    default: throw fault("'/' does not start a comment; write // or /* */")
    }
  }
}
