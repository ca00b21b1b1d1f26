import Base

package enum DNSCommand {
  /// As the configuration has it.
  package enum Algorithm: String, Sendable, CaseIterable { case rsa, ed25519 }

  package static let route = Slot.argument("ROUTE", .route, "The route; all routes by default.", isRequired: false)
  package static let address = Slot.option(
    "address", nil, "IP", .text, "The public IP address that receivers see, for SPF, PTR and block lists.")
  package static let dnsbl = Slot.flag(
    "dnsbl", nil, "Look the address up in block lists, whose operators learn it.")

  package static let new = Slot.option("new", nil, "SELECTOR", .text, "Create a key with this selector.")
  package static let algorithm = Slot.option(
    "algorithm", nil, "WORD", .word(Algorithm.self), "The algorithm of the new key.")
  package static let second = Slot.flag(
    "second", nil, "Create the second key: another algorithm, or the next key.")
  package static let replace = Slot.flag("replace", nil, "Replace the existing key.")

  package static let check = Command(
    "check", "Compare the DNS records that a route needs with the DNS.",
    examples: ["dns check office", "dns office --address 203.0.113.9 --dnsbl"], takes: [route, address, dnsbl])

  package static let dkim = Command(
    "dkim", "Show or create DKIM keys and their DNS records.",
    """
    A new key is stored as a secret. Publish its record in the DNS, then set dkim.selector: from then on every \
    message is signed.
    """,
    examples: ["dns dkim --new scanner1", "config set dkim.selector scanner1"],
    takes: [new, algorithm, second, replace], rules: [.only(with: new, [algorithm, second, replace])])

  package static let command = Command(
    "dns", in: .settings, "Check the DNS records of the sender's domain.",
    """
    Looks up the MX, SPF, DKIM and DMARC records for a route, and prints the records to publish if any are missing.
    """,
    examples: ["dns office --address 203.0.113.9", "dns dkim --new scanner1"], subcommands: [check, dkim],
    standard: "check")
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(DNSCommand.command) }
