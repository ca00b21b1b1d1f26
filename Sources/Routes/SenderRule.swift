package import Mail

/// Whose address may stand as the sender, in the envelope and in From.
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

/// Whom a route may carry to.
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

/// Why a route cannot carry something: the rule, in words.
package struct Objection: Sendable, Equatable {
  package enum Rule: String, Sendable {
    /// Who may be the sender.
    case sender
    /// Whom the route may carry to.
    case reach
    /// The address is none that the route's server could be given.
    case address
  }

  package let rule: Rule
  package let route: String
  /// One sentence.
  package let message: String
  package let step: String
}

extension Route {
  /// Why the route must not carry a message from `sender`; nil where it may.
  package func objection(toSender sender: EmailAddress) -> Objection? {
    if allows(sender) { return nil }
    return Objection(
      rule: .sender, route: name, message: "route \(name) may not send as \(sender): \(senderDemand)",
      step: "Send as the route's own: platen config set identity.address \(ownSender); where the service allows "
        + "\(sender) too, add it to routes.\(name).senders")
  }

  /// Why the route must not carry a message to `recipient`; nil where it may.
  package func objection(toRecipient recipient: EmailAddress) -> Objection? {
    guard case .within(let domains) = reach, !reach.includes(recipient) else { return nil }
    let known = domains.isEmpty ? "none is configured" : "they are " + domains.joined(separator: ", ")
    return Objection(
      rule: .reach, route: name,
      message: "route \(name) (\(preset)) carries to domains of the house only, and \(recipient.domain) is none: "
        + known,
      step: "Add a route that reaches anyone, such as m365-oauth; or, where \(recipient.domain) is the customer's own, "
        + "add it to identity.internalDomains")
  }

  private func allows(_ sender: EmailAddress) -> Bool {
    if isListed(sender) { return true }
    switch senderRule {
    case .loginMailbox, .accountOnly: return username?.lowercased() == sender.text.lowercased()
    case .acceptedDomain: return acceptedDomains.contains(sender.domain.lowercased())
    case .registered: return senders.isEmpty
    case .anyone: return true
    }
  }

  /// By `senders`: whole addresses, and domains.
  private func isListed(_ sender: EmailAddress) -> Bool {
    let (address, domain) = (sender.text.lowercased(), sender.domain.lowercased())
    return senders.contains { $0.lowercased() == address || $0.lowercased() == domain }
  }

  private var senderDemand: String {
    switch senderRule {
    case .loginMailbox: "the sender has to be the mailbox that signs in, \(username ?? "")"
    case .accountOnly: "the sender has to be the account that signs in, \(username ?? ""), and no other"
    case .acceptedDomain:
      "the sender has to be in a domain that the service holds: "
        + (acceptedDomains.isEmpty ? "none is configured" : acceptedDomains.joined(separator: ", "))
    case .registered: "the sender has to be one of routes.\(name).senders: " + senders.joined(separator: ", ")
    case .anyone: "nobody"
    }
  }

  private var ownSender: String {
    switch senderRule {
    case .loginMailbox, .accountOnly: username ?? "ADDRESS"
    case .registered: senders.first ?? "ADDRESS"
    case .acceptedDomain: "ADDRESS@\(acceptedDomains.first ?? "DOMAIN")"
    case .anyone: "ADDRESS"
    }
  }
}
