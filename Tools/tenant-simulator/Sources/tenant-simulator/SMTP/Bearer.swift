extension Credentials {
  /// The payload of XOAUTH2: "user=" address ^A "auth=Bearer " token ^A ^A.
  static func xoauth2(_ payload: [UInt8]) -> Credentials {
    let parts = payload.split(separator: 1).map { String(decoding: $0, as: UTF8.self) }
    guard let user = parts.first(where: { $0.hasPrefix("user=") })?.dropFirst(5), !user.isEmpty else {
      return .malformedBearer(code: 122)
    }
    guard let auth = parts.first(where: { $0.hasPrefix("auth=") })?.dropFirst(5) else {
      return .malformedBearer(code: 123)
    }
    guard auth.lowercased().hasPrefix("bearer ") else { return .malformedBearer(code: 124) }
    let token = auth.dropFirst(7)
    if token.isEmpty { return .malformedBearer(code: 125) }
    return payload.suffix(2) == [1, 1]
      ? .bearer(user: String(user), token: String(token)) : .malformedBearer(code: 126)
  }

  /// The payload of OAUTHBEARER: "n,a=" address "," ^A … "auth=Bearer " token ^A ^A (RFC 7628 section 3.1).
  static func oauthBearer(_ payload: [UInt8]) -> Credentials {
    let parts = payload.split(separator: 1).map { String(decoding: $0, as: UTF8.self) }
    guard let header = parts.first, header.hasPrefix("n,") || header.hasPrefix("y,"),
      let user = header.split(separator: ",").first(where: { $0.hasPrefix("a=") })?.dropFirst(2),
      let auth = parts.first(where: { $0.lowercased().hasPrefix("auth=bearer ") })?.dropFirst(12),
      payload.suffix(2) == [1, 1]
    else { return .malformedBearer(code: 121) }
    return .bearer(user: String(user), token: String(auth))
  }

  /// The payload of PLAIN: authorization ^@ name ^@ password (RFC 4616).
  static func plain(_ payload: [UInt8]) -> Credentials? {
    let parts = payload.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    return parts.count == 3 ? .password(name: parts[1], secret: parts[2]) : nil
  }
}
