/// IP addresses as bytes, 4 or 16 of them.
package enum AddressText {
  /// From "192.0.2.1" or "2001:db8::1"; nil for anything else.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    text.contains(":") ? sixteen(String(text)) : four(String(text))
  }

  package static func text(_ bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    let groups = groups(of: bytes)
    guard let gap = longestGap(groups) else { return hexadecimal(groups[...]) }
    return hexadecimal(groups[..<gap.lowerBound]) + "::" + hexadecimal(groups[gap.upperBound...])
  }

  /// The name below which the DNS keeps what belongs to an address: its parts in reverse, without a zone.
  package static func reversed(_ bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.reversed().map(String.init).joined(separator: ".") }
    return nibbles(bytes).reversed().joined(separator: ".")
  }

  /// The name of its PTR record (RFC 1035 section 3.5, RFC 3596 section 2.5).
  package static func pointerName(_ bytes: [UInt8]) -> String {
    reversed(bytes) + (bytes.count == 4 ? ".in-addr.arpa" : ".ip6.arpa")
  }

  static func nibbles(_ bytes: [UInt8]) -> [String] {
    bytes.flatMap { [String($0 >> 4, radix: 16), String($0 & 15, radix: 16)] }
  }

  /// Whether both agree in their first bits.
  static func agree(_ left: [UInt8], _ right: [UInt8], bits: Int) -> Bool {
    guard left.count == right.count else { return false }
    let whole = bits / 8
    if left.prefix(whole) != right.prefix(whole) { return false }
    let rest = bits % 8
    return rest == 0 || (left[whole] ^ right[whole]) >> (8 - rest) == 0
  }

  private static func four(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      part.utf8.allSatisfy { 48...57 ~= $0 } && (part == "0" || !part.hasPrefix("0")) ? UInt8(part) : nil
    }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func sixteen(_ text: String) -> [UInt8]? {
    guard let gap = gap(in: text) else { return fields(text).flatMap { $0.count == 16 ? $0 : nil } }
    guard let head = fields(gap.before), let tail = fields(gap.after), head.count + tail.count <= 14 else { return nil }
    return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  /// The texts on both sides of "::"; a second one stays in the text behind and spoils it.
  private static func gap(in text: String) -> (before: String, after: String)? {
    let bytes = Array(text.utf8)
    guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: "::".utf8) }) else { return nil }
    return (String(decoding: bytes[..<at], as: UTF8.self), String(decoding: bytes[(at + 2)...], as: UTF8.self))
  }

  /// Groups of up to four digits, an IPv4 address in the last place.
  private static func fields(_ text: String) -> [UInt8]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let last = four(String(part)) { return bytes + last }
      guard 1...4 ~= part.utf8.count, part.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let group = UInt16(part, radix: 16)
      else { return nil }
      bytes += [UInt8(group >> 8), UInt8(group & 255)]
    }
    return bytes
  }

  private static func groups(of bytes: [UInt8]) -> [UInt16] {
    stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
  }

  /// The longest run of two or more zeros, the first of equals (RFC 5952 section 4.2).
  private static func longestGap(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    for start in groups.indices {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start >= max(2, (best?.count ?? 0) + 1) { best = start..<end }
    }
    return best
  }

  private static func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
