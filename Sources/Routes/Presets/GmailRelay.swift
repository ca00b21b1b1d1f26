import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("gmail-relay", at: 120) { gmailRelay }
}

private let page = "support.google.com/a/answer/2956491"

/// Known by the network address, by a user name, or by both.
private let gmailRelay = Preset(
  summary: "Google Workspace SMTP relay", host: Fact(.named("smtp-relay.gmail.com"), source: page),
  ports: Fact(Google.ports, source: page), floor: Fact(.tls12, source: page), proof: Fact(.password, source: page),
  mechanism: Fact("auto", source: page), sender: Fact(.acceptedDomain, source: page),
  isInternal: Fact(false, source: page),
  limits: [Fact(.rate(Rate(10_000, .recipients, a: .day)), source: page)] + Google.messageLimits,
  family: "gmail-relay", demands: [Preset.Rule(.domain, "route.needs-workspace-domain")],
  forbids: Preset.Rule.noTokens, names: Google.names)
