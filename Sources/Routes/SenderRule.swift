package import Mail

/// Which addresses may be the sender, in the envelope and in From.
package enum SenderRule: String, Sendable, CaseIterable {
  /// The mailbox that signs in, and those it has the right to send as.
  case loginMailbox
  /// The account that signs in; a person's address goes into Reply-To.
  case accountOnly
  /// Every address of a domain that the service holds for the customer.
  case acceptedDomain
  /// Addresses registered with the service; which, only the service and `senders` know.
  case registered
  case anyone
}

/// Which recipients a route may carry to.
package enum Reach: Sendable, Equatable {
  case anyone
  /// Addresses in these domains, in small letters.
  case within([String])

  func includes(_ address: EmailAddress) -> Bool {
    switch self {
    case .anyone: true
    case .within(let domains): domains.contains(address.domain.lowercased())
    }
  }
}

/// Why a route cannot carry something: the rule, and the values for its message.
package struct Objection: Sendable, Equatable {
  package enum Rule: String, Sendable {
    /// Who may be the sender.
    case sender
    /// Which recipients the route may carry to.
    case reach
    /// The address cannot be given to the route's server.
    case address
  }

  package let rule: Rule
  package let route: String
  /// The entry of the catalogue of failures that says what the rule asks and what to do: "route.reach".
  package let id: String
  /// By the words in braces of that entry; `{route}` is among them.
  package let values: [String: String]

  init(rule: Rule, route: String, id: String, values: [String: String]) {
    self.rule = rule
    self.route = route
    self.id = id
    self.values = values.merging(["route": route]) { own, _ in own }
  }
}

extension Route {
  /// Why the route must not carry a message from `sender`; nil where it may.
  package func objection(toSender sender: EmailAddress) -> Objection? {
    if isListed(sender) { return nil }
    switch senderRule {
    case .loginMailbox, .accountOnly:
      if username?.lowercased() == sender.text.lowercased() { return nil }
      // Some servers have user names that are not sender addresses.
      if username?.contains("@") != true { return objection(to: sender, "route.sender-no-mailbox") }
      return objection(
        to: sender, senderRule == .accountOnly ? "route.sender-not-account" : "route.sender-not-mailbox")
    case .acceptedDomain:
      if acceptedDomains.contains(sender.domain.lowercased()) { return nil }
      guard let domain = acceptedDomains.first else { return objection(to: sender, "route.sender-domain-unset") }
      let domains = acceptedDomains.joined(separator: ", ")
      return objection(to: sender, "route.sender-outside", ["domain": domain, "domains": domains])
    case .registered:
      guard let first = senders.first else { return nil }
      let known = senders.joined(separator: ", ")
      // A domain is not a sender, but has many.
      guard let address = senders.first(where: { $0.contains("@") }) else {
        return objection(to: sender, "route.sender-domain-unregistered", ["domain": first, "senders": known])
      }
      return objection(to: sender, "route.sender-unregistered", ["address": address, "senders": known])
    case .anyone: return nil
    }
  }

  private func objection(to sender: EmailAddress, _ id: String, _ values: [String: String] = [:]) -> Objection {
    let known = ["sender": sender.text, "user": username ?? ""]
    return Objection(rule: .sender, route: name, id: id, values: values.merging(known) { own, _ in own })
  }

  /// Why the route must not carry a message to `recipient`; nil where it may.
  package func objection(toRecipient recipient: EmailAddress) -> Objection? {
    guard case .within(let domains) = reach, !reach.includes(recipient) else { return nil }
    return Objection(
      rule: .reach, route: name, id: domains.isEmpty ? "route.reach-unset" : "route.reach",
      values: ["preset": preset, "domain": recipient.domain, "domains": domains.joined(separator: ", ")])
  }

  /// By `senders`: whole addresses, and domains.
  private func isListed(_ sender: EmailAddress) -> Bool {
    let (address, domain) = (sender.text.lowercased(), sender.domain.lowercased())
    return senders.contains { $0.lowercased() == address || $0.lowercased() == domain }
  }
}
