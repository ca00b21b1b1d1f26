import Base
import FoundationEssentials
import TestKit
import Testing

/// A row of the comparison of methods, as a configuration: what it allows, and what it forbids.
struct RuledMethod: Sendable, CustomTestStringConvertible {
  let preset: String
  let sender: String
  let forbiddenSender: String?
  let recipient: String
  let forbiddenRecipient: String?
  var demands = "username: \"scanner@contoso.com\", auth: \"none\","

  var testDescription: String { preset }

  private static let mailbox = "scanner@contoso.com"
  private static let colleague = "ann@contoso.com"
  private static let customer = "joe@example.org"

  static let all = [
    RuledMethod("m365", from: mailbox, not: colleague, to: customer),
    RuledMethod("m365-legacy-tls", from: mailbox, not: colleague, to: customer),
    RuledMethod("m365-hve", from: mailbox, not: colleague, to: colleague, not: customer),
    RuledMethod("azure-email", from: "donotreply@mail.contoso.com", to: customer),
    RuledMethod("gmail", from: mailbox, not: colleague, to: customer),
    RuledMethod(
      "gmail-relay", from: "mfp7@contoso.com", not: "mfp7@example.net", to: customer,
      demands: "domain: \"contoso.com\","),
    RuledMethod("smtp", from: "any@example.net", to: customer),
  ]

  private init(
    _ preset: String, from sender: String, not forbiddenSender: String? = nil, to recipient: String,
    not forbiddenRecipient: String? = nil, demands: String? = nil
  ) {
    self.preset = preset
    self.sender = sender
    self.forbiddenSender = forbiddenSender
    self.recipient = recipient
    self.forbiddenRecipient = forbiddenRecipient
    if let demands { self.demands = demands }
  }
}

/// What `send --json` says last.
private struct JobEnd: Decodable {
  struct Recipient: Decodable {
    struct Failure: Decodable {
      let code: String?
      let cause: String
      let steps: [String]
    }

    let address: String
    let state: String
    let route: String?
    let next: String?
    let failure: Failure?
  }

  struct Job: Decodable {
    let id: String
    let state: String
    let recipients: [Recipient]
  }

  let job: Job
}

