// Microsoft 365 and Azure, as their pages had it in November 2026.

import Crypto

/// The pages that values come from.
private enum Page {
  static let devices =
    "learn.microsoft.com/exchange/mail-flow-best-practices/"
    + "how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365"
  static let submission =
    "learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission"
  static let sending =
    "learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/"
    + "exchange-online-limits#sending-limits"
  static let size =
    "learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/"
    + "exchange-online-limits#message-limits"
  /// "Changes coming to the SMTP Authenticated Submission client protocol": three connections a mailbox.
  static let concurrency =
    "techcommunity.microsoft.com/t5/exchange-team-blog/changes-coming-to-the-smtp-authenticated-submission-client/"
    + "ba-p/607825"
  /// 4.5.3 for more than 200 recipients of one domain in a transaction; halved, for the sake of other servers.
  static let recipients =
    "learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online (4.5.3)"
  static let oauth =
    "learn.microsoft.com/exchange/client-developer/legacy-protocols/"
    + "how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"
  static let legacy =
    "learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/"
    + "opt-in-exchange-online-endpoint-for-legacy-tls-using-smtp-auth"
  static let volume = "learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365"
  static let volumeOAuth = "learn.microsoft.com/exchange/mail-flow-best-practices/oauth-high-volume-mails-m365"
  static let volumeSender =
    "learn.microsoft.com/exchange/mail-flow-best-practices/troubleshoot-high-volume-email-m365 (5.7.62, 5.6.241)"
  static let azure =
    "learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/"
    + "smtp-authentication"
  static let azureOAuth =
    "learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/"
    + "send-email-smtp-oauth"
  static let azureLimits = "learn.microsoft.com/azure/communication-services/concepts/service-limits#email"
  static let relay = "learn.microsoft.com/exchange/mail-flow-best-practices/updated-requirements-smtp-relay"
  static let directSend =
    "techcommunity.microsoft.com/blog/exchange/"
    + "introducing-more-control-over-direct-send-in-exchange-online/4408790"
}

private let startTLS = [Preset.Port(.starttls, 587), Preset.Port(.opportunistic, 25), Preset.Port(.off, 25)]
private let exchange = [Preset.Port(.starttls, 25), Preset.Port(.opportunistic, 25), Preset.Port(.off, 25)]

/// What one mailbox may submit.
private let mailboxLimits: [Fact<Preset.Limit>] = [
  Fact(.rate(Rate(30, .messages, a: .minute)), source: Page.sending),
  Fact(.rate(Rate(10_000, .recipients, a: .day)), source: Page.sending),
  Fact(.recipientsPerMessage(100), source: Page.recipients),
  // A mailbox's MaxSendSize decides, 35 MB unless an administrator set it, whatever EHLO's SIZE says.
  Fact(.bytesPerMessage(35_000_000), source: Page.size),
  Fact(.connections(3), source: Page.concurrency),
]

/// Of both ways to sign in to High Volume Email. No rate is kept: the service has none.
private let volumeLimits: [Fact<Preset.Limit>] = [
  Fact(.recipientsPerMessage(50), source: Page.volume), Fact(.bytesPerMessage(10_000_000), source: Page.volume),
]

/// Of a custom domain; one of Azure's own takes 5 a minute and 10 an hour, which an installer has to say.
private let azureLimits: [Fact<Preset.Limit>] = [
  Fact(.rate(Rate(30, .messages, a: .minute)), source: Page.azureLimits),
  Fact(.rate(Rate(100, .messages, a: .hour)), source: Page.azureLimits),
  Fact(.recipientsPerMessage(50), source: Page.azureLimits),
  Fact(.bytesPerMessage(10_000_000), source: Page.azureLimits),
  Fact(.connections(250), source: Page.azureLimits),
]

/// Of a tenant's mail exchanger.
private let exchangerLimits: [Fact<Preset.Limit>] = [
  Fact(.recipientsPerMessage(100), source: Page.recipients), Fact(.bytesPerMessage(35_000_000), source: Page.size),
]

private let tenant = Preset.Rule(.tenant, "route.needs-tenant")
private let azureUser = Preset.Rule(.username, "route.needs-azure-user")
private let exchanger = Preset.Rule(.domain, "route.needs-exchanger")
private let noSignIn = [RouteKey.username, .tenant, .clientID, .grant, .authority].map {
  Preset.Rule($0, "route.no-sign-in")
}

extension Preset {
  static let m365 = submission(
    "m365", "Microsoft 365, SMTP AUTH with a mailbox's password",
    server: Fact("smtp.office365.com", source: Page.devices),
    floor: Fact(.tls12, source: Page.submission))

  static let m365LegacyTLS = submission(
    "m365-legacy-tls", "Microsoft 365 for devices that cannot do TLS 1.2",
    server: Fact("smtp-legacy.office365.com", source: Page.legacy), floor: Fact(.tls10, source: Page.legacy))

  /// AUTH LOGIN: the service knows no PLAIN.
  private static func submission(
    _ name: String, _ summary: String, server: Fact<String>, floor: Fact<TLSVersion>
  ) -> Preset {
    Preset(
      name: name, summary: summary, host: Fact(.named(server.value), source: server.source),
      ports: Fact(startTLS, source: Page.devices), floor: floor, proof: Fact(.password, source: Page.submission),
      mechanism: Fact("login", source: Page.submission), sender: Fact(.loginMailbox, source: Page.devices),
      isInternal: Fact(false, source: Page.devices), limits: mailboxLimits, family: "m365", demands: [.needsMailbox],
      forbids: Rule.noTokens + [.noExchanger])
  }

