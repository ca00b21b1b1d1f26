import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("m365-direct-send", at: 80) { m365DirectSend }
}

private let page =
  "techcommunity.microsoft.com/blog/exchange/"
  + "introducing-more-control-over-direct-send-in-exchange-online/4408790"

private let m365DirectSend = Preset(
  summary: "Microsoft 365 Direct Send: to mailboxes of the tenant, without sign-in",
  host: Fact(.mailExchanger, source: Microsoft.devices),
  ports: Fact(Microsoft.exchangerPorts, source: Microsoft.devices), floor: Fact(.tls12, source: Microsoft.devices),
  proof: Fact(.connection, source: Microsoft.devices), mechanism: Fact("none", source: Microsoft.devices),
  sender: Fact(.acceptedDomain, source: page), isInternal: Fact(true, source: Microsoft.devices),
  limits: Microsoft.exchangerLimits, family: "m365-exchanger", demands: [Microsoft.needsExchanger],
  forbids: Microsoft.noSignIn, names: Microsoft.exchangerNames)
