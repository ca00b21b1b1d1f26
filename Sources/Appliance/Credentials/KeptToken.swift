import Base
import Crypto
import JSON
import Routes

/// What is kept of a route's tokens beside what buys them.
struct KeptToken {
  var token: StoredToken?
  /// The endpoint has asked for patience.
  var pause: TokenPause?

  init() {}

  /// - Parameter bytes: nil or a foreign format counts as nothing kept; a token costs only a request.
  init(_ bytes: [UInt8]?) {
    self = bytes.flatMap { try? KeptToken(json: JSON5Reader.read($0)) } ?? KeptToken()
  }

  var bytes: [UInt8] { Array(JSONText.compact(self).utf8) }
}

extension KeptToken: JSONStorable {
  var json: JSONValue { .fields(["pause": pause, "token": token]) }

  init(json: JSONValue) throws(JSONMismatch) {
    token = try json.optional("token")
    pause = try json.optional("pause")
  }
}

/// A time in which the endpoint is not asked, because it said so or is out of order. Its own answers count, not
/// connections that failed: those cost it nothing.
struct TokenPause {
  let began: Moment
  let seconds: Int
  /// Answers in a row that asked for one.
  let count: Int

  /// The first pause where the endpoint names none; it doubles with each.
  private static let firstSeconds = 30
  private static let mostSeconds = 3600
  /// The longest that an endpoint may ask for.
  private static let mostAskedSeconds = 86_400

  init(after earlier: TokenPause?, retryAfter: Int?, at now: Moment) {
    began = now
    count = (earlier?.count ?? 0) + 1
    let own = min(Self.firstSeconds << min(count - 1, 7), Self.mostSeconds)
    seconds = retryAfter.map { min(max($0, 1), Self.mostAskedSeconds) } ?? own
  }

  /// Seconds left; nil where it has ended, or its start is unknown.
  func left(at now: Moment) -> Int? {
    guard let age = now.exactly(since: began) else { return nil }
    let left = seconds - Int(age.components.seconds)
    return left > 0 ? left : nil
  }
}

extension TokenPause: JSONStorable {
  var json: JSONValue { .fields(["began": began, "count": count, "seconds": seconds]) }

  init(json: JSONValue) throws(JSONMismatch) {
    began = try json.field("began")
    seconds = try json.field("seconds")
    count = try json.field("count")
  }
}

/// A refresh token in the store. Where the first came from the environment, which says the same at every start, the
/// one that replaced it is kept with the digest of that first: it holds for as long as the environment gives the same.
struct RefreshToken {
  let token: String
  var replaces: String?

  init(_ token: String, replacing given: [UInt8]? = nil) {
    self.token = token
    replaces = given.map { hexadecimal(SHA256.hash($0)) }
  }

  init(kept bytes: [UInt8]) {
    self = (try? RefreshToken(json: JSON5Reader.read(bytes))) ?? RefreshToken(String(decoding: bytes, as: UTF8.self))
  }

  /// The token alone where that says all.
  var bytes: [UInt8] {
    if replaces == nil { return Array(token.utf8) }
    return Array(JSONText.compact(self).utf8)
  }

  /// The newest of the environment's and the kept one; nil without either.
  static func newest(given: [UInt8]?, kept: [UInt8]?) -> String? {
    let stored = kept.map { RefreshToken(kept: $0) }
    guard let given else { return stored?.token }
    if let stored, stored.replaces == hexadecimal(SHA256.hash(given)) { return stored.token }
    return String(decoding: given, as: UTF8.self)
  }
}

extension RefreshToken: JSONStorable {
  var json: JSONValue { .fields(["replaces": replaces, "token": token]) }

  init(json: JSONValue) throws(JSONMismatch) {
    token = try json.field("token")
    replaces = try json.optional("replaces")
  }
}
