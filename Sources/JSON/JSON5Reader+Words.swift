// The words of JSON5: names, strings and numbers.
extension JSON5Reader {
  static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "$", "_": true
    // Unicode's tables are asked only where they know more.
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
  }

  static func beginsNumber(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "+" || scalar == "-" || scalar == "." || ("0"..."9").contains(scalar)
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
    var text = Text()
    while let scalar = peek {
      if scalar == "\\" {
        let start = position
        position += 1
        guard take("u") else { throw fault("a key without quotes may escape only as \\uXXXX", at: start) }
        text.append(try hexadecimal(digits: 4, start: start))
      } else if Self.continuesName(scalar) {
        text.append(scalar)
        position += 1
      } else {
        break
      }
    }
    return text.string
  }

  mutating func string() throws(Fault) -> String {
    let start = position
    let quote = scalars[position]
    position += 1
    var text = Text()
    while let scalar = peek {
      position += 1
      switch scalar {
      case quote: return text.string
      case "\\": try escape(into: &text)
      case "\n", "\r": throw fault("the text that begins here is not closed on its line", at: start)
      default: text.append(scalar)
      }
    }
    throw fault("the text that begins here is not closed", at: start)
  }

  /// What follows a backslash.
  private mutating func escape(into text: inout Text) throws(Fault) {
    let start = position - 1
    guard let scalar = peek else { throw fault("the text ends in the middle of an escape", at: start) }
    position += 1
    switch scalar {
    case "b": text.append("\u{8}")
    case "f": text.append("\u{C}")
    case "n": text.append("\n")
    case "r": text.append("\r")
    case "t": text.append("\t")
    case "v": text.append("\u{B}")
    case "x": text.append(try hexadecimal(digits: 2, start: start))
    case "u": text.append(try unicodeEscape(start: start))
    case "\r": _ = take("\n")
    case "\n", "\u{2028}", "\u{2029}": break
    case "0":
      if let next = peek, ("0"..."9").contains(next) { throw fault("\\0 may not stand before a digit", at: start) }
      text.append("\0")
    case "1"..."9": throw fault("\\\(scalar) is no escape", at: start)
    default: text.append(scalar)
    }
  }

  /// `\uXXXX`, or a pair of them for what lies beyond the basic plane.
  private mutating func unicodeEscape(start: Int) throws(Fault) -> Unicode.Scalar {
    let high = try code(digits: 4, start: start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    if (0xD800...0xDBFF).contains(high), take("\\"), take("u") {
      let low = try code(digits: 4, start: start)
      if (0xDC00...0xDFFF).contains(low), let pair = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) {
        return pair
      }
    }
    throw fault("half a surrogate pair is no character", at: start)
  }

  private mutating func hexadecimal(digits: Int, start: Int) throws(Fault) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(try code(digits: digits, start: start)) else {
      throw fault("half a surrogate pair is no character", at: start)
    }
    return scalar
  }

  private mutating func code(digits: Int, start: Int) throws(Fault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let peek, peek.isASCII, let digit = Character(peek).hexDigitValue else {
        throw fault("\(digits) hexadecimal digits must follow this escape", at: start)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  // MARK: Numbers

  mutating func number() throws(Fault) -> Double {
    let start = position
    let negative = peek == "-"
    if negative || peek == "+" { position += 1 }
    if peek == "I" || peek == "N" { return try namedNumber(negative: negative, start: start) }
    let body = position
    while let scalar = peek, belongsToNumber(scalar, from: body) { position += 1 }
    let text = String(String.UnicodeScalarView(scalars[body..<position]))
    guard let magnitude = Self.magnitude(text) else {
      throw fault("this is no number; a text stands in quotes", at: start)
    }
    return negative ? -magnitude : magnitude
  }

  private mutating func namedNumber(negative: Bool, start: Int) throws(Fault) -> Double {
    switch try name() {
    case "Infinity": return negative ? -.infinity : .infinity
    case "NaN": return .nan
    default: throw fault("a number must follow the sign", at: start)
    }
  }

  private func belongsToNumber(_ scalar: Unicode.Scalar, from body: Int) -> Bool {
    if scalar == "+" || scalar == "-" {
      return position > body && (scalars[position - 1] == "e" || scalars[position - 1] == "E")
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

/// A text that grows scalar by scalar, as UTF-8: much faster than a `String` does.
private struct Text {
  private var bytes: [UInt8] = []

  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      bytes += Array(String(scalar).utf8)
    }
  }
}
