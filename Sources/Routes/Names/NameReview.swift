package import Mail

/// Holds what the DNS says of a sender's domain against what a route needs. The layers are to be asked in their order.
package struct NameReview {
  package enum Check: String, Sendable, CaseIterable {
    case exchanger = "mx"
    case senderPolicy = "spf"
    case signature = "dkim"
    case alignment = "dmarc"
    case pointer = "ptr"
    case blockLists = "dnsbl"
  }

  /// Whether something vouches for the sender's domain.
  enum Standing {
    case vouches, doesNot, unknown
  }

  let route: Route
  let sender: EmailAddress
  let keys: [PublishedKey]
  let address: [UInt8]?
  let hello: String
  let asksBlockLists: Bool
  let source: NameSource
  let needs: DomainNeeds
  var policy = Standing.unknown
  var signature = Standing.unknown

  var domain: String { sender.domain.lowercased() }

  /// - Parameters:
  ///   - keys: those that messages are signed with.
  ///   - address: the public one that receivers see, 4 bytes or 16.
  ///   - hello: the name said in EHLO.
  ///   - asksBlockLists: block lists are run by others, who learn the address.
  package init(
    _ route: Route, sender: EmailAddress, keys: [PublishedKey], address: [UInt8]?, hello: String,
    asksBlockLists: Bool, source: @escaping NameSource
  ) {
    self.route = route
    self.sender = sender
    self.keys = keys
    self.address = address
    self.hello = hello
    self.asksBlockLists = asksBlockLists
    self.source = source
    needs = Preset.named(route.preset)?.names ?? DomainNeeds()
  }

  /// nil where the layer means nothing for the route.
  package mutating func finding(_ layer: Check) -> NameFinding? {
    switch layer {
    case .exchanger: return exchangerFinding()
    case .senderPolicy: return policyFinding()
    case .signature: return signatureFinding()
    case .alignment: return alignmentFinding()
    case .pointer: return needs.showsOwnAddress || address != nil ? pointerFinding() : nil
    case .blockLists: return asksBlockLists ? blockListFinding() : nil
    }
  }

  // MARK: Mail exchangers

  private func exchangerFinding() -> NameFinding {
    let isServer = route.finding == .mailExchanger
    let name = isServer ? route.server : domain
    let needed = exchangerNeed
    let weight = isServer || needs.demandsExchanger ? NameFinding.Verdict.fail : .warning
    func finding(_ verdict: NameFinding.Verdict, _ found: String) -> NameFinding {
      NameFinding(layer: .exchanger, verdict: verdict, found: found, needed: needed)
    }
    let answer = source(name, .exchanger)
    switch answer {
    case .failed(let detail): return finding(.unknown, "no answer for \(name): \(detail)")
    case .noName:
      var missing = finding(.fail, "domain \(name) does not exist")
      missing.lacksDomain = true
      return missing
    case .noRecord:
      return finding(needs.demandsExchanger ? .fail : .warning, "\(name) has no MX record; its own address is used")
    case .found: break
    }
    let hosts = answer.exchangers.sorted { ($0.preference, $0.host) < ($1.preference, $1.host) }
    if hosts.allSatisfy({ $0.host.isEmpty }) {
      var none = finding(weight, "\(name) does not accept mail (null MX)")
      none.lacksDomain = isServer
      return none
    }
    let text = hosts.map { "\($0.preference) \($0.host)" }.joined(separator: ", ")
    return isServer && !isOfService(hosts) ? elsewhere(text, name) : finding(.pass, text)
  }

  private var exchangerNeed: String {
    if route.finding == .mailExchanger {
      return "the mail exchangers of \(route.server), to which route \(route.name) delivers"
    }
    if needs.demandsExchanger { return "a mail exchanger: the service accepts no sender domain without one" }
    return "a mail exchanger: replies and bounces go to \(domain)"
  }

  private func isOfService(_ hosts: [MailExchanger]) -> Bool {
    needs.exchangerEndings.isEmpty
      || hosts.contains { host in needs.exchangerEndings.contains { host.host.lowercased().hasSuffix($0) } }
  }

  private func elsewhere(_ text: String, _ name: String) -> NameFinding {
    NameFinding(
      layer: .exchanger, verdict: .warning, found: text + "; none belongs to Microsoft",
      needed: "the tenant's own mail exchanger (…\(needs.exchangerEndings.joined(separator: ", …"))); if mail for "
        + "\(name) passes a filter first, set it: platen config set routes.\(route.name).server HOST")
  }
}
