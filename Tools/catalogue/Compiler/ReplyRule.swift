import JSON

/// Which replies an entry explains.
///
/// Rules have no order of their own: of all that match a reply, the most telling counts. What a server says beats its
/// enhanced code, that beats the bare code, and the exact beats the class.
struct ReplyRule {
  private static let stages = [
    "lookup", "connect", "tls", "greeting", "hello", "starttls", "auth", "mail", "rcpt", "data", "body", "final",
    "quit",
  ]

  let means: String
  let row: [String]
  /// Compared element by element, greater first; the names at the end make the order total.
  private let rank: [Int]

  init(_ place: Place) throws(CatalogueFault) {
    _ = try place.members(["stages", "codes", "enhanced", "says", "token", "means", "confidence"])
    guard let means = try place["means"]?.text() else { throw place.fault("no means") }
    self.means = means
    let stages = try place["stages"]?.elements().map { (place) throws(CatalogueFault) in
      try place.word(of: Self.stages)
    }
    let codes = try place["codes"]?.elements().map { (place) throws(CatalogueFault) in
      guard let code = place.value.integer, [4, 5].contains(code) || (200...599).contains(code) else {
        throw place.fault("a reply code, 4 or 5 expected")
      }
      return code
    }
    let enhanced = try place["enhanced"]?.texts() ?? []
    let says = try place["says"]?.texts() ?? []
    if let odd = says.first(where: { $0 != $0.lowercased() }) {
      throw place.fault("\"\(odd)\" must be in small letters")
    }
    let isToToken = try place["token"]?.flag() ?? false
    rank = [
      says.isEmpty ? 0 : 1,
      enhanced.isEmpty ? 0 : enhanced.contains { $0.hasSuffix("x") } ? 1 : 2,
      isToToken ? 1 : 0,
      codes.map { $0.allSatisfy { $0 > 9 } ? 2 : 1 } ?? 0,
      stages == nil ? 0 : 1,
      says.map(\.utf8.count).max() ?? 0,
    ]
    row = [
      (stages ?? []).joined(separator: ","), (codes ?? []).map(String.init).joined(separator: ","),
      enhanced.joined(separator: ","), isToToken ? "1" : "0", means,
      place["confidence"]?.value.number.map { String(Int($0 * 1000)) } ?? "", says.joined(separator: "\u{1F}"),
    ]
  }

  static func precedes(_ one: ReplyRule, _ other: ReplyRule) -> Bool {
    for (left, right) in zip(one.rank, other.rank) where left != right { return left > right }
    return one.row.joined(separator: "\t") < other.row.joined(separator: "\t")
  }
}
