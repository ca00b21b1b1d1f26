import Appliance
import Base
import Diagnosis
import Glibc
import Interface
import Jobs
import TestKit
import Testing

/// A document that one message cannot hold goes in several, each with whole pages.
@Suite struct `A document in several messages` {
  /// Takes a message after the other, and reads what is in them with programs that are not ours.
  private struct Judge {
    let folder: TemporaryFolder
    /// Of each message: its subject, its Message-ID, its file's name, and the file.
    private(set) var subjects: [String] = []
    private(set) var ids: [String] = []
    private(set) var names: [String] = []
    private(set) var files: [String] = []

    private static let reader = """
      import email, email.policy, sys
      message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
      found = list(message.iter_attachments())
      assert len(found) == 1 and not message.defects and not found[0].defects, (found, message.defects)
      open(sys.argv[1], "wb").write(found[0].get_content())
      print(message["Subject"], message["Message-ID"], found[0].get_filename(), sep="\\n")
      """

    init() throws { folder = try TemporaryFolder() }

    mutating func read(_ message: [UInt8]) throws {
      let file = folder.file("part\(files.count).pdf")
      let read = try run(["/usr/bin/python3", "-c", Self.reader, file], input: message)
      try #require(read.exitCode == 0, "\(read.errors)")
      let lines = read.text.split(separator: "\n").map(String.init)
      subjects.append(lines[0])
      ids.append(lines[1])
      names.append(lines[2])
      files.append(file)
    }

    /// The digests of the pictures of some documents, as they are in the files, in the order of their pages.
    func pictures(of files: [String]) throws -> [String] {
      try files.flatMap { file in
        let taken = try run(["pdfimages", "-all", file, file + ".image"])
        try #require(taken.exitCode == 0, "\(taken.errors)")
        let images = try Folder.names(in: Folder.parent(of: file) ?? "/").filter {
          $0.hasPrefix((file.split(separator: "/").last ?? "") + ".image")
        }
        let sums = try run(["sha256sum"] + images.sorted().map { (Folder.parent(of: file) ?? "") + "/" + $0 })
        return sums.text.split(separator: "\n").map { String($0.prefix(64)) }
      }
    }
  }

