/// The tenant's MX: Direct Send, and relay through an inbound connector.
struct FrontEndService: Service {
  let tenant: Tenant

  var words: Words { .exchange }
  var keywords: [String] { ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"] }
  var advertisedSize: Int { exchangeSize }
  var mechanisms: [String] { [] }
  var asksForClientCertificate: Bool { true }
  var needsTLS: Bool { false }
  private var world: TenantSettings { tenant.scenario.tenant }
  private var settings: ExchangeFrontEnd { tenant.scenario.mx }

  func admitsAnonymous(_ visitor: Visitor) -> Bool { true }

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn { .refused(words.unknownMechanism) }

  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    if let refusal = reputationRefusal(visitor.peer) { return refusal }
    let name = domain(of: address)
    if envelope.recipients.count(where: { domain(of: $0) == name }) >= settings.recipientsPerDomain {
      return "452 4.5.3 Too many recipients"
    }
    if connector(of: visitor, sender: envelope.from) != nil { return nil }
    if world.accepts(address) { return directSendRefusal(address, envelope) }
    if world.domainsElsewhere.contains(name) {
      return
        "451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35. For more information please go to https://go.microsoft.com/fwlink/?linkid=865268 [{host} {time} {id}]"
    }
    return "550 5.7.64 TenantAttribution; Relay Access Denied [{host} {time} {id}]"
  }

  private func reputationRefusal(_ peer: String) -> Reply? {
    if settings.bannedAddresses.contains(peer) {
      return Reply(
        "550 5.7.606 Access denied, banned sending IP [\(peer)]. To request removal from this list please visit https://sender.office.com/ and follow the directions. For more information please go to http://go.microsoft.com/fwlink/?LinkID=526655 AS(1430) [{host} {time} {id}]"
      )
    }
    return settings.throttledAddresses.contains(peer)
      ? Reply("451 4.7.500 Server busy. Please try again later from [\(peer)]. (AS77712416) [{host} {time} {id}]") : nil
  }

  private func directSendRefusal(_ address: String, _ envelope: Envelope) -> Reply? {
    if world.rejectDirectSend && world.accepts(envelope.from) {
      return
        "550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources"
    }
    let known = tenant.scenario.mailboxes.map(\.address) + tenant.scenario.hve.accounts.map(\.address) + world.directory
    return !world.edgeBlocking || known.contains { isSame($0, address) }
      ? nil : "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [{host} {time} {id}]"
  }

  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    exchangeForm(content, envelope)
  }

  /// Since November 2023 the source must fit a connector, and its certificate or the sender an accepted domain.
  func connector(of visitor: Visitor, sender: String) -> String? {
    world.connectors.first { connector in
      if let domain = connector.certificate, visitor.tls?.proves(domain) == true {
        return world.accepts("@" + domain) || isWithinAccepted(domain) || world.accepts(sender)
      }
      return connector.addresses.contains(visitor.peer) && world.accepts(sender)
    }?.name
  }

  private func isWithinAccepted(_ name: String) -> Bool {
    world.acceptedDomains.contains { name.lowercased().hasSuffix("." + $0) }
  }

}
