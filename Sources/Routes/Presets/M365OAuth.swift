import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("m365-oauth", at: 20) { m365OAuth } }

private let page =
  "learn.microsoft.com/exchange/client-developer/legacy-protocols/"
  + "how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"

private let m365OAuth = Preset(
  summary: "Microsoft 365, SMTP AUTH with OAuth",
  host: Fact(.named("smtp.office365.com"), source: Microsoft.devices),
  ports: Fact(Microsoft.submissionPorts, source: Microsoft.devices),
  floor: Fact(.tls12, source: Microsoft.submission),
  proof: Fact(.token(.exchange, [.deviceCode, .authorizationCode, .clientSecret, .clientCertificate]), source: page),
  mechanism: Fact("xoauth2", source: page), sender: Fact(.loginMailbox, source: Microsoft.devices),
  isInternal: Fact(false, source: Microsoft.devices), limits: Microsoft.mailboxLimits, family: "m365",
  demands: [.needsMailbox, Microsoft.needsTenant, .needsApplication], forbids: [.noExchanger],
  names: Microsoft.mailboxNames)
