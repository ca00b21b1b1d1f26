import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("m365-relay", at: 90) { m365Relay } }

private let page = "learn.microsoft.com/exchange/mail-flow-best-practices/updated-requirements-smtp-relay"

/// Known by the source address, or by a client certificate with its chain.
private let m365Relay = Preset(
  summary: "Microsoft 365 relay through an inbound connector", host: Fact(.mailExchanger, source: page),
  ports: Fact(Microsoft.exchangerPorts, source: page), floor: Fact(.tls12, source: page),
  proof: Fact(.connection, source: page), mechanism: Fact("none", source: page),
  sender: Fact(.acceptedDomain, source: page), isInternal: Fact(false, source: Microsoft.devices),
  limits: Microsoft.exchangerLimits, family: "m365-exchanger", demands: [Microsoft.needsExchanger],
  forbids: Microsoft.noSignIn, names: names)

/// What a connector takes in is the customer's own mail, and signed like it.
private let names = {
  var names = Microsoft.exchangerNames
  names.serviceSelectors = Microsoft.selectors
  return names
}()
