import Base

package enum DNSCommand {
  /// As the configuration has it.
  package enum Algorithm: String, Sendable, CaseIterable { case rsa, ed25519 }

  package static let route = Slot.argument("ROUTE", .route, "The route; without it all routes.", isRequired: false)
  package static let address = Slot.option(
    "address", nil, "IP", .text, "The public address that receivers see, for SPF, PTR and block lists.")
  package static let dnsbl = Slot.flag(
    "dnsbl", nil, "Ask block lists for the address; they are run by others, who learn it.")

  package static let new = Slot.option("new", nil, "SELECTOR", .text, "Make a key of that name.")
  package static let algorithm = Slot.option("algorithm", nil, "WORD", .word(Algorithm.self), "Of the new key.")
  package static let second = Slot.flag(
    "second", nil, "Make it the second key: of another algorithm, or the next one.")
  package static let replace = Slot.flag("replace", nil, "Let the key go that is in its place.")

  package static let check = Command(
    "check", "The records that a route needs, against what the DNS holds now.",
    examples: ["dns check office", "dns office --address 203.0.113.9 --dnsbl"], takes: [route, address, dnsbl])

  package static let dkim = Command(
    "dkim", "The keys that messages are signed with, and their DNS records.",
    """
    A key is made and kept as a secret; its record goes into the DNS. Once it is there, set dkim.selector, and every \
    message is signed.
    """,
    examples: ["dns dkim --new scanner1", "config set dkim.selector scanner1"],
    takes: [new, algorithm, second, replace], rules: [.only(with: new, [algorithm, second, replace])])

  package static let command = Command(
    "dns", in: .settings, "What the DNS has to say of the sender's domain, and what it says.",
    """
    Looks up MX, SPF, DKIM and DMARC records for a route, and prints what to publish where something is missing.
    """,
    examples: ["dns office --address 203.0.113.9", "dns dkim --new scanner1"], subcommands: [check, dkim],
    standard: "check")
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(DNSCommand.command) }
