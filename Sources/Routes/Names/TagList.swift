/// "v=DKIM1; k=rsa; p=…": the form of DKIM and DMARC records (RFC 6376 section 3.2).
struct TagList {
  private var tags: [String: String] = [:]

  /// - Parameter text: white space around and within values goes, as it means nothing in any value we read.
  init(_ text: String) {
    for part in text.split(separator: ";") {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let name = part[..<equals].filter { !$0.isWhitespace }.lowercased()
      if tags[name] == nil { tags[name] = part[part.index(after: equals)...].filter { !$0.isWhitespace } }
    }
  }

  subscript(name: String) -> String? { tags[name] }
}
