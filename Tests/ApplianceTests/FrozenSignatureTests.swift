import Appliance
import Crypto
import Diagnosis
import Host
import Interface
import Jobs
import Mail
import TestKit
import Testing

/// What a message was signed with first signs it at every attempt, whatever the configuration says by then.
@Suite struct `Signatures of a dispatch` {
  /// The message arrives, and its reply does not.
  private static let losing: [ScriptedServer.Step] =
    .hello + [.hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage, .reset]

  private let keys = (0..<2).map { _ in SigningKey.make(.rsa).pem }

  /// A mailroom whose server answers one connection after the other so, and that signs by `dkim`.
  private func mailroom(_ connections: [[ScriptedServer.Step]], _ dkim: String) throws -> (Mailroom, ScriptedServer) {
    let server = try ScriptedServer(connections: connections)
    let mailroom = try Mailroom(routes: "")
    try sign(mailroom, server, dkim)
    return (mailroom, server)
  }

  private func sign(_ mailroom: Mailroom, _ server: ScriptedServer, _ dkim: String) throws {
    try mailroom.configure(routes: Mailroom.route("smtp", port: server.port), "dkim: { \(dkim) }")
  }

  private func set(_ name: String, _ value: [UInt8]?, in mailroom: Mailroom) throws {
    let (store, secret) = (SecretStore(try mailroom.appliance().site, mailroom.clock.clock), try SecretName(name))
    if let value { try store.set(secret, to: value) } else { try store.unset(secret) }
  }

  private func retry(_ id: JobID, in mailroom: Mailroom) throws -> Job {
    try mailroom.deliver(try mailroom.appliance().retry(id.text))
  }

  private func header(_ server: ScriptedServer, _ connection: Int) throws -> String {
    let message = try #require(try server.record(connection).messages.first)
    return String(decoding: message, as: UTF8.self).components("\r\n\r\n")[0]
  }

  @Test func `after an unknown outcome the same bytes go, under another selector and from another slot`() throws {
    let (mailroom, server) = try mailroom([Self.losing, .taking()], "selector: 's1'")
    try set("dkim.privateKey", keys[0], in: mailroom)
    let lost = try mailroom.send(to: ["ann@contoso.com"])
    #expect(lost.state == .unknown)
    try set("dkim.secondPrivateKey", keys[0], in: mailroom)
    try set("dkim.privateKey", keys[1], in: mailroom)
    try sign(mailroom, server, "selector: 's2', domain: 'example.net'")
    #expect(try retry(lost.id, in: mailroom).state == .accepted)
    #expect(try server.record(0).messages == server.record(1).messages && header(server, 0).contains("s=s1;"))
  }

  @Test func `what went unsigned goes unsigned again, and what was signed goes signed where nothing is any more`()
    throws
  {
    let (mailroom, server) = try mailroom([Self.losing, .taking()], "")
    let unsigned = try mailroom.send(to: ["ann@contoso.com"])
    try set("dkim.privateKey", keys[0], in: mailroom)
    try sign(mailroom, server, "selector: 's1'")
    #expect(try retry(unsigned.id, in: mailroom).state == .accepted)
    #expect(try server.record(0).messages == server.record(1).messages)
    let (other, second) = try self.mailroom([Self.losing, .taking()], "selector: 's1'")
    try set("dkim.privateKey", keys[0], in: other)
    let signed = try other.send(to: ["ann@contoso.com"])
    try sign(other, second, "")
    #expect(try retry(signed.id, in: other).state == .accepted)
    #expect(try second.record(0).messages == second.record(1).messages && header(second, 1).contains("s=s1;"))
  }

  @Test func `whoever may have a message whose key is gone gets no other one: it is held until the key is back`() throws
  {
    let (mailroom, server) = try mailroom([Self.losing, .taking()], "selector: 's1'")
    try set("dkim.privateKey", keys[0], in: mailroom)
    let lost = try mailroom.send(to: ["ann@contoso.com"])
    try set("dkim.privateKey", keys[1], in: mailroom)
    let held = try retry(lost.id, in: mailroom)
    #expect(held.state == .held && held.dispatches.count == 1 && JobVerdict(held).exitCode == .configuration)
    #expect(held.failure?.cause.contains("s1._domainkey.contoso.com") == true)
    #expect(held.steps.first?.contains("platen jobs resend \(held.id)") == true)
    try set("dkim.privateKey", keys[0], in: mailroom)
    #expect(try retry(lost.id, in: mailroom).state == .accepted)
    #expect(try server.record(0).messages == server.record(1).messages)
  }

  @Test func `whoever certainly has no message whose key is gone gets another one, at once`() throws {
    let later: [ScriptedServer.Step] = .hello + [.hear("RCPT"), .say("451 4.3.0 later"), .hold]
    let (mailroom, server) = try mailroom([later, .taking()], "selector: 's1'")
    try set("dkim.privateKey", keys[0], in: mailroom)
    let queued = try mailroom.send(to: ["ann@contoso.com"])
    #expect(queued.state == .queued)
    try set("dkim.privateKey", nil, in: mailroom)
    try set("dkim.privateKey", keys[1], in: mailroom)
    try sign(mailroom, server, "selector: 's2'")
    let job = try mailroom.deliver(queued.id)
    #expect(job.state == .accepted && job.dispatches.count == 2)
    #expect(Set(job.dispatches.map(\.identity.messageID)).count == 2)
    #expect(try header(server, 1).contains("s=s2;"))
  }

  @Test func `without the key that the configuration names nothing goes, and no dispatch is begun`() throws {
    let (mailroom, server) = try mailroom([.taking()], "selector: 's1'")
    let held = try mailroom.send(to: ["ann@contoso.com", "bob@contoso.com"])
    #expect(held.state == .held && held.dispatches.isEmpty && held.attemptCount == 0)
    #expect(held.failure?.cause.contains("dkim.privateKey") == true && JobVerdict(held).exitCode == .configuration)
    try set("dkim.privateKey", keys[0], in: mailroom)
    let both = try mailroom.deliver(try mailroom.appliance().retry(held.id.text))
    #expect(both.dispatches.count == 1 && both.dispatches[0].identity.signatures?.map(\.selector) == ["s1"])
    _ = server
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    guard let range = firstRange(of: separator) else { return [self] }
    return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
  }
}
