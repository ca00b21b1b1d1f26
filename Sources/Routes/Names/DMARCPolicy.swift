/// What a domain asks receivers to do with mail that passes neither SPF nor DKIM (RFC 7489).
package struct DMARCPolicy: Sendable, Equatable {
  /// "none", "quarantine" or "reject".
  package let request: String
  package let record: String
  /// The domain that holds the record: the asked one, or one above it.
  package let domain: String
  /// Only the very domain counts, not those of the same organisation.
  package let isStrictForSPF: Bool
  package let isStrictForDKIM: Bool

  package enum Finding: Sendable, Equatable {
    case policy(DMARCPolicy)
    case none
    case several(domain: String)
    case unknown(String)
  }

  /// Names asked for at most on the way up; longer ones are cut to their last labels.
  private static let mostLabels = 8

  /// Looks at the domain, then above it, label by label, instead of asking a list of public suffixes: the walk of the
  /// standard's revision (draft-ietf-dmarc-dmarcbis section 4.10).
  package static func find(for domain: String, source: NameSource) -> Finding {
    let domain = domain.lowercased()
    for name in walk(from: domain) {
      let answer = source("_dmarc." + name, .text)
      if case .failed(let detail) = answer { return .unknown(detail) }
      let records = answer.texts.filter { TagList($0)["v"] == "DMARC1" }
      if records.count > 1 { return .several(domain: name) }
      if let record = records.first, let policy = DMARCPolicy(record, at: name, askedFor: domain) {
        return .policy(policy)
      }
    }
    return .none
  }

  /// The domain at the top of an organisation: the highest that has a record; the name itself where none has.
  package static func organisation(of domain: String, source: NameSource) -> String {
    let holders = walk(from: domain.lowercased()).filter { name in
      source("_dmarc." + name, .text).texts.contains { TagList($0)["v"] == "DMARC1" && TagList($0)["psd"] != "y" }
    }
    return holders.last ?? domain.lowercased()
  }

  private static func walk(from domain: String) -> [String] {
    let labels = domain.split(separator: ".")
    var names = [domain]
    var rest = labels.dropFirst(max(1, labels.count - (mostLabels - 1)))
    while !rest.isEmpty {
      names.append(rest.joined(separator: "."))
      rest = rest.dropFirst()
    }
    return names
  }

  private init?(_ record: String, at name: String, askedFor domain: String) {
    let tags = TagList(record)
    // A policy for the domains below is another one, where it is given.
    let asked = (name == domain ? nil : tags["sp"]) ?? tags["p"] ?? "none"
    guard ["none", "quarantine", "reject"].contains(asked.lowercased()) else { return nil }
    request = asked.lowercased()
    self.record = record
    self.domain = name
    isStrictForSPF = tags["aspf"]?.lowercased() == "s"
    isStrictForDKIM = tags["adkim"]?.lowercased() == "s"
  }
}
