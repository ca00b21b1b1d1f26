/// A request of HTTP/1.1 (RFC 9112), with its form decoded.
struct Request {
  let method: String
  let path: String
  let query: [String: String]
  let form: [String: String]
  let authorization: String?

  private static let lineLimit = 65536
  private static let bodyLimit = 1_048_576

  init(reading wire: Wire) throws(Ended) {
    let words = String(decoding: try wire.readLine(limit: Self.lineLimit), as: UTF8.self).split(separator: " ")
    guard words.count == 3 else { throw Ended(reason: "not HTTP") }
    var length = 0
    var authorization: String?
    while true {
      let line = String(decoding: try wire.readLine(limit: Self.lineLimit), as: UTF8.self)
      if line.isEmpty { break }
      let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
      if line.lowercased().hasPrefix("content-length:") { length = Int(value) ?? 0 }
      if line.lowercased().hasPrefix("authorization:") { authorization = String(value) }
      if line.lowercased().hasPrefix("expect:") { try wire.write("HTTP/1.1 100 Continue\r\n\r\n") }
    }
    guard (0...Self.bodyLimit).contains(length) else { throw Ended(reason: "a body of \(length) bytes") }
    var body: [UInt8] = []
    while body.count < length { body += try wire.read(atMost: length - body.count) }
    let target = words[1].split(separator: "?", maxSplits: 1)
    method = String(words[0])
    path = String(target.first ?? "/")
    query = formFields(target.count > 1 ? String(target[1]) : "")
    form = formFields(String(decoding: body, as: UTF8.self))
    self.authorization = authorization
  }
}

struct Response {
  let status: Int
  var headers: [(String, String)] = []
  var body: [UInt8] = []

  /// - Parameter value: becomes the JSON of the body.
  static func json(_ status: Int, _ value: some Encodable) -> Response {
    Response(
      status: status, headers: [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")],
      body: tenant_simulator.json(value, isSnakeCase: true))
  }

  var wire: [UInt8] {
    let fields = headers + [("Content-Length", String(body.count)), ("Connection", "keep-alive")]
    let head = "HTTP/1.1 \(status) \(status < 400 ? "OK" : "Error")\r\n"
    return Array((head + fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n").utf8) + body
  }
}

/// The fields of application/x-www-form-urlencoded.
func formFields(_ text: String) -> [String: String] {
  var fields: [String: String] = [:]
  for pair in text.split(separator: "&") {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    fields[percentDecoded(parts[0])] = parts.count > 1 ? percentDecoded(parts[1]) : ""
  }
  return fields
}

private func percentDecoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

func percentEncoded(_ text: String) -> String {
  text.utf8.map { byte in
    let isPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8.contains(byte)
    return isPlain
      ? String(decoding: [byte], as: UTF8.self)
      : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
