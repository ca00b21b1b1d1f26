import Base
import FoundationEssentials
import TestKit
import Testing

/// Every refusal that is documented and that a server can say, said at its stage by a tenant to a real run.
@Suite struct `The tenant refuses` {
  /// A row of the simulator's catalogue.
  struct Refusal: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let endpoint: String?
    let at: String
    let reply: String
    let recipients: Int?
    let bytes: Int?

    var testDescription: String { "\(name) at \(at): \(reply.prefix(60))" }
    /// Its number in the table of documented failures.
    var number: String { name.dropFirst(2).filter(\.isNumber) }
  }

  /// How each service is reached: preset, keys of the route, sender, password.
  private static let ways: [String: (preset: String, keys: String, sender: String, password: String?)] = [
    "submission": ("m365", "username: \"scanner@contoso.com\"", "scanner@contoso.com", "Scan-2026"),
    "hve": ("m365-hve", "username: \"hve@contoso.com\"", "hve@contoso.com", "Hve-2026"),
    "azure": ("azure-email", "username: \"scanner-azure\"", "donotreply@contoso.com", "contoso~secret~5"),
    "mx": ("m365-direct-send", "domain: \"contoso.com\"", "mfp7@contoso.com", nil),
    "gmail": (
      "gmail", "username: \"scanner@contoso.example\"", "scanner@contoso.example", "abcd efgh ijkl mnop"
    ),
    "gmailRelay": ("gmail-relay", "domain: \"contoso.example\"", "scanner@contoso.example", nil),
    "smtp": (
      "smtp", "server: \"smtp.example.net\", username: \"scanner\"", "scanner@contoso.com", "Smtp-2026"
    ),
  ]

  private static let stages: Set = ["greeting", "ehlo", "starttls", "mechanism", "auth", "mail", "rcpt", "final"]

  /// Those that a server says in words to one recipient.
  private static let refusals: [Refusal] = {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let file = HouseTests.root + "/Tools/tenant-simulator/failures.json5"
    let all = (try? decoder.decode([Refusal].self, from: Data(Folder.contents(of: file, limit: 1 << 20)))) ?? []
    return all.filter { refusal in
      stages.contains(refusal.at) && ways[refusal.endpoint ?? ""] != nil && refusal.recipients == nil
        && refusal.reply.first?.isNumber == true && classes[refusal.number] != nil
    }
  }()

  /// The classes that the table of documented failures allows each number.
  private static let classes: [String: Set<String>] = {
    let file = HouseTests.root + "/Tests/JobsTests/SectionB.txt"
    let text = String(decoding: (try? Folder.contents(of: file, limit: 1 << 20)) ?? [], as: UTF8.self)
    var classes: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: "\t")
      guard cells.count == 4 else { continue }
      classes[String(cells[0]), default: []].formUnion(cells[3].split { "/!".contains($0) }.map(String.init))
    }
    return classes
  }()

  private struct Listing: Decodable {
    struct Job: Decodable {
      struct Recipient: Decodable {
        let state: String
        let attempts: Int
        let failure: Failure?
      }

      let id: String
      let recipients: [Recipient]
    }

    struct Failure: Decodable {
      let `class`: String
      let steps: [String]
    }

    let jobs: [Job]
  }

  @Test func `what servers say is many things`() {
    print("figure: documented refusals said by a server = \(Self.refusals.count)")
    #expect(Self.refusals.count > 120)
  }

  @Test(arguments: refusals)
  func `in documented words, and the job knows what they mean`(refusal: Refusal) throws {
    let endpoint = try #require(refusal.endpoint)
    let way = try #require(Self.ways[endpoint])
    let tenant = try Tenant("fail: [\"\(refusal.name)\"]")
    let desk = try Desk(
      """
      identity: { name: "Front desk scanner", address: "\(way.sender)", internalDomains: ["contoso.com"] },
      \(tenant.network)
      routes: [{ name: "way", preset: "\(way.preset)", port: \(try tenant.port(endpoint)), \(way.keys) }],
      """, environment: way.password.map { ["PLATEN_SECRET_ROUTES_WAY_PASSWORD": $0] } ?? [:])
    let page = try SaneWorld.pages(1) + "/" + (try #require(try Folder.names(in: SaneWorld.pages(1)).sorted().first))
    let sent = try desk.platen("send", page, "--to", "anna@contoso.com")
    #expect(sent.exitCode != 0 && sent.errors.contains("platen: "), "\(sent.errors)")

    let listed = try desk.platen("jobs", "list", json: true)
    let job = try #require(try JSONDecoder().decode(Listing.self, from: Data(listed.output)).jobs.first)
    let recipient = try #require(job.recipients.first)
    let failure = try #require(recipient.failure)
    #expect(try #require(Self.classes[refusal.number]).contains(failure.class), "\(sent.errors)")
    #expect(recipient.attempts == 1 && recipient.state != "accepted" && !failure.steps.isEmpty)
    #expect(try desk.platen("jobs", "export", job.id, "--output", desk.folder.file("kept.pdf")).exitCode == 0)
    guard ["auth", "mechanism"].contains(refusal.at) else { return }
    // A second try of a refused password brings an account nearer to its lock-out.
    #expect(try tenant.events().split(separator: "\n").count { $0.contains("\"text\":\"AUTH ") } == 1)
  }
}
