import Appliance
import ArgumentParser
import Diagnosis
import Host
import JSON
import Mail
import Routes

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
      try face.run {
        let reports = try SenderDomain(common).review(route: route, address: address, asksBlockLists: dnsbl)
        for report in reports {
          try face.emit(CheckReport(report))
          face.say(text(of: report))
        }
        guard let failure = reports.lazy.compactMap(\.failure).first else { return }
        // In JSON the failure stands in its route's object.
        if face.json { Face.complain("platen: " + failure.cause) } else { try face.report(failure) }
        throw face.exit(failure)
      }
    }

    private func text(of report: NameReport) -> String {
      var lines = ["\(report.route), sending as \(report.sender)"]
      for step in report.steps.map(\.finding) {
        lines.append("  " + step.layer.rawValue.padded(to: 7) + step.verdict.rawValue.padded(to: 9) + step.found)
        if step.verdict != .pass { lines.append(String(repeating: " ", count: 18) + "needed: " + step.needed) }
        if let publish = step.publish {
          lines += ["                  publish:"] + publish.split(separator: "\n").map { "    " + $0 }
        }
      }
      return lines.joined(separator: "\n")
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
      try face.run {
        let domain = try SenderDomain(common)
        guard let new else { return try show(try domain.keys(), face) }
        let key = try domain.makeKey(
          second ? .second : .first, selector: new, algorithm: algorithm?.algorithm, isReplacing: replace)
        try show([key], face)
        let command = "platen config set \(key.slot.selectorSetting) \(new)"
        let isUsed = domain.selector(of: key.slot) == new
        face.say("\nPublish the record" + (isUsed ? " now: messages are signed with it" : ", then: " + command))
      }
    }

    private func show(_ keys: [SenderDomain.Key], _ face: Face) throws {
      try face.emit(KeyListing(keys: keys.map(KeyListing.Entry.init)))
      if keys.isEmpty { face.say("messages are not signed; make a key: platen dns dkim --new SELECTOR") }
      for key in keys {
        face.say("; \(key.slot.secret), \(key.algorithm.rawValue)\n\(key.published.zoneText)")
        face.say("; the same as a bare value\n; \(key.published.record)")
      }
    }
  }
}

/// As the configuration has it.
enum KeyAlgorithm: String, ExpressibleByArgument, CaseIterable {
  case rsa, ed25519

  var algorithm: DKIMSigning.Algorithm { self == .rsa ? .rsa : .ed25519 }
}

/// A check as every verb tells it.
private struct CheckReport: JSONWritable {
  struct Step: JSONWritable {
    let layer: String
    let verdict: String
    let evidence: String
    let seconds: Double
    let needed: String
    let publish: String?

    var json: JSONValue {
      .fields([
        "evidence": evidence, "layer": layer, "needed": needed, "publish": publish, "seconds": seconds,
        "verdict": verdict,
      ])
    }
  }

  let route: String
  let steps: [Step]
  let failure: Failure?

  init(_ report: NameReport) {
    route = report.route
    failure = report.failure
    steps = report.steps.map { step in
      let finding = step.finding
      return Step(
        layer: finding.layer.rawValue, verdict: finding.verdict.rawValue, evidence: finding.found,
        seconds: step.seconds, needed: finding.needed, publish: finding.publish)
    }
  }

  var json: JSONValue { .fields(["failure": failure, "route": route, "steps": steps]) }
}

private struct KeyListing: JSONWritable {
  struct Entry: JSONWritable {
    let secret: String
    let selector: String
    let domain: String
    let algorithm: String
    /// Where the record belongs.
    let name: String
    let value: String
    let zone: String

    init(_ key: SenderDomain.Key) {
      secret = key.slot.secret
      selector = key.published.selector
      domain = key.published.domain
      algorithm = key.algorithm.rawValue
      name = key.published.name
      value = key.published.record
      zone = key.published.zoneText
    }

    var json: JSONValue {
      .fields([
        "algorithm": algorithm, "domain": domain, "name": name, "secret": secret, "selector": selector,
        "value": value, "zone": zone,
      ])
    }
  }

  let keys: [Entry]

  var json: JSONValue { .fields(["keys": keys]) }
}

extension SenderDomain {
  fileprivate init(_ common: CommonOptions) throws(Failure) {
    let given = EnvironmentSecrets.takeFromEnvironment()
    self.init(try Site(common), givenSecrets: given)
  }
}
