/// What a sender policy says of an address (RFC 7208 section 2.6).
package enum SPFResult: String, Sendable {
  case none, neutral, pass, fail
  case softFail = "softfail"
  case temporaryError = "temperror"
  case permanentError = "permerror"
}

package struct SPFOutcome: Sendable, Equatable {
  package let result: SPFResult
  /// The domain's own record.
  package let record: String?
  /// The term that decided, or what went wrong.
  package let reason: String
}

/// Asks a domain's sender policy whether a host may send for it, as receivers do (RFC 7208 section 4).
package struct SPFCheck {
  /// Of the terms that ask the DNS (section 4.6.4).
  package static let mostLookups = 10
  /// Of those, how many may lead nowhere.
  package static let mostVoidLookups = 2
  /// Mail exchangers of one `mx`, and names of one `ptr`.
  package static let mostNames = 10

  private let source: NameSource
  private let values: SPFMacro.Values
  private var lookups = 0
  private var voidLookups = 0

  private init(_ source: @escaping NameSource, _ values: SPFMacro.Values) {
    self.source = source
    self.values = values
  }

  /// - Parameters:
  ///   - address: the sending host's, 4 bytes or 16.
  ///   - domain: the one that is asked.
  ///   - sender: the envelope's sender.
  ///   - hello: the name said in EHLO.
  package static func run(
    address: [UInt8], domain: String, sender: String, hello: String, source: @escaping NameSource
  ) -> SPFOutcome {
    let at = sender.lastIndex(of: "@")
    let local = at.map { String(sender[..<$0]) } ?? ""
    let values = SPFMacro.Values(
      address: address, local: local.isEmpty ? "postmaster" : local,
      domain: at.map { String(sender[sender.index(after: $0)...]) } ?? sender, hello: hello)
    var check = SPFCheck(source, values)
    var record: String?
    do throws(SPFFault) {
      guard let policy = try check.policy(of: domain, isFirst: true) else {
        return SPFOutcome(result: .none, record: nil, reason: "no SPF record")
      }
      record = policy.text
      let (result, reason) = try check.verdict(of: policy, domain)
      return SPFOutcome(result: result, record: record, reason: reason)
    } catch {
      return SPFOutcome(
        result: error.isTransient ? .temporaryError : .permanentError, record: record, reason: error.text)
    }
  }

  // MARK: Policies

  private mutating func policy(of domain: String, isFirst: Bool = false) throws(SPFFault) -> SPFRecord? {
    let answer = try ask(domain, .text, countsVoid: !isFirst)
    return try SPFRecord.only(in: answer, of: domain)
  }

  private mutating func verdict(of policy: SPFRecord, _ domain: String) throws(SPFFault) -> (SPFResult, String) {
    for directive in policy.directives where try matches(directive.mechanism, domain) {
      return (directive.qualifier.result, "\(domain): \(directive.text)")
    }
    guard let redirect = policy.redirect else { return (.neutral, "\(domain): no term matches") }
    try count()
    let target = redirect.name(values, domain: domain)
    guard let next = try self.policy(of: target) else { throw .noPolicy(domain: target) }
    return try verdict(of: next, target)
  }

  // MARK: Terms

  private mutating func matches(_ mechanism: SPFRecord.Mechanism, _ domain: String) throws(SPFFault) -> Bool {
    if mechanism.asksDNS { try count() }
    switch mechanism {
    case .all: return true
    case .network(let bytes, let bits): return AddressText.agree(bytes, values.address, bits: bits)
    case .include(let macro): return try includes(macro.name(values, domain: domain))
    case .exists(let macro):
      // A records, whatever the sender's family (section 5.7).
      return try !ask(macro.name(values, domain: domain), .address4).records.isEmpty
    case .address(let macro, let four, let six):
      return try hasAddress(macro?.name(values, domain: domain) ?? domain, four, six)
    case .exchangers(let macro, let four, let six):
      return try hasExchanger(macro?.name(values, domain: domain) ?? domain, four, six)
    case .pointer(let macro): return isNamed(below: macro?.name(values, domain: domain) ?? domain)
    }
  }

  private mutating func includes(_ domain: String) throws(SPFFault) -> Bool {
    guard let policy = try policy(of: domain) else { throw .noPolicy(domain: domain) }
    return try verdict(of: policy, domain).0 == .pass
  }

  private mutating func hasAddress(
    _ name: String, _ four: Int, _ six: Int, countsVoid: Bool = true
  ) throws(SPFFault) -> Bool {
    let isFour = values.address.count == 4
    let answer = try ask(name, isFour ? .address4 : .address6, countsVoid: countsVoid)
    return answer.addresses.contains { AddressText.agree($0, values.address, bits: isFour ? four : six) }
  }

  private mutating func hasExchanger(_ domain: String, _ four: Int, _ six: Int) throws(SPFFault) -> Bool {
    let hosts = try ask(domain, .exchanger).exchangers.sorted { $0.preference < $1.preference }.map(\.host)
    if hosts.count > Self.mostNames { throw .tooManyNames(domain: domain) }
    for host in hosts where !host.isEmpty {
      if try hasAddress(host, four, six, countsVoid: false) { return true }
    }
    return false
  }

  /// A name of the address that leads back to it. What fails here only fails to match (section 5.5).
  private mutating func isNamed(below domain: String) -> Bool {
    let names = source(AddressText.pointerName(values.address), .pointer).pointers.prefix(Self.mostNames)
    let (target, suffix) = (domain.lowercased(), "." + domain.lowercased())
    return names.contains { name in
      guard name.lowercased() == target || name.lowercased().hasSuffix(suffix) else { return false }
      return source(name, values.address.count == 4 ? .address4 : .address6).addresses.contains(values.address)
    }
  }

  // MARK: Look-ups

  private mutating func count() throws(SPFFault) {
    lookups += 1
    if lookups > Self.mostLookups { throw .tooManyLookups }
  }

  private mutating func ask(
    _ name: String, _ question: NameQuestion, countsVoid: Bool = true
  ) throws(SPFFault) -> NameAnswer {
    // What is no name is not asked for (section 4.3), and leads to no server that could be burdened.
    if name.split(separator: ".", omittingEmptySubsequences: false).contains("") { return .noName }
    let answer = source(name, question)
    switch answer {
    case .found: return answer
    case .failed(let detail): throw .noAnswer(name: name, detail: detail)
    case .noName, .noRecord:
      if countsVoid { voidLookups += 1 }
      if voidLookups > Self.mostVoidLookups { throw .tooManyVoidLookups }
      return answer
    }
  }
}

extension SPFRecord {
  /// The policy among a domain's TXT records; nil without one.
  static func only(in answer: NameAnswer, of domain: String) throws(SPFFault) -> SPFRecord? {
    if case .failed(let detail) = answer { throw .noAnswer(name: domain, detail: detail) }
    let policies = answer.texts.filter(isPolicy)
    if policies.count > 1 { throw .severalPolicies(domain: domain) }
    guard let text = policies.first else { return nil }
    return try SPFRecord(text)
  }
}

extension SPFRecord.Qualifier {
  fileprivate var result: SPFResult {
    switch self {
    case .pass: .pass
    case .fail: .fail
    case .softFail: .softFail
    case .neutral: .neutral
    }
  }
}
