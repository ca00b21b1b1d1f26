/// A sender policy with everything that it includes, for any sender.
package struct SPFSurvey: Sendable, Equatable {
  /// The domain's own record.
  package private(set) var record: String?
  /// Domains whose policies it includes, in lower case.
  package private(set) var included: Set<String> = []
  /// Terms that ask the DNS, at worst.
  package private(set) var lookups = 0
  /// What receivers stumble over.
  package private(set) var problem: String?
  /// The problem is that the DNS gave no answer.
  package private(set) var isUnknown = false

  package init(of domain: String, source: NameSource) {
    do throws(SPFFault) {
      guard let policy = try SPFRecord.only(in: source(domain, .text), of: domain) else { return }
      record = policy.text
      try walk(policy, source)
    } catch {
      // The text is shown even where it is not a valid policy.
      record = record ?? source(domain, .text).texts.first(where: SPFRecord.isPolicy)
      (problem, isUnknown) = (error.text, error.isTransient)
    }
  }

  private mutating func walk(_ policy: SPFRecord, _ source: NameSource) throws(SPFFault) {
    var targets: [SPFMacro] = []
    for directive in policy.directives where directive.mechanism.asksDNS {
      lookups += 1
      if case .include(let macro) = directive.mechanism { targets.append(macro) }
    }
    if let redirect = policy.redirect, !policy.directives.contains(where: { $0.mechanism == .all }) {
      lookups += 1
      targets.append(redirect)
    }
    if lookups > SPFCheck.mostLookups { throw .tooManyLookups }
    // Where a name depends on the sender, nothing can be said of it.
    for target in targets.compactMap(\.plain) where included.insert(target.lowercased()).inserted {
      guard let next = try SPFRecord.only(in: source(target, .text), of: target) else {
        throw .noPolicy(domain: target)
      }
      try walk(next, source)
    }
  }

  /// The record with a term more, before the one that ends it.
  package static func record(_ record: String?, adding term: String) -> String {
    guard let record else { return "v=spf1 \(term) ~all" }
    var terms = record.split(separator: " ").map(String.init)
    let end = terms.firstIndex { term in
      let bare = term.lowercased().drop { "+-~?".contains($0) }
      return bare == "all" || bare.hasPrefix("redirect=")
    }
    terms.insert(term, at: end ?? terms.count)
    return terms.joined(separator: " ")
  }
}
