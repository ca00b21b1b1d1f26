import Base
import Glibc
import TestKit
import Testing

// What the tests against real servers have in common: a ten-page scan, what arrived of it, and what the server says.

extension Desk {
  /// A desk whose only route is `way`.
  ///
  /// - Parameters:
  ///   - secret: of the route; `kind` is the last part of its variable.
  ///   - roots: files of the authorities that are trusted.
  ///   - names: the name server that is asked.
  init(
    way keys: String, from sender: String, secret: String? = nil, kind: String = "PASSWORD", roots: [String] = [],
    names: NameServer? = nil
  ) throws {
    try self.init(environment: secret.map { ["PLATEN_SECRET_ROUTES_WAY_\(kind)": $0] } ?? [:])
    var network = names.map { "dns: [\"\($0.address)\"]," } ?? ""
    if !roots.isEmpty {
      let file = try folder.write(try roots.flatMap { try Folder.contents(of: $0) }, to: "roots.pem")
      network += "caFile: \"\(file)\","
    }
    try configure(
      """
      identity: { name: "Front desk scanner", address: "\(sender)", internalDomains: ["example.test"] },
      network: { \(network) }, routes: [{ name: "way", \(keys) }],
      """)
  }

  /// Ten pages from the feeder, mailed.
  func scanTenPages(to recipients: [String] = ["ann@example.test"], dpi: Int = 75) throws -> RunResult {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(10, dpi: dpi), dpi: dpi)
    let arguments = ["scan", "--device", "replay:front", "--source", "adf", "--resolution", "\(dpi)", "--wait"]
    // What is not taken at once is a failure of these tests, not to be waited for.
    let patience = ["--timeout", "20s"]
    return try run(
      command(arguments + patience + recipients.flatMap { ["--to", $0] }),
      environment: environment.merging(world.environment) { $1 }
    )
  }

  /// The desk's only job, of which no page may be lost: its document comes out of the spool.
  func keptJob(pages: Int, at location: SourceLocation = #_sourceLocation) throws -> JobRecord {
    let job = try #require(try jobs().first, sourceLocation: location)
    let file = folder.file("kept.pdf")
    #expect(try platen("jobs", "export", job.id, "--output", file).exitCode == 0, sourceLocation: location)
    #expect(try run(["qpdf", "--show-npages", file]).text == "\(pages)\n", sourceLocation: location)
    return job
  }
}

extension MailServer {
  /// The ten pages that the desk's only job brought here: one whole message with one whole document.
  func tenPages(of desk: Desk, at location: SourceLocation = #_sourceLocation) throws -> DeliveredMessage {
    let job = try #require(try desk.jobs().first, sourceLocation: location)
    #expect(job.state == "accepted" && job.pages == 10, sourceLocation: location)
    let message = try delivered(try #require(job.messageID))
    #expect(message.defects.isEmpty, sourceLocation: location)
    #expect(message.parts.map(\.type) == ["text/plain", "application/pdf"], sourceLocation: location)
    let document = try #require(message.parts.last?.path, sourceLocation: location)
    #expect(try PDFReaders.complaints(about: document, pages: 10).isEmpty, sourceLocation: location)
    return message
  }
}

/// What a server wrote about a message that it took.
struct Acceptance: Equatable {
  /// The name or number of the port.
  var port: String
  /// "TLSv1.3"; nil: in the clear.
  var tls: String?
  var mechanism: String?
  /// Who signed in.
  var identity: String?
}

/// What stands in `text` between two words.
func between(_ start: String, _ end: Character, in text: some StringProtocol) -> String? {
  guard let range = text.firstRange(of: start) else { return nil }
  return String(text[range.upperBound...].prefix { $0 != end })
}

extension MailServer {
  /// Those lines of a log that are as asked for, as soon as there is one: a server writes them after it has answered.
  func lines(of name: String = "LOG", _ isAsked: (Substring) -> Bool) throws -> [Substring] {
    let deadline = Deadline.after(.seconds(10))
    while true {
      let found = try log(name).filter(isAsked)
      if !found.isEmpty || deadline.hasPassed { return found }
      poll(nil, 0, 20)
    }
  }

  /// From Postfix's log, and for TLS from what it wrote into the message.
  func acceptanceByPostfix(_ message: DeliveredMessage) throws -> Acceptance {
    let id = try #require(message.headers["Message-ID"])
    let noted = try #require(try lines { $0.contains("message-id=\(id)") }.first)
    // "Nov 21 17:37:11 mail postfix/cleanup[99]: QUEUE: message-id=…"
    let queue = try #require(between("]: ", ":", in: noted))
    let line = try #require(try lines { $0.contains("]: \(queue): client=") }.first)
    let service = try #require(line.split(separator: " ").first { $0.contains("/smtpd[") })
    return Acceptance(
      port: String(service.prefix { $0 != "/" }),
      tls: between("(using ", " ", in: try #require(message.headers["Received"])),
      mechanism: between("sasl_method=", ",", in: line), identity: between("sasl_username=", ",", in: line))
  }

  /// From Exim's log: the line of a message's arrival.
  func acceptanceByExim(_ message: DeliveredMessage) throws -> (Acceptance, line: Substring) {
    let id = try #require(message.headers["Message-ID"]).filter { $0 != "<" && $0 != ">" }
    let line = try #require(try lines { $0.contains(" <= ") && $0.contains("id=\(id)") }.first)
    let signIn = between(" A=", " ", in: line)?.split(separator: ":", maxSplits: 1).map(String.init)
    let acceptance = Acceptance(
      port: try #require(between("I=[127.0.0.1]:", " ", in: line)), tls: between(" X=", ":", in: line),
      mechanism: signIn?.first, identity: signIn?.last)
    return (acceptance, line)
  }
}
