import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = {
  Preset.enter("m365-legacy-tls", at: 30) { m365LegacyTLS }
}

private let page =
  "learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/"
  + "opt-in-exchange-online-endpoint-for-legacy-tls-using-smtp-auth"

private let m365LegacyTLS = Microsoft.submission(
  "Microsoft 365 for devices that cannot do TLS 1.2",
  server: Fact("smtp-legacy.office365.com", source: page), floor: Fact(.tls10, source: page))
