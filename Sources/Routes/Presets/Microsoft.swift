// What several of Microsoft's methods share, as its pages had it in November 2026.

import Crypto

enum Microsoft {
  static let devices =
    "learn.microsoft.com/exchange/mail-flow-best-practices/"
    + "how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365"
  static let submission =
    "learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission"
  private static let sending =
    "learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/"
    + "exchange-online-limits#sending-limits"
  private static let size =
    "learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/"
    + "exchange-online-limits#message-limits"
  /// "Changes coming to the SMTP Authenticated Submission client protocol": three connections a mailbox.
  private static let concurrency =
    "techcommunity.microsoft.com/t5/exchange-team-blog/changes-coming-to-the-smtp-authenticated-submission-client/"
    + "ba-p/607825"
  /// 4.5.3 for more than 200 recipients of one domain in a transaction; halved, for the sake of other servers.
  private static let recipients =
    "learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online (4.5.3)"
  static let volume = "learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365"
  static let volumeSender =
    "learn.microsoft.com/exchange/mail-flow-best-practices/troubleshoot-high-volume-email-m365 (5.7.62, 5.6.241)"
  static let azure =
    "learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/"
    + "smtp-authentication"
  private static let azureSending = "learn.microsoft.com/azure/communication-services/concepts/service-limits#email"

  static let submissionPorts = [Preset.Port(.starttls, 587), Preset.Port(.opportunistic, 25), Preset.Port(.off, 25)]
  static let exchangerPorts = [Preset.Port(.starttls, 25), Preset.Port(.opportunistic, 25), Preset.Port(.off, 25)]

  /// What one mailbox may submit.
  static let mailboxLimits: [Fact<Preset.Limit>] = [
    Fact(.rate(Rate(30, .messages, a: .minute)), source: sending),
    Fact(.rate(Rate(10_000, .recipients, a: .day)), source: sending),
    Fact(.recipientsPerMessage(100), source: recipients),
    // A mailbox's MaxSendSize decides, 35 MB unless an administrator set it, whatever EHLO's SIZE says.
    Fact(.bytesPerMessage(35_000_000), source: size),
    Fact(.connections(3), source: concurrency),
  ]

  /// Of both ways to sign in to High Volume Email. No rate is kept: the service has none.
  static let volumeLimits: [Fact<Preset.Limit>] = [
    Fact(.recipientsPerMessage(50), source: volume), Fact(.bytesPerMessage(10_000_000), source: volume),
  ]

  /// Of a custom domain; one of Azure's own takes 5 a minute and 10 an hour, which the installer must set.
  static let azureLimits: [Fact<Preset.Limit>] = [
    Fact(.rate(Rate(30, .messages, a: .minute)), source: azureSending),
    Fact(.rate(Rate(100, .messages, a: .hour)), source: azureSending),
    Fact(.recipientsPerMessage(50), source: azureSending),
    Fact(.bytesPerMessage(10_000_000), source: azureSending),
    Fact(.connections(250), source: azureSending),
  ]

  /// Of a tenant's mail exchanger.
  static let exchangerLimits: [Fact<Preset.Limit>] = [
    Fact(.recipientsPerMessage(100), source: recipients), Fact(.bytesPerMessage(35_000_000), source: size),
  ]

  static let needsTenant = Preset.Rule(.tenant, "route.needs-tenant")
  static let needsAzureUser = Preset.Rule(.username, "route.needs-azure-user")
  static let needsExchanger = Preset.Rule(.domain, "route.needs-exchanger")
  static let noSignIn = [RouteKey.username, .tenant, .clientID, .grant, .authority].map {
    Preset.Rule($0, "route.no-sign-in")
  }

  /// The SPF policy of the service's own hosts.
  private static let policy = "spf.protection.outlook.com"
  static let selectors = ["selector1", "selector2"]

  static let mailboxNames = DomainNeeds(include: policy, serviceSelectors: selectors)
  static let volumeNames = DomainNeeds(staysInside: true)
  static let azureNames = DomainNeeds(
    include: policy, serviceSelectors: ["selector1-azurecomm-prod-net", "selector2-azurecomm-prod-net"],
    demandsExchanger: true)
  /// Exchangers' names of domains with DNSSEC end in the second way.
  static let exchangerNames = DomainNeeds(
    include: policy, showsOwnAddress: true,
    exchangerEndings: [".mail.protection.outlook.com", ".mx.microsoft"])

  /// SMTP AUTH with a mailbox's password, by AUTH LOGIN: the service knows no PLAIN.
  static func submission(_ summary: String, server: Fact<String>, floor: Fact<TLSVersion>) -> Preset {
    Preset(
      summary: summary, host: Fact(.named(server.value), source: server.source),
      ports: Fact(submissionPorts, source: devices), floor: floor, proof: Fact(.password, source: submission),
      mechanism: Fact("login", source: submission), sender: Fact(.loginMailbox, source: devices),
      isInternal: Fact(false, source: devices), limits: mailboxLimits, family: "m365", demands: [.needsMailbox],
      forbids: Preset.Rule.noTokens + [.noExchanger], names: mailboxNames)
  }
}
