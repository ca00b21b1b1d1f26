/// Reads JSON5 (json5.org 1.0.0) into a ``JSONValue``.
///
/// Our own: it names line and column, refuses a key that stands twice, and brings no Foundation.
package struct JSON5Reader {
  /// Where and why reading ended; lines and columns count from 1, columns in characters of Unicode.
  package struct Fault: Error, Sendable, Equatable {
    package let line: Int
    package let column: Int
    package let message: String
  }

  /// Deeper nesting than any configuration has; it bounds the stack against hostile files.
  static let greatestDepth = 40

  var scalars: [Unicode.Scalar]
  var position = 0
  private var depth = 0

  /// Reads a whole text: one value and nothing else. A byte order mark is skipped.
  package static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
    var reader = JSON5Reader(scalars: try decode(bytes))
    if reader.peek == "\u{FEFF}" { reader.position = 1 }
    try reader.skipBlank()
    if reader.peek == nil { throw reader.fault("nothing is here; write {} for no settings") }
    let value = try reader.value()
    try reader.skipBlank()
    if reader.peek != nil { throw reader.fault("\(reader.seen) follows the end of the configuration") }
    return value
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private static func decode(_ bytes: [UInt8]) throws(Fault) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    var source = bytes.makeIterator()
    var codec = UTF8()
    while true {
      switch codec.decode(&source) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput: return scalars
      case .error:
        var reader = JSON5Reader(scalars: scalars)
        reader.position = scalars.count
        throw reader.fault("a byte here is not UTF-8 text")
      }
    }
  }

  var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ ahead: Int) -> Unicode.Scalar? {
    position + ahead < scalars.count ? scalars[position + ahead] : nil
  }

  /// What stands here, as an error names it.
  var seen: String {
    guard let peek else { return "the end" }
    switch peek.value {
    case 0..<32, 127..<160: return "a control character (U+\(String(peek.value, radix: 16, uppercase: true)))"
    default: return "\"\(peek)\""
    }
  }

  func fault(_ message: String, at place: Int? = nil) -> Fault {
    let (line, column) = lineAndColumn(of: place ?? position)
    return Fault(line: line, column: column, message: message)
  }

  private func lineAndColumn(of place: Int) -> (line: Int, column: Int) {
    var line = 1
    var start = scalars.first == "\u{FEFF}" ? 1 : 0
    for at in 0..<min(place, scalars.count) where endsLine(at) {
      line += 1
      start = at + 1
    }
    return (line, place - start + 1)
  }

  /// LF, a CR that no LF follows, and the two separators of Unicode.
  private func endsLine(_ at: Int) -> Bool {
    switch scalars[at] {
    case "\n", "\u{2028}", "\u{2029}": true
    case "\r": at + 1 >= scalars.count || scalars[at + 1] != "\n"
    default: false
    }
  }

  // MARK: Values

  private mutating func value() throws(Fault) -> JSONValue {
    switch peek {
    case "{": return try nested { (reader: inout JSON5Reader) throws(Fault) in try reader.object() }
    case "[": return try nested { (reader: inout JSON5Reader) throws(Fault) in try reader.array() }
    case "\"", "'": return .string(try string())
    case let scalar? where Self.beginsNumber(scalar): return .number(try number())
    default: return try word()
    }
  }

  private mutating func nested(_ body: (inout JSON5Reader) throws(Fault) -> JSONValue) throws(Fault) -> JSONValue {
    depth += 1
    if depth > Self.greatestDepth { throw fault("more than \(Self.greatestDepth) levels are nested here") }
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func object() throws(Fault) -> JSONValue {
    let start = position
    position += 1
    var members: [JSONValue.Member] = []
    var places: [String: Int] = [:]
    while true {
      try skipBlank()
      if take("}") { return .object(members) }
      let place = position
      let name = try key(in: start)
      if let first = places.updateValue(place, forKey: name) {
        throw fault("the key \"\(name)\" stands here again; first on line \(lineAndColumn(of: first).line)", at: place)
      }
      try skipBlank()
      if !take(":") { throw fault("\(seen) where \":\" must follow the key \"\(name)\"") }
      try skipBlank()
      members.append(JSONValue.Member(name, try value()))
      try separator(closing: "}", start: start)
    }
  }

  private mutating func array() throws(Fault) -> JSONValue {
    let start = position
    position += 1
    var elements: [JSONValue] = []
    while true {
      try skipBlank()
      if take("]") { return .array(elements) }
      if peek == nil { throw unclosed(start) }
      elements.append(try value())
      try separator(closing: "]", start: start)
    }
  }

  /// Takes a comma, or stands before the closing bracket.
  private mutating func separator(closing: Unicode.Scalar, start: Int) throws(Fault) {
    try skipBlank()
    if take(",") || peek == closing { return }
    if peek == nil { throw unclosed(start) }
    throw fault("\(seen) where \",\" or \"\(closing)\" must be")
  }

  private func unclosed(_ start: Int) -> Fault {
    fault("the \"\(scalars[start])\" of line \(lineAndColumn(of: start).line) is not closed")
  }

  private mutating func key(in start: Int) throws(Fault) -> String {
    switch peek {
    case nil: throw unclosed(start)
    case "\"", "'": return try string()
    case let scalar? where Self.beginsName(scalar) || scalar == "\\": return try name()
    default: throw fault("\(seen) where a key must be")
    }
  }

  private mutating func word() throws(Fault) -> JSONValue {
    let start = position
    guard let peek, Self.beginsName(peek) else { throw fault("\(seen) where a value must be") }
    switch try name() {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    case "Infinity": return .number(.infinity)
    case "NaN": return .number(.nan)
    // The word is not repeated: it may be a password that someone put here.
    default: throw fault("this word is no value; a text stands in quotes", at: start)
    }
  }

  // MARK: Blanks

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    if peek != scalar { return false }
    position += 1
    return true
  }

  private mutating func skipBlank() throws(Fault) {
    while let scalar = peek {
      if scalar == "/" {
        try skipComment()
      } else if Self.isBlank(scalar) {
        position += 1
      } else {
        return
      }
    }
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9...13, 32, 0xFEFF: true
    case ..<128: false
    default: scalar.properties.isWhitespace
    }
  }

  private mutating func skipComment() throws(Fault) {
    let start = position
    switch peek(1) {
    case "/": while position < scalars.count, !endsLine(position) { position += 1 }
    case "*":
      position += 2
      while !(peek == "*" && peek(1) == "/") {
        if peek == nil { throw fault("the comment that begins here is not closed", at: start) }
        position += 1
      }
      position += 2
    default: throw fault("\"/\" begins no comment here; write // or /* */")
    }
  }
}