  static let m365OAuth = Preset(
    name: "m365-oauth", summary: "Microsoft 365, SMTP AUTH with OAuth",
    host: Fact(.named("smtp.office365.com"), source: Page.devices), ports: Fact(startTLS, source: Page.devices),
    floor: Fact(.tls12, source: Page.submission),
    proof: Fact(
      .token(.exchange, [.deviceCode, .authorizationCode, .clientSecret, .clientCertificate]), source: Page.oauth),
    mechanism: Fact("xoauth2", source: Page.oauth), sender: Fact(.loginMailbox, source: Page.devices),
    isInternal: Fact(false, source: Page.devices), limits: mailboxLimits, family: "m365",
    demands: [.needsMailbox, tenant, .needsApplication], forbids: [.noExchanger])

  static let m365HVE = Preset(
    name: "m365-hve", summary: "Microsoft 365 High Volume Email with the account's password",
    host: Fact(.named("smtp.hve.mx.microsoft"), source: Page.volume), ports: Fact(startTLS, source: Page.volume),
    floor: Fact(.tls12, source: Page.volume), proof: Fact(.password, source: Page.volume),
    mechanism: Fact("login", source: Page.volume), sender: Fact(.accountOnly, source: Page.volumeSender),
    isInternal: Fact(true, source: Page.volume), limits: volumeLimits, family: "m365-hve", demands: [.needsMailbox],
    forbids: Rule.noTokens + [.noExchanger])

  static let m365HVEOAuth = Preset(
    name: "m365-hve-oauth", summary: "Microsoft 365 High Volume Email with OAuth",
    host: Fact(.named("smtp.hve.mx.microsoft"), source: Page.volume), ports: Fact(startTLS, source: Page.volume),
    floor: Fact(.tls12, source: Page.volume),
    proof: Fact(
      .token(.highVolume, [.clientSecret, .clientCertificate, .deviceCode, .password]), source: Page.volumeOAuth),
    mechanism: Fact("xoauth2", source: Page.volumeOAuth), sender: Fact(.accountOnly, source: Page.volumeSender),
    isInternal: Fact(true, source: Page.volume), limits: volumeLimits, family: "m365-hve",
    demands: [.needsMailbox, tenant, .needsApplication], forbids: [.noExchanger])

  /// The password is the client secret of an Entra application; the service knows no PLAIN.
  static let azureEmail = Preset(
    name: "azure-email", summary: "Azure Communication Services Email with a client secret",
    host: Fact(.named("smtp.azurecomm.net"), source: Page.azure), ports: Fact(startTLS, source: Page.azure),
    floor: Fact(.tls12, source: Page.azure), proof: Fact(.password, source: Page.azure),
    mechanism: Fact("login", source: Page.azure), sender: Fact(.registered, source: Page.azure),
    isInternal: Fact(false, source: Page.azure), limits: azureLimits, family: "azure-email",
    demands: [azureUser], forbids: Rule.noTokens + [.noExchanger])

  static let azureEmailOAuth = Preset(
    name: "azure-email-oauth", summary: "Azure Communication Services Email with OAuth",
    host: Fact(.named("smtp.azurecomm.net"), source: Page.azure), ports: Fact(startTLS, source: Page.azure),
    floor: Fact(.tls12, source: Page.azure),
    proof: Fact(.token(.azureCommunication, [.clientSecret, .clientCertificate]), source: Page.azureOAuth),
    mechanism: Fact("xoauth2", source: Page.azureOAuth), sender: Fact(.registered, source: Page.azure),
    isInternal: Fact(false, source: Page.azure), limits: azureLimits, family: "azure-email",
    demands: [azureUser, tenant, .needsApplication], forbids: [.noExchanger])

  static let m365DirectSend = Preset(
    name: "m365-direct-send", summary: "Microsoft 365 Direct Send: to mailboxes of the tenant, without sign-in",
    host: Fact(.mailExchanger, source: Page.devices), ports: Fact(exchange, source: Page.devices),
    floor: Fact(.tls12, source: Page.devices), proof: Fact(.connection, source: Page.devices),
    mechanism: Fact("none", source: Page.devices), sender: Fact(.acceptedDomain, source: Page.directSend),
    isInternal: Fact(true, source: Page.devices), limits: exchangerLimits, family: "m365-exchanger",
    demands: [exchanger], forbids: noSignIn)

  /// Known by the source address, or by a client certificate with its chain.
  static let m365Relay = Preset(
    name: "m365-relay", summary: "Microsoft 365 relay through an inbound connector",
    host: Fact(.mailExchanger, source: Page.relay), ports: Fact(exchange, source: Page.relay),
    floor: Fact(.tls12, source: Page.relay), proof: Fact(.connection, source: Page.relay),
    mechanism: Fact("none", source: Page.relay), sender: Fact(.acceptedDomain, source: Page.relay),
    isInternal: Fact(false, source: Page.devices), limits: exchangerLimits, family: "m365-exchanger",
    demands: [exchanger], forbids: noSignIn)
}
