import Base
import Crypto
import Jobs
import Mail
import Routes
import TestKit
import Testing

@testable import Link

@Suite struct `Delivery to a domain's mail exchangers` {
  private static let zone = """
    example.test MX 20 second.example.test
    example.test MX 10 first.example.test
    first.example.test A 127.0.0.2
    second.example.test A 127.0.0.1
    alias.test CNAME example.test
    bare.test A 127.0.0.1
    null.test MX 0 .
    broken.test SERVFAIL
    refused.test REFUSED
    silent.test SILENCE
    toalias.test MX 10 other.toalias.test
    other.toalias.test CNAME second.example.test
    lost.test MX 10 gone.lost.test
    half.test MX 10 gone.half.test
    half.test MX 20 broken.test
    half.test MX 30 second.example.test
    six.test MX 10 mx.six.test
    mx.six.test AAAA ::1
    mx.six.test A 127.0.0.1
    only6.test MX 10 mx.only6.test
    mx.only6.test AAAA ::1
    many.test MX 10 mx.many.test
    mx.many.test A 127.0.0.9
    mx.many.test A 127.0.0.1
    long.test TXT "\(String(repeating: "a", count: 300))" "\(String(repeating: "b", count: 300))"
    1.0.0.127.in-addr.arpa PTR Host.Example.TEST
    tenant.test MX 0 tenant-test.p-v1.mx.microsoft.test
    tenant-test.p-v1.mx.microsoft.test A 127.0.0.1
    """

  private let names: ZoneServer

  init() throws { names = try ZoneServer(Self.zone) }

  private func deliver(
    _ server: ScriptedServer, to domain: String, ipv6: NetworkSettings.IPv6 = .auto,
    change: (inout Route) -> Void = { _ in }
  ) -> Attempt {
    let network = NetworkSettings(nameServers: [names.address], ipv6: ipv6)
    let direct = route(server, host: domain) {
      $0.finding = .mailExchanger
      $0.prefersIPv4 = true
      change(&$0)
    }
    return attempt(direct, network: network)
  }

  private static let taken = RecipientOutcome.accepted(SMTPReply(code: 250, lines: ["queued"]))
  private static let script = hello + envelope + [.hearMessage] + goodbye

  // case: smtp-76
  @Test(arguments: ["example.test", "alias.test", "bare.test", "toalias.test", "half.test", "many.test", "tenant.test"])
  func `hosts by their preference until one takes the connection`(_ domain: String) throws {
    let server = try ScriptedServer(Self.script)
    let done = deliver(server, to: domain)
    #expect(done.outcome == Self.taken)
    #expect(done.report.peer == "127.0.0.1:\(server.port)")
  }

