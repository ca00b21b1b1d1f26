import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("azure-email", at: 60) { azureEmail }
}

/// The password is the client secret of an Entra application; the service knows no PLAIN.
private let azureEmail = Preset(
  summary: "Azure Communication Services Email with a client secret",
  host: Fact(.named("smtp.azurecomm.net"), source: Microsoft.azure),
  ports: Fact(Microsoft.submissionPorts, source: Microsoft.azure), floor: Fact(.tls12, source: Microsoft.azure),
  proof: Fact(.password, source: Microsoft.azure), mechanism: Fact("login", source: Microsoft.azure),
  sender: Fact(.registered, source: Microsoft.azure), isInternal: Fact(false, source: Microsoft.azure),
  limits: Microsoft.azureLimits, family: "azure-email", demands: [Microsoft.needsAzureUser],
  forbids: Preset.Rule.noTokens + [.noExchanger], names: Microsoft.azureNames)
