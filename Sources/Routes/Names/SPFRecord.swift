/// A sender policy as published (RFC 7208 section 4.5 and 4.6).
struct SPFRecord: Equatable {
  enum Qualifier: Character {
    case pass = "+"
    case fail = "-"
    case softFail = "~"
    case neutral = "?"
  }

  enum Mechanism: Equatable {
    case all
    case include(SPFMacro)
    /// With the lengths of the prefixes of both families; no name: the domain itself.
    case address(SPFMacro?, four: Int, six: Int)
    case exchangers(SPFMacro?, four: Int, six: Int)
    case pointer(SPFMacro?)
    case network([UInt8], bits: Int)
    case exists(SPFMacro)

    /// One of the mechanisms that count as look-ups (RFC 7208 section 4.6.4).
    var asksDNS: Bool {
      switch self {
      case .all, .network: false
      default: true
      }
    }
  }

  struct Directive: Equatable {
    let qualifier: Qualifier
    let mechanism: Mechanism
    /// As in the record.
    let text: String
  }

  let text: String
  private(set) var directives: [Directive] = []
  private(set) var redirect: SPFMacro?

  /// Whether a TXT record is a sender policy.
  static func isPolicy(_ text: String) -> Bool {
    let lower = text.lowercased()
    return lower == "v=spf1" || lower.hasPrefix("v=spf1 ")
  }

  /// - Throws: the first term that breaks the grammar.
  init(_ text: String) throws(SPFFault) {
    self.text = text
    var modifiers: Set<String> = []
    for term in text.split(separator: " ").dropFirst() {
      guard let (name, value) = SPFRecord.modifier(term) else {
        directives.append(try SPFRecord.directive(term))
        continue
      }
      guard ["redirect", "exp"].contains(name) else {
        guard SPFMacro(value) != nil else { throw .syntax(String(term)) }
        continue
      }
      guard modifiers.insert(name).inserted, let target = SPFMacro(domain: value) else { throw .syntax(String(term)) }
      if name == "redirect" { redirect = target }
    }
  }

  /// A name, "=" and a value; in a mechanism a ":" or "/" would come first.
  private static func modifier(_ term: Substring) -> (String, String)? {
    guard let mark = term.firstIndex(where: { "=:/".contains($0) }), term[mark] == "=" else { return nil }
    let name = term[..<mark]
    let isName =
      name.first?.isLetter == true
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    return isName ? (name.lowercased(), String(term[term.index(after: mark)...])) : nil
  }

  private static func directive(_ term: Substring) throws(SPFFault) -> Directive {
    let qualifier = term.first.flatMap(Qualifier.init(rawValue:))
    let bare = qualifier == nil ? term : term.dropFirst()
    let name = bare.prefix { $0 != ":" && $0 != "/" }.lowercased()
    let rest = bare.dropFirst(name.count)
    guard let mechanism = mechanism(name, rest) else { throw .syntax(String(term)) }
    return Directive(qualifier: qualifier ?? .pass, mechanism: mechanism, text: String(term))
  }

  private static func mechanism(_ name: String, _ rest: Substring) -> Mechanism? {
    let value = rest.hasPrefix(":") ? String(rest.dropFirst()) : nil
    switch name {
    case "all": return rest.isEmpty ? .all : nil
    case "include": return value.flatMap(SPFMacro.init(domain:)).map { .include($0) }
    case "exists": return value.flatMap(SPFMacro.init(domain:)).map { .exists($0) }
    case "ptr":
      if rest.isEmpty { return .pointer(nil) }
      return value.flatMap(SPFMacro.init(domain:)).map { .pointer($0) }
    case "ip4": return value.flatMap { network($0, size: 4) }
    case "ip6": return value.flatMap { network($0, size: 16) }
    case "a": return hosts(rest).map { .address($0.name, four: $0.four, six: $0.six) }
    case "mx": return hosts(rest).map { .exchangers($0.name, four: $0.four, six: $0.six) }
    default: return nil
    }
  }

  private static func network(_ text: String, size: Int) -> Mechanism? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = parts.first.flatMap({ AddressText.bytes($0) }), bytes.count == size
    else { return nil }
    guard parts.count == 2 else { return .network(bytes, bits: size * 8) }
    return length(parts[1], most: size * 8).map { .network(bytes, bits: $0) }
  }

  /// ":name/24//64", each part of which may be missing. A name may hold a "/" itself, so lengths are read from the end.
  private static func hosts(_ rest: Substring) -> (name: SPFMacro?, four: Int, six: Int)? {
    var rest = rest
    guard let six = takeLength(after: "//", from: &rest, most: 128),
      let four = takeLength(after: "/", from: &rest, most: 32)
    else { return nil }
    if rest.isEmpty { return (nil, four, six) }
    guard rest.hasPrefix(":"), let name = SPFMacro(domain: String(rest.dropFirst())) else { return nil }
    return (name, four, six)
  }

  /// The prefix length at the end; the longest without one, nil if it is too long.
  private static func takeLength(after mark: String, from rest: inout Substring, most: Int) -> Int? {
    let digits = rest.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let head = rest.dropLast(digits)
    guard digits > 0, head.hasSuffix(mark), mark == "//" || !head.hasSuffix("//") else { return most }
    let length = length(rest.suffix(digits), most: most)
    rest = head.dropLast(mark.count)
    return length
  }

  private static func length(_ text: some StringProtocol, most: Int) -> Int? {
    guard let length = Int(text), 0...most ~= length, String(length) == text else { return nil }
    return length
  }
}

/// Why a sender policy gives no answer.
enum SPFFault: Error, Equatable {
  /// An invalid term.
  case syntax(String)
  case severalPolicies(domain: String)
  /// `include` or `redirect` of a domain without a policy.
  case noPolicy(domain: String)
  case tooManyLookups
  case tooManyVoidLookups
  case tooManyNames(domain: String)
  /// The only one that time heals.
  case noAnswer(name: String, detail: String)

  var isTransient: Bool { if case .noAnswer = self { true } else { false } }

  var text: String {
    switch self {
    case .syntax(let term): "\"\(term)\" is not a valid SPF term"
    case .severalPolicies(let domain): "\(domain) has several v=spf1 records; receivers ignore them"
    case .noPolicy(let domain): "\(domain) is included but has no SPF record"
    case .tooManyLookups: "more than \(SPFCheck.mostLookups) DNS lookups; receivers stop there"
    case .tooManyVoidLookups: "more than \(SPFCheck.mostVoidLookups) names without records; receivers stop there"
    case .tooManyNames(let domain): "\(domain) has more than \(SPFCheck.mostNames) mail exchangers"
    case .noAnswer(let name, let detail): "no answer for \(name): \(detail)"
    }
  }
}
