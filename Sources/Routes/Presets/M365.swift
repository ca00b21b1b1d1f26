import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("m365", at: 10) { m365 } }

private let m365 = Microsoft.submission(
  "Microsoft 365, SMTP AUTH with a mailbox's password",
  server: Fact("smtp.office365.com", source: Microsoft.devices), floor: Fact(.tls12, source: Microsoft.submission))
