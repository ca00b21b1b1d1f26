import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("m365-hve", at: 40) { m365HVE } }

private let m365HVE = Preset(
  summary: "Microsoft 365 High Volume Email with the account's password",
  host: Fact(.named("smtp.hve.mx.microsoft"), source: Microsoft.volume),
  ports: Fact(Microsoft.submissionPorts, source: Microsoft.volume), floor: Fact(.tls12, source: Microsoft.volume),
  proof: Fact(.password, source: Microsoft.volume), mechanism: Fact("login", source: Microsoft.volume),
  sender: Fact(.accountOnly, source: Microsoft.volumeSender), isInternal: Fact(true, source: Microsoft.volume),
  limits: Microsoft.volumeLimits, family: "m365-hve", demands: [.needsMailbox],
  forbids: Preset.Rule.noTokens + [.noExchanger], names: Microsoft.volumeNames)
