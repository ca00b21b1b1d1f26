import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("smtp", at: 1000) { smtp } }

/// The mail servers of the last thirty years: submission on 587 (RFC 6409), with TLS from the first byte on 465
/// (RFC 8314 section 3.3), without sign-in on 25 (RFC 5321).
private let smtp = Preset(
  summary: "any mail server", host: Fact(.configured, source: "RFC 6409"),
  ports: Fact(
    [
      Preset.Port(.starttls, 587), Preset.Port(.implicit, 465), Preset.Port(.opportunistic, 25), Preset.Port(.off, 25),
    ], source: "RFC 8314"),
  floor: Fact(.tls12, source: "RFC 8314 section 4.1"), proof: Fact(.password, source: "RFC 4954"),
  mechanism: Fact("auto", source: "RFC 4954"), sender: Fact(.anyone, source: "RFC 6409 section 6.1"),
  isInternal: Fact(false, source: "RFC 5321"), limits: [], family: "smtp",
  demands: [Preset.Rule(.server, "route.needs-server")], forbids: Preset.Rule.noTokens + [.noExchanger])
