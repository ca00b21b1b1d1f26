import Appliance
import Base
import Diagnosis
import Host
import Interface
import Jobs
import Mail
import TestKit
import Testing

/// BDAT and DATA, binary and base64: what a dispatch does with a server that offers more than it can.
@Suite struct `How a message travels` {
  // case: smtp-64
  @Test func `in chunks where they are offered`() throws {
    let server = try ScriptedServer(Self.chunkOffer + Self.taken + Self.takesChunks)
    let job = try Sending(to: server).send()
    #expect(job.state == .accepted && job.dispatches.map(\.identity.encoding) == [.base64])
    #expect(try server.record().text.contains("Content-Transfer-Encoding: base64"))
  }

  // case: smtp-64
  @Test(arguments: ["500 5.5.1 what", "502 5.5.1 no", "503 5.5.1 RCPT first"])
  func `by DATA at once where BDAT is refused, with the same bytes`(_ refusal: String) throws {
    let refuses = Self.chunkOffer + Self.taken + [.hearChunks, .say(refusal), .hear("QUIT")]
    let server = try ScriptedServer(connections: [refuses, Self.chunkOffer + Self.taken + Self.takesData])
    let job = try Sending(to: server).send()
    #expect(job.state == .accepted && job.attemptCount == 1 && job.dispatches.count == 1)
    let messages = try [server.record(0), server.record(1)].flatMap(\.messages)
    #expect(messages.count == 2 && messages[1] == messages[0] + Array(".\r\n".utf8))
  }

  // case: smtp-64
  @Test func `by DATA after a failure midway, should something on the way choke on chunks`() throws {
    let later = Self.chunkOffer + Self.taken + [.hearChunks, .say("451 4.3.0 later"), .hold]
    let server = try ScriptedServer(connections: [later, Self.chunkOffer + Self.taken + Self.takesData])
    let job = try Sending(to: server).send(until: .after(.seconds(20)))
    #expect(job.state == .accepted && job.attemptCount == 2 && job.dispatches.count == 1)
  }

  @Test func `in binary where the site allows it and the server can take it`() throws {
    let server = try ScriptedServer(Self.binaryOffer + Self.taken + Self.takesChunks)
    let job = try Sending(to: server, binary: "auto").send()
    #expect(job.state == .accepted && job.dispatches.map(\.identity.encoding) == [.binary])
    let record = try server.record()
    #expect(record.lines.contains { $0.hasPrefix("MAIL FROM:") && $0.hasSuffix(" BODY=BINARYMIME") })
    #expect(record.text.contains("\r\nContent-Transfer-Encoding: binary\r\n") && record.text.contains(Sending.document))
  }

  @Test(arguments: [
    chunkOffer + [.hear("QUIT")],
    hello("BINARYMIME") + [.hear("QUIT")],
    binaryOffer + [.hear("MAIL"), .say("501 5.5.4 BODY?"), .hear("RCPT"), .say("503 no"), .hold],
    binaryOffer + taken + [.hearChunks, .say("554 5.6.1 cannot convert"), .hear("QUIT")],
    binaryOffer + taken + [.hearChunks, .say("502 5.5.1 no"), .hear("QUIT")],
  ])
  func `in base64 at once, as another message, where binary is refused`(_ refuses: [ScriptedServer.Step]) throws {
    let server = try ScriptedServer(connections: [refuses, Self.hello("SIZE") + Self.taken + Self.takesData])
    let job = try Sending(to: server, binary: "auto").send()
    #expect(job.state == .accepted && job.attemptCount == 2)
    #expect(job.dispatches.map(\.identity.encoding) == [.binary, .base64])
    #expect(Set(job.dispatches.map(\.identity.messageID)).count == 2)
  }

  @Test func `in binary for ever where nobody knows whether it arrived`() throws {
    let loses = Self.binaryOffer + Self.taken + [.hearChunks, .cut]
    let refuses = Self.hello("SIZE") + [.hear("QUIT")]
    let server = try ScriptedServer(connections: [loses, refuses, refuses])
    let sending = try Sending(to: server, binary: "auto")
    let lost = try sending.send()
    #expect(lost.state == .unknown)
    let job = try sending.deliver(sending.appliance().retry(lost.id.text))
    #expect(job.dispatches.map(\.identity.encoding) == [.binary] && job.state == .refused)
  }

  private static func hello(_ offers: String...) -> [ScriptedServer.Step] {
    [.say("220 hi"), .hear("EHLO"), .say("250-hi")] + offers.map { .say("250-\($0)") } + [.say("250 PIPELINING")]
  }

  private static let taken: [ScriptedServer.Step] = [.hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok")]
  private static let binaryOffer = hello("BINARYMIME", "CHUNKING")
  private static let chunkOffer = hello("CHUNKING")
  private static let takesChunks: [ScriptedServer.Step] = [.hearChunks, .say("250 queued"), .hold]
  private static let takesData: [ScriptedServer.Step] = [
    .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hold,
  ]
}

extension ScriptedServer.Record {
  fileprivate var text: String { messages.map { String(decoding: $0, as: UTF8.self) }.joined() }
}

/// A site with one route, and a small document to send.
private struct Sending {
  static let document = "%PDF-1.4\nstartxref\n0\n%%EOF\n"
  let folder: TemporaryFolder

  init(to server: ScriptedServer, binary: String = "off") throws {
    folder = try TemporaryFolder()
    try folder.write(Self.document, to: "a.pdf")
    try folder.write(
      """
      { storage: { deviceKey: "\(folder.file("key"))" }, identity: { address: "scanner@example.test" },
        message: { binary: "\(binary)" },
        routes: [{ name: "office", server: "127.0.0.1", port: \(server.port), tls: { mode: "off" } }] }
      """, to: "platen.json5")
  }

  func appliance() throws -> Appliance {
    let site = try Site(
      configFile: folder.file("platen.json5"), stateFolder: folder.file("state"), environment: [:])
    return try Appliance(
      site, program: "/nonexistent", environment: [:], givenSecrets: EnvironmentSecrets(values: [:]),
      gap: .milliseconds(20))
  }

  func send(until deadline: Deadline? = nil) throws -> Job {
    var message = MessageDraft()
    message.to = ["ann@example.test"]
    let job = try appliance().take([folder.file("a.pdf")], message, interrupt: .never) { _ in }
    return try appliance().deliver(job.id, until: deadline, interrupt: .never) { _ in }
  }

  func deliver(_ id: JobID) throws -> Job { try appliance().deliver(id, until: nil, interrupt: .never) { _ in } }
}
