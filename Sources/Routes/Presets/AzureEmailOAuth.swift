import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("azure-email-oauth", at: 70) { azureEmailOAuth }
}

private let page =
  "learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/"
  + "send-email-smtp-oauth"

private let azureEmailOAuth = Preset(
  summary: "Azure Communication Services Email with OAuth",
  host: Fact(.named("smtp.azurecomm.net"), source: Microsoft.azure),
  ports: Fact(Microsoft.submissionPorts, source: Microsoft.azure), floor: Fact(.tls12, source: Microsoft.azure),
  proof: Fact(.token(.azureCommunication, [.clientSecret, .clientCertificate]), source: page),
  mechanism: Fact("xoauth2", source: page), sender: Fact(.registered, source: Microsoft.azure),
  isInternal: Fact(false, source: Microsoft.azure), limits: Microsoft.azureLimits, family: "azure-email",
  demands: [Microsoft.needsAzureUser, Microsoft.needsTenant, .needsApplication], forbids: [.noExchanger],
  names: Microsoft.azureNames)
