/// A host that takes the mail of a domain (RFC 5321 section 5.1).
package struct MailExchanger: Sendable, Hashable {
  /// The lower, the sooner.
  package let preference: Int
  /// Without its last dot; "" in a null MX.
  package let host: String

  package init(preference: Int, host: String) {
    self.preference = preference
    self.host = host
  }
}

/// Where the mail of a domain goes.
package enum MailExchangers: Sendable, Equatable {
  /// Hosts in the order they are to be tried; the domain itself where it has no MX record.
  case hosts([String])
  /// A null MX: the domain accepts no mail (RFC 7505).
  case none
  case noDomain
  /// Unknown at the moment; why, in words.
  case unknown(String)

  /// Hosts that are tried of one domain; the wait for one that is silent is long.
  private static let most = 5

  /// - Parameters:
  ///   - answer: to the question for the domain's MX records.
  ///   - random: shuffles hosts of equal preference, so that their load is shared.
  package init(_ answer: NameAnswer, of domain: String, using random: inout some RandomNumberGenerator) {
    switch answer {
    case .noName: self = .noDomain
    case .failed(let detail): self = .unknown(detail)
    // The domain's own addresses are used (RFC 5321 section 5.1).
    case .noRecord: self = .hosts([domain])
    case .found:
      let hosts = Self.ordered(answer.exchangers, using: &random)
      self = hosts.isEmpty ? .none : .hosts(Array(hosts.prefix(Self.most)))
    }
  }

  private static func ordered(
    _ exchangers: [MailExchanger], using random: inout some RandomNumberGenerator
  ) -> [String] {
    var seen: Set<String> = []
    // A null MX beside others breaks the rules, and says nothing then.
    let named = exchangers.filter { !$0.host.isEmpty }
    let groups = Dictionary(grouping: named, by: \.preference).sorted { $0.key < $1.key }
    var hosts: [String] = []
    for group in groups {
      // From a fixed order on, whatever order the server gave them in.
      var equal = group.value.map { $0.host.lowercased() }.sorted()
      equal.shuffle(using: &random)
      hosts += equal.filter { seen.insert($0).inserted }
    }
    return hosts
  }
}
