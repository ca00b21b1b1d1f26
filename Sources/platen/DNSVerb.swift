import Appliance
import ArgumentParser
import Diagnosis
import Interface

struct DNSVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dns", abstract: "What the DNS has to say of the sender's domain, and what it says.",
    discussion: """
      Looks up MX, SPF, DKIM and DMARC records for a route, and prints
      what to publish where something is missing.

        platen dns office --address 203.0.113.9
        platen dns dkim --new scanner1
      """,
    subcommands: [Check.self, DKIM.self], defaultSubcommand: Check.self)

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "The records that a route needs, against what the DNS holds now.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The route; without it all routes.") var route: String?

    @Option(
      help: ArgumentHelp("The public address that receivers see, for SPF, PTR and block lists.", valueName: "ip"))
    var address: String?

    @Flag(help: "Ask block lists for the address; they are run by others, who learn it.")
    var dnsbl = false

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in
        let request = Operation.Records(route: route, address: address, asksBlockLists: dnsbl)
        return try face.records(request, LocalDesk(common))
      }
    }
  }

  struct DKIM: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dkim", abstract: "The keys that messages are signed with, and their DNS records.",
      discussion: """
        A key is made and kept as a secret; its record goes into the DNS. Once
        it is there, set dkim.selector, and every message is signed.

          platen dns dkim --new scanner1
          platen config set dkim.selector scanner1
        """)
    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Make a key of that name.", valueName: "selector"))
    var new: String?

    @Option(help: ArgumentHelp("Of the new key: rsa or ed25519.", valueName: "name"))
    var algorithm: KeyAlgorithm?

    @Flag(help: "Make it the second key: of another algorithm, or the next one.")
    var second = false

    @Flag(help: "Let the key go that is in its place.")
    var replace = false

    func validate() throws {
      if new == nil && (second || replace || algorithm != nil) {
        throw ValidationError("--algorithm, --second and --replace say what --new is to make")
      }
    }

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in
        let request = Operation.Keys(
          new: new, algorithm: algorithm?.rawValue, isSecond: second, isReplacing: replace)
        return try face.keys(request, LocalDesk(common))
      }
    }
  }
}

/// As the configuration has it.
enum KeyAlgorithm: String, ExpressibleByArgument, CaseIterable {
  case rsa, ed25519
}
