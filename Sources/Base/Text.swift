/// Bytes as lower-case hexadecimal digits, two a byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// Base64 without line ends (RFC 4648 section 4).
package func base64(_ bytes: some Collection<UInt8>) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  var rest = bytes[...]
  while let first = rest.popFirst() {
    let second = rest.popFirst()
    let third = rest.popFirst()
    let group = Int(first) << 16 | Int(second ?? 0) << 8 | Int(third ?? 0)
    text.append(alphabet[group >> 18])
    text.append(alphabet[group >> 12 & 63])
    text.append(second == nil ? 61 : alphabet[group >> 6 & 63])
    text.append(third == nil ? 61 : alphabet[group & 63])
  }
  return String(decoding: text, as: UTF8.self)
}

/// What base64 stands for (RFC 4648 section 4), with its padding; nil for any other text.
package func decodedBase64(_ text: some StringProtocol) -> [UInt8]? {
  let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
  let padding = text.utf8.count - digits.count
  guard text.utf8.count % 4 == 0, padding <= 2, text.utf8.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") })
  else { return nil }
  var bytes: [UInt8] = []
  var (bits, count) = (0, 0)
  for digit in digits {
    guard let value = base64Value(digit) else { return nil }
    (bits, count) = (bits << 6 | value, count + 6)
    guard count >= 8 else { continue }
    count -= 8
    bytes.append(UInt8(bits >> count))
    bits &= 1 << count - 1
  }
  return bits == 0 ? bytes : nil
}

private func base64Value(_ digit: UInt8) -> Int? {
  switch digit {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
  case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 71
  case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) + 4
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}

extension String {
  /// The text on one line, fit for a terminal and a log: what controls a terminal or turns the direction
  /// of writing becomes `\xNN`, and what goes over `limit` Unicode scalars is cut with "…".
  package func onOneLine(limit: Int = 500) -> String {
    var line = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.actsOnTerminal {
        line += "\\x\(hexadecimal(String(scalar).utf8))".unicodeScalars
      } else {
        line.append(scalar)
      }
    }
    if line.count <= limit { return String(line) }
    return String(line.prefix(limit - 1)) + "…"
  }
}

extension Unicode.Scalar {
  /// Control characters, line ends, and the marks that embed or override a direction, which can make a line
  /// read as another (Unicode Technical Report 36 section 2.5).
  fileprivate var actsOnTerminal: Bool {
    switch value {
    case 0..<32, 127..<160, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
