/// A line of a client: the verb in capitals, and the rest.
struct Command {
  let verb: String
  let argument: String

  init(_ line: [UInt8]) {
    let text = String(decoding: line, as: UTF8.self)
    let end = text.firstIndex(of: " ") ?? text.endIndex
    verb = text[..<end].uppercased()
    argument = String(text[end...].drop { $0 == " " })
  }

  var words: [String] { argument.split(separator: " ").map(String.init) }
}

/// The path and parameters of MAIL FROM or RCPT TO (RFC 5321 section 4.1.1).
struct PathArgument {
  let address: String
  let parameters: [String]

  init?(_ argument: String, keyword: String) {
    guard argument.uppercased().hasPrefix(keyword + ":") else { return nil }
    let rest = argument.dropFirst(keyword.count + 1).drop { $0 == " " }
    guard rest.first == "<", let close = rest.firstIndex(of: ">") else { return nil }
    address = String(rest[rest.index(after: rest.startIndex)..<close])
    parameters = rest[rest.index(after: close)...].split(separator: " ").map(String.init)
  }

  /// The value of a parameter, "" where it has none.
  func value(_ name: String) -> String? {
    parameters.first { $0.uppercased() == name || $0.uppercased().hasPrefix(name + "=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}