  // case: smtp-76
  @Test func `the name of the exchanger is looked up, never derived`() throws {
    let server = try ScriptedServer(Self.script)
    #expect(deliver(server, to: "tenant.test").outcome == Self.taken)
    let asked = try names.questions()
    #expect(
      Set(asked) == [
        "tenant.test MX", "tenant-test.p-v1.mx.microsoft.test A", "tenant-test.p-v1.mx.microsoft.test AAAA",
      ])
    #expect(asked.first == "tenant.test MX")
  }

  // case: smtp-76
  @Test func `a domain that takes no mail, one that is not there, and one that nobody knows of now`() throws {
    let server = try ScriptedServer([.hold])
    #expect(deliver(server, to: "null.test").outcome == .failed(.nullExchanger(domain: "null.test")))
    #expect(deliver(server, to: "nowhere.test").outcome == .failed(.nameNotFound(host: "nowhere.test")))
    #expect(deliver(server, to: "lost.test").outcome == .failed(.nameNotFound(host: "gone.lost.test")))
    #expect(
      deliver(server, to: "broken.test").outcome
        == .failed(.nameServerFailure(host: "broken.test", detail: "the answer is SERVFAIL")))
    #expect(
      deliver(server, to: "refused.test").outcome
        == .failed(.nameServerFailure(host: "refused.test", detail: "the answer is REFUSED")))
  }

  @Test func `silence is told apart`() throws {
    let lookup = NameLookup(servers: [names.address], clock: .system, interrupt: .never)
    let answer = try lookup.answer(to: "silent.test", .exchanger, until: .after(.milliseconds(300)))
    #expect(answer == .failed("no answer in time"))
  }

  @Test func `IPv4 before IPv6, as the route and the network have it`() throws {
    let four = try ScriptedServer(Self.script)
    let six = try ScriptedServer(connections: [Self.script], address: "::1", port: four.port)
    _ = six
    #expect(deliver(four, to: "six.test").report.peer == "127.0.0.1:\(four.port)")
    #expect(deliver(four, to: "six.test", ipv6: .prefer).report.peer == "[::1]:\(four.port)")
    let off = deliver(four, to: "only6.test", ipv6: .off)
    #expect(
      off.outcome
        == .failed(
          .connect(
            host: "mx.only6.test", port: four.port, detail: "it has only IPv6 addresses, and network.ipv6 is off")))
  }

  // case: smtp-76
  @Test func `IPv6 where it is all there is`() throws {
    let six = try ScriptedServer(connections: [Self.script], address: "::1")
    #expect(deliver(six, to: "only6.test").outcome == Self.taken)
    #expect(deliver(six, to: "six.test").outcome == Self.taken)
  }

  @Test func `the certificate has to carry the exchanger's name`() throws {
    let authority = try CertificateAuthority()
    let tls: [Step] =
      [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go")]
      + [.startTLS(), .hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye
    let good = try ScriptedServer(tls, certificate: try authority.issue(["DNS:second.example.test"]))
    let trusting: (inout Route) -> Void = {
      $0.tlsMode = .starttls
      $0.tls.authorityFile = authority.file
    }
    #expect(deliver(good, to: "example.test", change: trusting).outcome == Self.taken)
    let other = try ScriptedServer(tls, certificate: try authority.issue(["DNS:example.test"]))
    #expect(
      deliver(other, to: "example.test", change: trusting).tried.last?.fault
        == .tls(.wrongName(expected: "second.example.test", names: ["example.test"])))
  }

  @Test func `records of every kind, over TCP where they are long`() throws {
    let lookup = NameLookup(servers: [names.address], clock: .system, interrupt: .never)
    func answer(_ name: String, _ question: NameQuestion) throws -> NameAnswer {
      try lookup.answer(to: name, question, until: .after(.seconds(20)))
    }
    let long = String(repeating: "a", count: 300) + String(repeating: "b", count: 300)
    #expect(try answer("long.test", .text) == .found([.text(long)]))
    #expect(try answer("1.0.0.127.in-addr.arpa", .pointer) == .found([.pointer("Host.Example.TEST")]))
    #expect(try answer("bare.test", .address4) == .found([.address([127, 0, 0, 1])]))
    #expect(try answer("mx.six.test", .address6).records.count == 1)
    #expect(try answer("bare.test", .text) == .noRecord)
    #expect(try answer("test", .text) == .noRecord)
    #expect(try answer("none.bare.test", .text) == .noName)
    #expect(try answer("broken.test", .text) == .failed("the answer is SERVFAIL"))
    #expect(
      try answer("alias.test", .exchanger).exchangers.map(\.preference).sorted() == [10, 20])
  }
}

@Suite struct NameMessageTests {
  /// "a.test MX", answered by 10 b.a.test.
  private static let good: [UInt8] =
    [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 97, 4, 116, 101, 115, 116, 0, 0, 15, 0, 1]
    + [0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 6, 0, 10, 1, 98, 0xC0, 12]

  @Test func `compressed names`() {
    #expect(
      NameMessage(Self.good).records(.exchanger) == [.exchanger(MailExchanger(preference: 10, host: "b.a.test"))])
    #expect(NameMessage(Self.good).records(.text) == [])
  }

  @Test func `names that go in circles end`() {
    var circle = Self.good
    circle[circle.count - 1] = UInt8(circle.count - 2)
    #expect(NameMessage(circle).records(.exchanger) == [])
  }

  @Test func `whatever is cut off or changed is read without harm`() {
    for length in Self.good.indices { _ = NameMessage(Array(Self.good.prefix(length))).records(.exchanger) }
    for index in Self.good.indices {
      for value in [0, 1, 63, 64, 0xC0, 0xFF] as [UInt8] {
        var changed = Self.good
        changed[index] = value
        for question in NameQuestion.allCases { _ = NameMessage(changed).records(question) }
      }
    }
  }

  @Test func `records of other names are not taken`() {
    var foreign = Self.good
    foreign[24] = 0xC0
    foreign[25] = 14
    #expect(NameMessage(foreign).records(.exchanger) == [])
  }
}
