// Google, and every other server, as their pages had it in November 2026.

import Crypto

private enum Page {
  static let submission = "developers.google.com/workspace/gmail/imap/imap-smtp"
  static let passwords = "support.google.com/accounts/answer/185833"
  static let aliases = "support.google.com/mail/answer/22370"
  /// 500 messages a day; a Workspace account has 2,000, which an installer has to say.
  static let limits = "support.google.com/mail/answer/22839"
  /// By smtp.gmail.com and by smtp-relay.gmail.com.
  static let recipients = "support.google.com/a/answer/166852"
  /// 25 MB of files, which the server announces as SIZE 35882577 encoded.
  static let size = "support.google.com/mail/answer/6584"
  static let oauth = "developers.google.com/workspace/gmail/imap/xoauth2-protocol"
  static let relay = "support.google.com/a/answer/2956491"
}

private let submissionPorts = [Preset.Port(.starttls, 587), Preset.Port(.implicit, 465), Preset.Port(.off, 25)]

private let mailboxLimits: [Fact<Preset.Limit>] = [
  Fact(.rate(Rate(500, .messages, a: .day)), source: Page.limits),
  Fact(.recipientsPerMessage(100), source: Page.recipients),
  Fact(.bytesPerMessage(35_882_577), source: Page.size),
]

private let relayLimits: [Fact<Preset.Limit>] = [
  Fact(.rate(Rate(10_000, .recipients, a: .day)), source: Page.relay),
  Fact(.recipientsPerMessage(100), source: Page.recipients), Fact(.bytesPerMessage(35_882_577), source: Page.size),
]

extension Preset {
  /// With an app password: plain passwords of accounts ended in May 2025.
  static let gmail = Preset(
    name: "gmail", summary: "Gmail and Google Workspace with an app password",
    host: Fact(.named("smtp.gmail.com"), source: Page.submission),
    ports: Fact(submissionPorts, source: Page.submission),
    floor: Fact(.tls12, source: Page.submission), proof: Fact(.password, source: Page.passwords),
    mechanism: Fact("auto", source: Page.submission), sender: Fact(.loginMailbox, source: Page.aliases),
    isInternal: Fact(false, source: Page.submission), limits: mailboxLimits, family: "gmail",
    demands: [.needsMailbox], forbids: Rule.noTokens + [.noExchanger])

  /// No device code: Google's does not give the right to mail.
  static let gmailOAuth = Preset(
    name: "gmail-oauth", summary: "Gmail and Google Workspace with OAuth",
    host: Fact(.named("smtp.gmail.com"), source: Page.submission),
    ports: Fact(submissionPorts, source: Page.submission),
    floor: Fact(.tls12, source: Page.submission),
    proof: Fact(.token(.google, [.authorizationCode, .serviceAccount]), source: Page.oauth),
    mechanism: Fact("xoauth2", source: Page.oauth), sender: Fact(.loginMailbox, source: Page.aliases),
    isInternal: Fact(false, source: Page.submission), limits: mailboxLimits, family: "gmail",
    demands: [.needsMailbox], forbids: [Rule(.tenant, "route.no-tenant"), .noExchanger])

  /// Known by the network address, by a user name, or by both.
  static let gmailRelay = Preset(
    name: "gmail-relay", summary: "Google Workspace SMTP relay",
    host: Fact(.named("smtp-relay.gmail.com"), source: Page.relay), ports: Fact(submissionPorts, source: Page.relay),
    floor: Fact(.tls12, source: Page.relay), proof: Fact(.password, source: Page.relay),
    mechanism: Fact("auto", source: Page.relay), sender: Fact(.acceptedDomain, source: Page.relay),
    isInternal: Fact(false, source: Page.relay), limits: relayLimits, family: "gmail-relay",
    demands: [Rule(.domain, "route.needs-workspace-domain")], forbids: Rule.noTokens)

  /// The mail servers of the last thirty years: submission on 587 (RFC 6409), with TLS from the first byte on
  /// 465 (RFC 8314 section 3.3), without sign-in on 25 (RFC 5321).
  static let smtp = Preset(
    name: "smtp", summary: "any mail server", host: Fact(.configured, source: "RFC 6409"),
    ports: Fact(
      [Port(.starttls, 587), Port(.implicit, 465), Port(.opportunistic, 25), Port(.off, 25)], source: "RFC 8314"),
    floor: Fact(.tls12, source: "RFC 8314 section 4.1"), proof: Fact(.password, source: "RFC 4954"),
    mechanism: Fact("auto", source: "RFC 4954"), sender: Fact(.anyone, source: "RFC 6409 section 6.1"),
    isInternal: Fact(false, source: "RFC 5321"), limits: [], family: "smtp",
    demands: [Rule(.server, "route.needs-server")], forbids: Rule.noTokens + [.noExchanger])
}
