package import JSON

/// The name of a job: 10 characters of Crockford's base32 (digits and letters without I, L, O, U), 50 random
/// bits, readable on a panel and safe as a file name.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package static let length = 10
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// Upper case, exactly ``length`` characters.
  package let text: String

  /// - Parameter bytes: at least ``length`` random bytes; five bits of each count.
  package init(random bytes: [UInt8]) {
    precondition(bytes.count >= Self.length, "a job id needs \(Self.length) random bytes")
    text = String(decoding: bytes.prefix(Self.length).map { Self.alphabet[Int($0 & 31)] }, as: UTF8.self)
  }

  /// Takes what a person types: either case, I and L for 1, O for 0, hyphens anywhere.
  package init?(_ typed: String) {
    guard let text = Self.canonical(typed), text.utf8.count == Self.length else { return nil }
    self.text = text
  }

  /// A typed id, or the beginning of one, in the form ids have; nil where a character cannot be in an id.
  package static func canonical(_ typed: String) -> String? {
    var bytes: [UInt8] = []
    for character in typed.uppercased().utf8 where character != UInt8(ascii: "-") {
      guard let byte = canonical(character) else { return nil }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func canonical(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
    case UInt8(ascii: "O"): UInt8(ascii: "0")
    default: alphabet.contains(character) ? character : nil
    }
  }

  package var description: String { text }

  package static func < (left: JobID, right: JobID) -> Bool { left.text < right.text }
}

extension JobID: JSONStorable {
  package var json: JSONValue { text.json }

  package init(json: JSONValue) throws(JSONMismatch) {
    guard let id = JobID(try String(json: json)) else { throw JSONMismatch("a job id") }
    self = id
  }
}