/// The program as a person uses it, against the rules of each method.
@Suite struct `The rules of each method` {
  private static let accepts: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
    .hear("DATA"), .say("354 go"), .hearMessage, .say("250 2.0.0 queued"), .hold,
  ]

  private func desk(_ sender: String, _ routes: String) throws -> Desk {
    let desk = try Desk(
      """
      identity: { address: "\(sender)", internalDomains: ["contoso.com"] }, routes: [\(routes)],
      """)
    try desk.folder.write(smallestPDF, to: "a.pdf")
    return desk
  }

  private func route(_ preset: String, port: Int, _ more: String = "", name: String = "office") -> String {
    """
    { name: "\(name)", preset: "\(preset)", server: "127.0.0.1", port: \(port), tls: { mode: "off" }, \(more) },
    """
  }

  private func send(_ desk: Desk, _ recipients: String..., more: [String] = []) throws -> (RunResult, JobEnd.Job?) {
    let words = ["send", desk.folder.file("a.pdf")] + recipients.flatMap { ["--to", $0] } + more
    let sent = try run(desk.command(words, json: true), environment: desk.environment)
    let last = sent.text.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
    return (sent, try? JSONDecoder().decode(JobEnd.self, from: last).job)
  }

  @Test(arguments: RuledMethod.all)
  func `what the method allows goes, what it forbids is refused before connecting`(_ method: RuledMethod) throws {
    let server = try ScriptedServer(Self.accepts)
    let route = route(method.preset, port: server.port, method.demands)
    let (sent, job) = try send(try desk(method.sender, route), method.recipient)
    #expect(sent.exitCode == 0 && job?.state == "accepted", "\(sent.errors)")
    let lines = try server.record().lines
    #expect(lines.contains { $0.hasPrefix("MAIL FROM:<\(method.sender)>") }, "\(lines)")
    // Nobody listens at port 1: who asks there would end with 75.
    let closed = self.route(method.preset, port: 1, method.demands)
    if let sender = method.forbiddenSender {
      let desk = try desk(sender, closed)
      let (refused, _) = try send(desk, method.recipient)
      expectFailure(refused, 77, naming: sender, "route office")
      #expect(try refused.text.contains("\"code\":\"sender\"") && desk.jobs().isEmpty)
    }
    if let recipient = method.forbiddenRecipient {
      let desk = try desk(method.sender, closed)
      let (refused, _) = try send(desk, recipient)
      expectFailure(refused, 77, naming: recipient, method.preset)
      #expect(try refused.text.contains("\"code\":\"reach\"") && desk.jobs().isEmpty)
    }
  }

  // case: rules two routes
  @Test func `inside by one route and outside by another, with one exit code for both`() throws {
    let (inside, outside) = (try ScriptedServer(Self.accepts), try ScriptedServer([.say("421 4.3.2 busy")]))
    let desk = try desk(
      "scanner@contoso.com",
      route("smtp", port: inside.port, "reaches: \"internal\"", name: "direct")
        + route("smtp", port: outside.port))
    let (sent, job) = try send(desk, "joe@example.org", "ann@contoso.com")
    #expect(sent.exitCode == 75 && job?.recipients.map(\.state) == ["queued", "accepted"], "\(sent.errors)")
    #expect(job?.recipients.map(\.route) == ["office", "direct"])
  }

  // case: limits wait beyond the timeout
  @Test func `what may not go now stays queued with its time, and the verb says when with 75`() throws {
    let server = try ScriptedServer(Self.accepts)
    let route = route("smtp", port: server.port, "limits: { messagesPerHour: 1 }")
    let desk = try desk("scanner@contoso.com", route)
    #expect(try send(desk, "ann@contoso.com").0.exitCode == 0)
    let began = Deadline.now
    let (paced, job) = try send(desk, "ann@contoso.com", more: ["--wait", "--timeout", "5m"])
    #expect(paced.exitCode == 75 && Deadline.now.since(began) < .seconds(60))
    #expect(job?.state == "queued" && job?.recipients.first?.next?.hasSuffix("Z") == true, "\(paced.text)")
    #expect(job?.recipients.first?.failure?.code == "rate")
    let told = try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com")
    expectFailure(told, 75, naming: "has reached its limit of 1 messages per hour", "the message is sent in 3")
  }

  // case: limits 30 MB
  @Test func `the parts of a document arrive at a real server, whole and in order`() throws {
    let server = try MailServer.shared.get()
    let limit = "limits: { bytesPerMessage: 220000 }"
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", preset: "smtp", server: "localhost", port: \(server.submissionPort),
        username: "\(server.user)", tls: { caFile: "\(server.authorityFile)" }, \(limit) }],
      """, environment: server.secrets)
    let draw = """
      import os, sys
      for width in range(300, 305):
          open(f"{sys.argv[1]}/{width}.pgm", "wb").write(b"P5\\n%d 300\\n255\\n" % width + os.urandom(300 * width))
      """
    #expect(try run(["/usr/bin/python3", "-c", draw, desk.folder.path]).exitCode == 0)
    let subject = "Parts of \(desk.folder.path.split(separator: ".").last ?? "")"
    let words = (300..<305).map { desk.folder.file("\($0).pgm") } + ["--to", "ann@example.test", "--subject", subject]
    let sent = try run(desk.command(["send"] + words), environment: desk.environment)
    try #require(sent.exitCode == 0, "\(sent.errors)")
    var widths: [Substring] = []
    for part in 1...3 {
      let message = try server.delivered("\(subject) (\(part) of 3)")
      #expect(message.defects.isEmpty && message.parts.last?.name?.hasSuffix("(\(part) of 3).pdf") == true)
      let document = try #require(message.parts.last?.path)
      #expect(try PDFReaders.complaints(about: document, pages: part < 3 ? 2 : 1).isEmpty)
      let table = try run(["pdfimages", "-list", document]).text.split(separator: "\n").dropFirst(2)
      widths += table.compactMap { $0.split(separator: " ").dropFirst(3).first }
    }
    #expect(widths == ["300", "301", "302", "303", "304"])
  }

  // case: limits file
  // case: limits page
  @Test func `a document that no message can hold is bad input, and says which page or file`() throws {
    let desk = try desk("scanner@contoso.com", route("smtp", port: 1, "limits: { bytesPerMessage: 3000 }"))
    let file = try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com")
    expectFailure(file, 65, naming: "attached file 1 alone (a.pdf)", "accepts 3000")
    try desk.folder.write("P5\n8 8\n255\n" + String(repeating: "x", count: 64), to: "a.pgm")
    let page = try desk.platen("send", desk.folder.file("a.pgm"), "--to", "ann@contoso.com")
    expectFailure(page, 65, naming: "page 1 alone", "accepts 3000")
  }
}
