import Base
import Crypto

@used @section("platen_entries") private let entry: Registration = { Preset.enter("gmail", at: 100) { gmail } }

private let passwords = "support.google.com/accounts/answer/185833"

/// With an app password: plain passwords of accounts ended in May 2025.
private let gmail = Preset(
  summary: "Gmail and Google Workspace with an app password",
  host: Fact(.named("smtp.gmail.com"), source: Google.submission),
  ports: Fact(Google.ports, source: Google.submission), floor: Fact(.tls12, source: Google.submission),
  proof: Fact(.password, source: passwords), mechanism: Fact("auto", source: Google.submission),
  sender: Fact(.loginMailbox, source: Google.aliases), isInternal: Fact(false, source: Google.submission),
  limits: Google.mailboxLimits, family: "gmail", demands: [.needsMailbox],
  forbids: Preset.Rule.noTokens + [.noExchanger], names: Google.names)
