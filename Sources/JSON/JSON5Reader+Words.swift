// The words of JSON5: names, strings and numbers.
extension JSON5Reader {
  static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "$", "_": true
    // Unicode's tables are asked only where they know more.
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
  }

  private static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    if beginsName(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    if scalar.isASCII { return ("0"..."9").contains(scalar) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark, .connectorPunctuation: return true
    default: return false
    }
  }

  /// An IdentifierName of ECMAScript 5.1.
  mutating func name() throws(Fault) -> String {
    var text: [UInt8] = []
    var begin = position
    while let scalar {
      if scalar == "\\" {
        text += bytes[begin..<position]
        let start = position
        position += 1
        guard take(UInt8(ascii: "u")) else {
          throw fault("a key without quotes may contain only \\uXXXX escapes", at: start)
        }
        append(try hexadecimal(digits: 4, start: start), to: &text)
        begin = position
      } else if Self.continuesName(scalar) {
        position += UTF8.width(scalar)
      } else {
        break
      }
    }
    return self.text(text, from: begin, to: position)
  }

  mutating func string() throws(Fault) -> String {
    let start = position
    let quote = bytes[start]
    position += 1
    var text: [UInt8] = []
    while true {
      let begin = position
      position = endOfPlain(in: quote)
      guard let peek else { throw fault("this text is not closed", at: start) }
      position += 1
      switch peek {
      case quote: return self.text(text, from: begin, to: position - 1)
      case UInt8(ascii: "\\"):
        text += bytes[begin..<position - 1]
        try escape(into: &text)
      default: throw fault("this text is not closed on its line", at: start)
      }
    }
  }

  /// Where a text that stands as it is ends: at its quote, a backslash, a line's end, or the end of all. Most bytes of
  /// what is read pass here.
  private func endOfPlain(in quote: UInt8) -> Int {
    let bytes = bytes.span
    var at = position
    while at < bytes.count {
      switch bytes[at] {
      // Small letters, and what is no ASCII.
      case 0x5D...: at += 1
      case quote, UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return at
      default: at += 1
      }
    }
    return at
  }

  /// What was put together so far, and what follows it as it stands.
  private func text(_ text: [UInt8], from begin: Int, to end: Int) -> String {
    text.isEmpty
      ? String(decoding: bytes[begin..<end], as: UTF8.self) : String(decoding: text + bytes[begin..<end], as: UTF8.self)
  }

  /// What follows a backslash.
  private mutating func escape(into text: inout [UInt8]) throws(Fault) {
    let start = position - 1
    guard let byte = peek else { throw fault("the text ends inside an escape", at: start) }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): text.append(0x8)
    case UInt8(ascii: "f"): text.append(0xC)
    case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "v"): text.append(0xB)
    case UInt8(ascii: "x"): append(try hexadecimal(digits: 2, start: start), to: &text)
    case UInt8(ascii: "u"): append(try unicodeEscape(start: start), to: &text)
    case UInt8(ascii: "\r"): _ = take(UInt8(ascii: "\n"))
    case UInt8(ascii: "\n"): break
    case 0xE2 where isSeparator(position - 1): position += 2
    case UInt8(ascii: "0"):
      if let next = peek, Self.isDigit(next) { throw fault("\\0 must not be followed by a digit", at: start) }
      text.append(0)
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw fault("\\\(Unicode.Scalar(byte)) is not a valid escape", at: start)
    // The rest of its character, where there is more, is text like any other.
    default: text.append(byte)
    }
  }

  private func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) { UTF8.encode(scalar) { text.append($0) } }

  /// `\uXXXX`, or a pair of them for what lies beyond the basic plane.
  private mutating func unicodeEscape(start: Int) throws(Fault) -> Unicode.Scalar {
    let high = try code(digits: 4, start: start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    if (0xD800...0xDBFF).contains(high), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let low = try code(digits: 4, start: start)
      if (0xDC00...0xDFFF).contains(low), let pair = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) {
        return pair
      }
    }
    throw fault("half a surrogate pair is not a character", at: start)
  }

  private mutating func hexadecimal(digits: Int, start: Int) throws(Fault) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(try code(digits: digits, start: start)) else {
      throw fault("half a surrogate pair is not a character", at: start)
    }
    return scalar
  }

  private mutating func code(digits: Int, start: Int) throws(Fault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let peek, UTF8.isASCII(peek), let digit = Character(Unicode.Scalar(peek)).hexDigitValue else {
        throw fault("this escape needs \(digits) hexadecimal digits", at: start)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  // MARK: Numbers

  static func beginsNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  mutating func number() throws(Fault) -> Double {
    let start = position
    let negative = peek == UInt8(ascii: "-")
    if negative || peek == UInt8(ascii: "+") { position += 1 }
    var magnitude = wholeNumber()
    if magnitude == nil { magnitude = try anyNumber(start: start) }
    guard let magnitude else { throw fault("not a number; put a text in quotes", at: start) }
    return negative ? -magnitude : magnitude
  }

  /// The most common: digits that a double holds exactly, and nothing else. Takes nothing where more must be asked.
  private mutating func wholeNumber() -> Double? {
    var number = 0
    var at = position
    while at < bytes.count, at - position < 16, Self.isDigit(bytes[at]) {
      number = number * 10 + Int(bytes[at] - UInt8(ascii: "0"))
      at += 1
    }
    let count = at - position
    guard (1...15).contains(count), at < bytes.count, count == 1 || bytes[position] != UInt8(ascii: "0") else {
      return nil
    }
    switch bytes[at] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: " "), UInt8(ascii: "\n"):
      position = at
      return Double(number)
    default: return nil
    }
  }

  private mutating func anyNumber(start: Int) throws(Fault) -> Double? {
    if peek == UInt8(ascii: "I") || peek == UInt8(ascii: "N") {
      switch try name() {
      case "Infinity": return .infinity
      case "NaN": return .nan
      default: throw fault("expected a number after the sign", at: start)
      }
    }
    let body = position
    while let scalar, belongsToNumber(scalar, from: body) { position += UTF8.width(scalar) }
    return Self.magnitude(String(decoding: bytes[body..<position], as: UTF8.self))
  }

  private func belongsToNumber(_ scalar: Unicode.Scalar, from body: Int) -> Bool {
    if scalar == "+" || scalar == "-" {
      return position > body && (bytes[position - 1] == UInt8(ascii: "e") || bytes[position - 1] == UInt8(ascii: "E"))
    }
    return scalar == "." || Self.continuesName(scalar)
  }

  /// A number without its sign: decimal, with a dot at either end if need be, or hexadecimal.
  private static func magnitude(_ text: String) -> Double? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      let digits = text.dropFirst(2)
      if !digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) || digits.isEmpty { return nil }
      return digits.reduce(0) { $0 * 16 + Double($1.hexDigitValue ?? 0) }
    }
    if !text.allSatisfy({ ("0"..."9").contains($0) || ".eE+-".contains($0) }) { return nil }
    if text.count > 1, text.hasPrefix("0"), text.dropFirst().first?.isNumber == true { return nil }
    return Double(text)
  }
}
