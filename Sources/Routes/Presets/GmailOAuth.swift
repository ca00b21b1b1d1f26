import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("gmail-oauth", at: 110) { gmailOAuth }
}

private let page = "developers.google.com/workspace/gmail/imap/xoauth2-protocol"

/// No device code: Google's does not give the right to mail.
private let gmailOAuth = Preset(
  summary: "Gmail and Google Workspace with OAuth", host: Fact(.named("smtp.gmail.com"), source: Google.submission),
  ports: Fact(Google.ports, source: Google.submission), floor: Fact(.tls12, source: Google.submission),
  proof: Fact(.token(.google, [.authorizationCode, .serviceAccount]), source: page),
  mechanism: Fact("xoauth2", source: page), sender: Fact(.loginMailbox, source: Google.aliases),
  isInternal: Fact(false, source: Google.submission), limits: Google.mailboxLimits, family: "gmail",
  demands: [.needsMailbox], forbids: [Preset.Rule(.tenant, "route.no-tenant"), .noExchanger], names: Google.names)
