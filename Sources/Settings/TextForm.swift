/// What a text must look like. Only the form is judged: whether a file or a host exists is for the one who
/// uses it.
package enum TextForm: Sendable, Equatable {
  /// One line of at least one character, no control characters.
  case line
  /// With words in braces, of which these are known; over several lines where `lines` says so.
  case template([String], lines: Bool)
  /// A host name (RFC 1123), as ASCII.
  case hostname
  /// A host name or the literal address of one.
  case host
  case ipAddress
  /// "192.0.2.1", "192.0.2.1:53", "2001:db8::1" or "[2001:db8::1]:53".
  case nameServer
  /// A mailbox address; the mail room judges it in full.
  case address
  /// An ``address``, or a domain for all of its addresses.
  case addressOrDomain
  /// Of a server of ours or of the network's: "https://login.example.com", with a path if need be.
  case webAddress
  /// Of an HTTP proxy: "http://proxy.example.com:3128". No name or password: the configuration holds no secret.
  case proxyAddress
  /// An absolute path.
  case path
  /// An IANA name such as "Europe/Brussels".
  case timeZone
  case routeName
  /// Of a DKIM key: labels as of a host name, a dot between them (RFC 6376 section 3.1).
  case selector

  package var demand: String {
    switch self {
    case .line: "a single line of text"
    case .template(_, let lines): lines ? "text" : "a single line of text"
    case .hostname: "a host name such as \"scanner.example.com\""
    case .host: "a host name such as \"smtp.example.com\", or an IP address"
    case .ipAddress: "an IP address such as \"192.0.2.1\""
    case .nameServer: "an IP address, optionally with a port, such as \"192.0.2.1:53\""
    case .address: "an e-mail address such as \"scanner@example.com\""
    case .addressOrDomain: "an e-mail address, or a domain such as \"example.com\""
    case .webAddress: "a URL such as \"https://login.example.com\""
    case .proxyAddress: "a URL such as \"http://proxy.example.com:3128\""
    case .path: "an absolute path such as \"/etc/platen/roots.pem\""
    case .timeZone: "a time zone such as \"Europe/Brussels\" or \"UTC\""
    case .routeName: "lower-case letters, digits and _, starting with a letter"
    case .selector: "letters, digits and hyphens, such as \"scanner1\""
    }
  }

  package func admits(_ text: String) -> Bool {
    switch self {
    case .line: !text.isEmpty && !TextForm.hasControls(text)
    case .template(_, let lines): !TextForm.hasControls(text, but: lines ? ["\n", "\t"] : [])
    case .hostname: HostText.isName(text)
    case .host: HostText.isName(text) || HostText.isAddress(text)
    case .ipAddress: HostText.isAddress(text)
    case .nameServer: HostText.isAddressWithPort(text)
    case .address: TextForm.isAddress(text)
    case .addressOrDomain: TextForm.isAddress(text) || HostText.isName(text)
    case .webAddress: TextForm.isWebAddress(text, scheme: "https://")
    case .proxyAddress: TextForm.isWebAddress(text, scheme: "http://") && text.split(separator: "/").count == 2
    case .path: text.hasPrefix("/") && !TextForm.hasControls(text)
    case .timeZone: TextForm.isTimeZone(text)
    case .routeName: TextForm.isRouteName(text)
    // A first label makes a number a name.
    case .selector: text.utf8.count <= 63 && !text.hasSuffix(".") && !text.contains("_") && HostText.isName(text + ".a")
    }
  }

  private static func hasControls(_ text: String, but allowed: Set<Unicode.Scalar> = []) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control && !allowed.contains($0) }
  }

  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts.contains("") && !hasControls(text) && !text.contains { $0 == " " || $0 == "," }
  }

  /// Nothing that could carry a password or a query: host, port and path.
  private static func isWebAddress(_ text: String, scheme: String) -> Bool {
    guard text.hasPrefix(scheme) else { return false }
    let parts = text.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
    guard let authority = parts.first else { return false }
    let host = authority.split(separator: ":", omittingEmptySubsequences: false)
    let isPort = host.count == 1 || host.count == 2 && host.last.flatMap { Int($0) }.map { 1...65535 ~= $0 } == true
    return isPort && host.first.map { HostText.isName(String($0)) || HostText.isAddress(String($0)) } == true
      && parts.dropFirst().allSatisfy { $0.utf8.allSatisfy { isWordByte($0) || [45, 46, 95].contains($0) } }
  }

  private static func isTimeZone(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 64
      && parts.allSatisfy { part in
        part.first?.isLetter == true && part.utf8.allSatisfy { isWordByte($0) || [43, 45, 95].contains($0) }
      }
  }

  private static func isRouteName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 32 else { return false }
    return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
  }

  fileprivate static func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

/// The forms of hosts.
package enum HostText {
  /// Labels of letters, digits, `-` and `_`, at most 63 bytes each and 253 together; a closing dot is allowed,
  /// a last label of digits alone is not (it would be an address).
  package static func isName(_ text: String) -> Bool {
    let name = text.hasSuffix(".") ? text.dropLast() : Substring(text)
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, let last = labels.last, last.contains(where: { !$0.isNumber }) else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { TextForm.isWordByte($0) || $0 == 45 || $0 == 95 }
    }
  }

  package static func isAddress(_ text: String) -> Bool { isIPv4(text) || isIPv6(text) }

  package static func isAddressWithPort(_ text: String) -> Bool {
    if isAddress(text) { return true }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { return false }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { return isIPv6(String(host.dropFirst().dropLast())) }
    return isIPv4(String(host))
  }

  private static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.utf8.allSatisfy { (48...57).contains($0) } && Int(part) ?? 256 < 256
          && (part == "0" || !part.hasPrefix("0"))
      }
  }

  /// RFC 4291 section 2.2, without a zone.
  private static func isIPv6(_ text: String) -> Bool {
    guard text.contains(":") else { return false }
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    if halves.count > 2 { return false }
    var groups = 0
    for (at, half) in halves.enumerated() where !half.isEmpty {
      guard let count = groupCount(half, mayEndInIPv4: at == halves.count - 1) else { return false }
      groups += count
    }
    return halves.count == 2 ? groups <= 7 : groups == 8
  }

  private static func groupCount(_ half: Substring, mayEndInIPv4: Bool) -> Int? {
    var parts = half.split(separator: ":", omittingEmptySubsequences: false)
    var count = parts.count
    if mayEndInIPv4, let last = parts.last, last.contains(".") {
      if !isIPv4(String(last)) { return nil }
      parts.removeLast()
      count += 1
    }
    return parts.allSatisfy { (1...4).contains($0.count) && $0.utf8.allSatisfy(isHexadecimal) } ? count : nil
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }
}