  // case: limits 30 MB
  @Test func `30 MB through HVE go in messages under 10 MB that together hold all pages in order`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("m365-hve", port: server.port))
    let pages = try mailroom.draw(60, side: 1000)
    let job = try mailroom.send(pages, to: ["ann@contoso.com"])
    let count = job.dispatches.count
    #expect(job.state == .accepted && job.pages == 60 && job.documentBytes > 30_000_000 && count >= 5)
    let messages = try (0..<count).flatMap { try server.record($0).messages }
    #expect(messages.count == count && messages.allSatisfy { $0.count < 10_000_000 })
    var judge = try Judge()
    for message in messages { try judge.read(message) }
    #expect(judge.subjects.enumerated().allSatisfy { $1.hasSuffix("(\($0 + 1) of \(count))") }, "\(judge.subjects)")
    #expect(judge.names.enumerated().allSatisfy { $1.hasSuffix("(\($0 + 1) of \(count)).pdf") }, "\(judge.names)")
    #expect(Set(judge.ids).count == count && judge.ids == job.dispatches.map(\.identity.messageID))
    for file in judge.files { #expect(try run(["qpdf", "--check", file]).exitCode == 0) }
    let whole = judge.folder.file("whole.pdf")
    try mailroom.appliance().export(job.id, to: whole)
    #expect(try judge.pictures(of: judge.files) == judge.pictures(of: [whole]))
    let accepted = try mailroom.journal(job.id).filter { $0.event == .accepted }
    #expect(accepted.map(\.part) == (1...count).map { "\($0) of \(count)" })
  }

  // case: limits part again
  @Test func `a part that is tried again is the same bytes, and what was accepted does not go twice`() throws {
    let later: [ScriptedServer.Step] = .taking(1, "451 4.3.0 later")
    let server = try ScriptedServer(connections: [.taking(), later, .taking()])
    let limit = "limits: { bytesPerMessage: 220000 }"
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port, limit))
    let pages = try mailroom.draw(5, side: 300)
    let first = try mailroom.send(pages, to: ["ann@contoso.com"])
    #expect(first.state == .queued && first.recipients[0].partsAccepted == 1 && first.dispatches.count == 2)
    // A limit that changes meanwhile does not change the parts, and a name that does not change their bytes.
    try mailroom.configure(routes: Mailroom.route("smtp", port: server.port))
    let last = try mailroom.deliver(first.id)
    let messages = try (0..<4).map { try server.record($0).messages }.flatMap { $0 }
    #expect(last.state == .accepted && last.dispatches.count == 3 && messages.count == 4)
    #expect(messages[1] == messages[2])
    var judge = try Judge()
    for message in [messages[0], messages[2], messages[3]] { try judge.read(message) }
    let whole = judge.folder.file("whole.pdf")
    try mailroom.appliance().export(last.id, to: whole)
    #expect(try judge.pictures(of: judge.files) == judge.pictures(of: [whole]))
  }

  // case: limits held between parts
  @Test func `a part that is held goes on by another route, after the parts that were accepted`() throws {
    let refusal = "550 5.7.60 Client does not have permissions to send as this sender"
    let server = try ScriptedServer(connections: [.taking(), .taking(1, refusal), .taking()])
    let limit = "limits: { bytesPerMessage: 220000 }"
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port, limit))
    let held = try mailroom.send(try mailroom.draw(5, side: 300), to: ["ann@contoso.com"])
    #expect(held.state == .held && held.recipients[0].partsAccepted == 1)
    try mailroom.configure(routes: Mailroom.route("smtp", name: "other", port: server.port))
    let job = try mailroom.deliver(try mailroom.appliance().retry(held.id.text))
    #expect(job.state == .accepted && job.dispatches.map(\.route) == ["office", "office", "other", "other"])
    #expect(job.dispatches.map(\.part) == [1, 2, 2, 3])
  }

  // case: limits file
  @Test func `a finished file that is too big is refused with the rule, or takes a route that holds it`() throws {
    let server = try ScriptedServer(.taking())
    let small = Mailroom.route("smtp", name: "small", port: server.port, "limits: { bytesPerMessage: 100000 }")
    let mailroom = try Mailroom(routes: small)
    try mailroom.folder.write(
      "%PDF-1.4\n" + String(repeating: "%\n", count: 60_000) + "startxref\n0\n%%EOF\n", to: "big.pdf")
    let refused = try mailroom.send(["big.pdf"], to: ["ann@contoso.com"])
    #expect(refused.state == .refused && refused.attemptCount == 0 && JobVerdict(refused).exitCode == .badInput)
    let cause = try #require(refused.failure?.cause)
    #expect(cause.hasPrefix("attached file 1 alone (big.pdf) makes a message of ") && cause.hasSuffix("accepts 100000"))
    try mailroom.configure(routes: small + Mailroom.route("smtp", name: "large", port: server.port))
    let sent = try mailroom.send(["big.pdf"], to: ["ann@contoso.com"])
    #expect(sent.state == .accepted && sent.recipients[0].route == "large")
    // Files go whole in messages of their own.
    try mailroom.configure(
      routes: Mailroom.route("smtp", port: server.port, "limits: { bytesPerMessage: 180000 }"))
    let two = try mailroom.send(["big.pdf", "big.pdf"], to: ["ann@contoso.com"])
    #expect(two.state == .accepted && two.dispatches.map(\.part) == [1, 2])
  }

  // case: limits page
  @Test func `a page that is too big by itself is named`() throws {
    let mailroom = try Mailroom(
      routes: Mailroom.route("smtp", port: 1, "limits: { bytesPerMessage: 100000 }"))
    let job = try mailroom.send(try mailroom.draw(2, side: 400), to: ["ann@contoso.com"])
    #expect(job.state == .refused && JobVerdict(job).exitCode == .badInput)
    #expect(job.failure?.cause.hasPrefix("page 1 alone makes a message of ") == true)
  }
}
