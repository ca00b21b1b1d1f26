import Base

/// Base64 for addresses and tokens: other marks and no padding (RFC 4648 section 5).
func base64URL(_ bytes: some Collection<UInt8>) -> String {
  let text = base64(bytes).utf8.filter { $0 != UInt8(ascii: "=") }.map { byte in
    switch byte {
    case UInt8(ascii: "+"): UInt8(ascii: "-")
    case UInt8(ascii: "/"): UInt8(ascii: "_")
    default: byte
    }
  }
  return String(decoding: text, as: UTF8.self)
}
