import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("m365-hve-oauth", at: 50) { m365HVEOAuth }
}

private let page = "learn.microsoft.com/exchange/mail-flow-best-practices/oauth-high-volume-mails-m365"

private let m365HVEOAuth = Preset(
  summary: "Microsoft 365 High Volume Email with OAuth",
  host: Fact(.named("smtp.hve.mx.microsoft"), source: Microsoft.volume),
  ports: Fact(Microsoft.submissionPorts, source: Microsoft.volume), floor: Fact(.tls12, source: Microsoft.volume),
  proof: Fact(.token(.highVolume, [.clientSecret, .clientCertificate, .deviceCode, .password]), source: page),
  mechanism: Fact("xoauth2", source: page), sender: Fact(.accountOnly, source: Microsoft.volumeSender),
  isInternal: Fact(true, source: Microsoft.volume), limits: Microsoft.volumeLimits, family: "m365-hve",
  demands: [.needsMailbox, Microsoft.needsTenant, .needsApplication], forbids: [.noExchanger],
  names: Microsoft.volumeNames)
