import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Routes
import TestKit
import Testing

@testable import Link

/// Servers that a signed zone vouches for, with a real zone in a real name server.
@Suite struct DANE {
  private let authority: CertificateAuthority
  /// Nothing of it but its key would do: it has expired, and is for another name.
  private let odd: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    odd = try authority.issue(["DNS:odd.example.test"], from: "20200101000000Z", to: "20200201000000Z")
  }

  private static let script: [Step] =
    [.startTLS(), .say("220 hi"), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye

  private func zone(
    _ server: ScriptedServer, _ data: [String], forgery: (of: String, into: String)? = nil
  ) throws -> SignedZone {
    try SignedZone(
      ["mail A 127.0.0.1", "@ MX 10 mail"] + data.map { "_\(server.port)._tcp.mail TLSA \($0)" }, forgery: forgery)
  }

  private func deliver(
    _ server: ScriptedServer, _ zone: SignedZone, host: String = "mail.platen.example", anchor: String? = nil
  ) -> Attempt {
    attempt(
      route(server, host: host, mode: .implicit) { $0.tls.verification = .dane },
      network: NetworkSettings(nameServers: [zone.address], anchorFiles: [anchor ?? zone.anchor]))
  }

  private func fault(_ done: Attempt) -> DANEFault? {
    if case .failed(.tls(.dane(let fault))) = done.outcome { return fault }
    Issue.record("\(done.report)")
    return nil
  }

  private func data(_ form: String, _ file: String) throws -> String {
    let algorithm = form.hasSuffix("2") ? "sha512" : "sha256"
    let isKey = form.split(separator: " ")[1] == "1"
    let digest =
      try isKey
      ? CertificateAuthority.digest(algorithm, ofKeyIn: file) : CertificateAuthority.digest(algorithm, of: file)
    return "\(form) \(hexadecimal(digest))"
  }

  @Test(arguments: ["3 1 1", "3 1 2", "3 0 1", "3 0 2"])
  func `a zone that vouches for a server's own key or certificate decides alone`(form: String) throws {
    let server = try ScriptedServer(Self.script, certificate: odd)
    let done = deliver(server, try zone(server, [data(form, odd.file)]))
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
    #expect(done.report.encryption?.text.hasSuffix(", verified by DANE") == true)
  }

  @Test(arguments: ["2 1 1", "2 0 2"])
  func `a zone that vouches for an authority still wants the name`(form: String) throws {
    let good = try authority.chained(authority.issue(["DNS:mail.platen.example"]), [authority])
    let fine = try ScriptedServer(Self.script, certificate: good)
    let taken = deliver(fine, try zone(fine, [data(form, authority.file)]))
    #expect(taken.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(taken.report)")
    let other = try authority.chained(authority.issue(["DNS:other.example.test"]), [authority])
    let wrong = try ScriptedServer(Self.script, certificate: other)
    guard case .failed(.tls(.wrongName)) = deliver(wrong, try zone(wrong, [data(form, authority.file)])).outcome else {
      return #expect(Bool(false))
    }
  }

  @Test func `of two records one is enough, so that keys can change`() throws {
    let server = try ScriptedServer(Self.script, certificate: odd)
    let done = deliver(server, try zone(server, [data("3 1 1", authority.file), data("3 1 1", odd.file)]))
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
  }

  @Test(arguments: ["3 1 1", "2 1 1"]) func `a server that its zone does not vouch for gets nothing`(form: String)
    throws
  {
    let good = try authority.issue(["DNS:mail.platen.example"])
    let server = try ScriptedServer(Self.script, certificate: good)
    let other = try authority.stranger("stranger")
    #expect(fault(deliver(server, try zone(server, [data(form, other.file)]))) == .mismatch)
    #expect(try server.record().lines.isEmpty)
  }

  @Test func `what is not validated is refused, each for its reason`() throws {
    let server = try ScriptedServer(Self.script, certificate: odd)
    let good = try data("3 1 1", odd.file)
    let name = "_\(server.port)._tcp.mail."
    let zone = try zone(server, [good])
    #expect(fault(deliver(server, zone, host: "mail.unsigned.example")) == .unsigned(name: name + "unsigned.example"))
    guard case .bogus = fault(deliver(server, zone, anchor: zone.strangeAnchor)) else { return #expect(Bool(false)) }
    guard case .noValidator = fault(deliver(server, zone, anchor: "/nonexistent/anchor")) else {
      return #expect(Bool(false))
    }
    #expect(fault(deliver(server, try self.zone(server, []))) == .noRecord(name: name + "platen.example"))
    // Usages for the web: an authority of the world must vouch as well.
    let web = try self.zone(server, ["1" + good.dropFirst()])
    #expect(fault(deliver(server, web)) == .unusable(name: "mail.platen.example"))
    #expect(try server.record().messages.isEmpty)
  }

  @Test func `a forged record is bogus`() throws {
    let server = try ScriptedServer(Self.script, certificate: odd)
    let good = try data("3 1 1", odd.file)
    let signed = try data("3 1 1", authority.file)
    let forged = try zone(
      server, [signed], forgery: (of: String(signed.dropFirst(6)), into: String(good.dropFirst(6))))
    guard case .bogus(let name, let detail) = fault(deliver(server, forged)) else { return #expect(Bool(false)) }
    #expect(name == "_\(server.port)._tcp.mail.platen.example" && !detail.isEmpty)
    let failure = Failure(
      .tls(.dane(.bogus(name: name, detail: detail))), route: RouteFacts(name: "r", server: "h", port: 25))
    #expect(failure.class == .transient && failure.steps.contains { $0.contains("clock") })
  }

  @Test func `a name server that says nothing is waited for no longer than it may take`() throws {
    let server = try SilentNameServer()
    let lookup = ValidatedLookup(
      servers: [server.address], anchorFiles: ValidatedLookup.systemAnchorFiles, clock: .system, interrupt: .never)
    #expect(throws: DeliveryFault.tls(.dane(.noAnswer(name: "a.example", detail: "no answer in time")))) {
      () throws(DeliveryFault) in
      try lookup.answer(to: "a.example", .tlsa, until: .after(.milliseconds(100)))
    }
  }

  @Test func `an interrupt ends the look-up`() throws {
    let pipe = try Pipe()
    try pipe.writer.write([1])
    let server = try SilentNameServer()
    let lookup = ValidatedLookup(
      servers: [server.address], anchorFiles: ValidatedLookup.systemAnchorFiles, clock: .system,
      interrupt: try StopSignal(pipe))
    #expect(throws: DeliveryFault.interrupted(stage: .lookup)) { () throws(DeliveryFault) in
      try lookup.answer(to: "a.example", .tlsa, until: .after(.seconds(20)))
    }
  }

  // MARK: Mail exchangers

  /// Two exchangers, at 127.0.0.2 and 127.0.0.3, with TLSA records of theirs.
  private func exchangers(
    _ first: ServerCertificate, _ second: ServerCertificate, records: (Int) throws -> [String]
  ) throws -> (hosts: Hosts, zone: SignedZone) {
    let hosts = try Hosts([Self.script, Self.script], certificates: [first, second])
    let zone = try SignedZone(
      ["@ MX 10 one", "@ MX 20 two", "one A 127.0.0.2", "two A 127.0.0.3"] + records(hosts.port))
    return (hosts, zone)
  }

  private func deliver(_ hosts: Hosts, _ zone: SignedZone, to domain: String = "platen.example") -> Attempt {
    var direct = Route(name: "r", server: domain, port: hosts.port, tlsMode: .implicit)
    direct.finding = .mailExchanger
    direct.tls.verification = .dane
    return attempt(direct, network: NetworkSettings(nameServers: [zone.address], anchorFiles: [zone.anchor]))
  }

  @Test func `a host that its zone says nothing of is not used, and the next is asked about itself`() throws {
    let (hosts, zone) = try exchangers(odd, odd) { ["_\($0)._tcp.two TLSA \(try data("3 1 1", odd.file))"] }
    let done = deliver(hosts, zone)
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
    #expect(done.peers == ["127.0.0.3:\(hosts.port)"])
    #expect(done.notices.first?.contains("no TLSA record _\(hosts.port)._tcp.one.platen.example") == true)
  }

  @Test func `a host that does not fit its own record is passed over, whatever the other's says`() throws {
    let good = try authority.issue(["DNS:one.platen.example"])
    let (hosts, zone) = try exchangers(good, odd) { port in
      [
        "_\(port)._tcp.one TLSA \(try data("3 1 1", odd.file))",
        "_\(port)._tcp.two TLSA \(try data("3 1 1", odd.file))",
      ]
    }
    let done = deliver(hosts, zone)
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(done.report)")
    #expect(done.peers == ["127.0.0.2:\(hosts.port)", "127.0.0.3:\(hosts.port)"])
    let (crossed, both) = try exchangers(odd, odd) { port in
      [
        "_\(port)._tcp.one TLSA \(try data("3 1 1", authority.file))",
        "_\(port)._tcp.two TLSA \(try data("3 1 1", good.file))",
      ]
    }
    let refused = deliver(crossed, both)
    #expect(refused.tried.map(\.fault) == [.tls(.dane(.mismatch)), .tls(.dane(.mismatch))])
    #expect(try crossed.servers[1]?.record().lines.isEmpty == true)
  }

  @Test func `where no host is vouched for all are named, and nobody is connected to`() throws {
    let (hosts, zone) = try exchangers(odd, odd) { _ in [] }
    let done = deliver(hosts, zone)
    let names = ["one", "two"].map { "_\(hosts.port)._tcp.\($0).platen.example" }
    #expect(
      done.tried == [
        TriedHost("one.platen.example", fault: .tls(.dane(.noRecord(name: names[0])))),
        TriedHost("two.platen.example", fault: .tls(.dane(.noRecord(name: names[1])))),
      ])
    #expect(done.peers.isEmpty)
    guard case .failed(let fault) = done.outcome else { return #expect(Bool(false)) }
    let failure = Failure(fault, route: RouteFacts(name: "r", server: "platen.example", port: 25))
    #expect(failure.class == .configuration && names.allSatisfy(failure.cause.contains), "\(failure.cause)")
  }

  @Test func `a list of exchangers that is not signed is not believed, with signed hosts or without`() throws {
    let server = try ScriptedServer(Self.script, certificate: odd)
    let zone = try zone(server, [data("3 1 1", odd.file)])
    var route = route(server, host: "unsigned.example", mode: .implicit) { $0.tls.verification = .dane }
    route.finding = .mailExchanger
    let network = NetworkSettings(nameServers: [zone.address], anchorFiles: [zone.anchor])
    #expect(fault(attempt(route, network: network)) == .unsigned(name: "unsigned.example"))
    route.server = "platen.example"
    #expect(attempt(route, network: network).outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
  }

  @Test func `the signed list has its order, and a null MX is one`() throws {
    let zone = try SignedZone(["@ MX 20 two", "@ MX 10 One", "none MX 0 ."])
    let keys = PublishedKeys(
      lookup: ValidatedLookup(servers: [zone.address], anchorFiles: [zone.anchor], clock: .system, interrupt: .never))
    let found = try keys.exchangers(of: "platen.example.").exchangers.sorted { $0.preference < $1.preference }
    #expect(
      found == [
        MailExchanger(preference: 10, host: "one.platen.example"),
        MailExchanger(preference: 20, host: "two.platen.example"),
      ])
    #expect(try keys.exchangers(of: "none.platen.example").exchangers == [MailExchanger(preference: 0, host: "")])
    #expect(try keys.exchangers(of: "ns.platen.example") == .noRecord)
    #expect(try keys.exchangers(of: "nowhere.platen.example") == .noName)
  }

  @Test(arguments: [
    ("192.0.2.1:54", "192.0.2.1@54"), ("192.0.2.1", "192.0.2.1"), ("[2001:db8::1]:54", "2001:db8::1@54"),
    ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
  ])
  func `name servers as libunbound wants them`(written: String, expected: String) {
    #expect(ValidatedLookup.address(written) == expected)
  }
}
