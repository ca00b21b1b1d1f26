/// What a server offers in its reply to EHLO (RFC 5321 section 4.1.1.1).
package struct SMTPCapabilities: Sendable, Equatable {
  /// The keywords, upper case, in the server's order.
  package private(set) var keywords: [String] = []
  /// SASL mechanisms of every AUTH line together, upper case, each once.
  package private(set) var mechanisms: [String] = []
  /// The largest message in bytes (RFC 1870); nil without a limit, or with an unreadable one.
  package private(set) var sizeLimit: Int?

  /// Nothing: what HELO gives.
  package init() {}

  /// - Parameter reply: the positive reply to EHLO; its first line is the server's name.
  package init(_ reply: SMTPReply) {
    for line in reply.lines.dropFirst() { add(line) }
  }

  package func has(_ keyword: String) -> Bool { keywords.contains(keyword) }

  /// What a device on the way made of a keyword that it does not like ("XXXXXXXA"); nil where nothing looks so.
  package var maskedKeyword: String? { keywords.first { $0.hasPrefix("XXXX") } }

  private mutating func add(_ line: String) {
    // Old servers join keyword and value with "=" (AUTH=LOGIN); Exchange lists some mechanisms as X-EXPS.
    let words = line.uppercased().split { $0 == " " || $0 == "\t" || $0 == "=" }.map(String.init)
    guard let keyword = words.first else { return }
    if !keywords.contains(keyword) { keywords.append(keyword) }
    switch keyword {
    case "AUTH", "X-EXPS":
      for mechanism in words.dropFirst() where !mechanisms.contains(mechanism) { mechanisms.append(mechanism) }
    case "SIZE":
      sizeLimit = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    default: break
    }
  }
}
