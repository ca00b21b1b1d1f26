import Base
import Jobs
import Mail
import Routes
import TestKit
import Testing

@testable import Link

@Suite struct Names {
  private let names: NameServer

  init() throws {
    names = try NameServer([
      "--host-record=both.example.test,127.0.0.1,::1", "--host-record=four.example.test,127.0.0.1",
      "--host-record=six.example.test,::1", "--host-record=hole.example.test,127.0.0.1,100::1",
      "--txt-record=text.example.test,x", "--mx-host=example.test,four.example.test,10",
      "--mx-host=example.test,both.example.test,5", "--cname=alias.example.test,four.example.test",
      "--ptr-record=9.2.0.192.in-addr.arpa,four.example.test", "--local=/in-addr.arpa/",
    ])
  }

  private func addresses(
    _ host: String, servers: [String]? = nil, within duration: Duration = .seconds(20)
  ) throws(DeliveryFault) -> [String] {
    let lookup = NameLookup(servers: servers ?? [names.address], clock: .system, interrupt: .never)
    return try lookup.addresses(of: host, port: 25, until: .after(duration)).map(\.text).sorted()
  }

  @Test func `of both families`() throws {
    #expect(try addresses("both.example.test") == ["127.0.0.1:25", "[::1]:25"])
    #expect(try addresses("four.example.test") == ["127.0.0.1:25"])
    #expect(try addresses("six.example.test") == ["[::1]:25"])
    #expect(try addresses("192.0.2.1", servers: []) == ["192.0.2.1:25"])
    #expect(try addresses("2001:db8::1", servers: []) == ["[2001:db8::1]:25"])
    #expect(try addresses("localhost").contains("127.0.0.1:25"))
  }

  @Test func `records as dnsmasq has them`() throws {
    let lookup = NameLookup(servers: [names.address], clock: .system, interrupt: .never)
    func answer(_ name: String, _ question: NameQuestion) throws -> NameAnswer {
      try lookup.answer(to: name, question, until: .after(.seconds(20)))
    }
    #expect(
      Set(try answer("example.test", .exchanger).exchangers) == [
        MailExchanger(preference: 10, host: "four.example.test"),
        MailExchanger(preference: 5, host: "both.example.test"),
      ])
    #expect(try answer("text.example.test", .text) == .found([.text("x")]))
    #expect(try answer("alias.example.test", .address4) == .found([.address([127, 0, 0, 1])]))
    #expect(try answer("9.2.0.192.in-addr.arpa", .pointer) == .found([.pointer("four.example.test")]))
    #expect(try answer("four.example.test", .exchanger) == .noRecord)
    #expect(try answer("none.example.test", .exchanger) == .noName)
    #expect(try answer("mail.example.com", .exchanger) == .failed("the answer is REFUSED"))
  }

  // case: smtp-77
  @Test func `that do not exist`() {
    for host in ["none.example.test", "text.example.test", "a..b", String(repeating: "x", count: 70) + ".test"] {
      #expect(throws: DeliveryFault.nameNotFound(host: host)) { () throws(DeliveryFault) in try addresses(host) }
    }
  }

  // case: smtp-77
  @Test func `that a server refuses, or nobody answers for`() throws {
    // dnsmasq refuses what it is not told to answer for.
    #expect { try addresses("mail.example.com") } throws: { isServerFailure($0) }
    let silent = try SilentNameServer()
    let began = Deadline.now
    #expect {
      try addresses("a.test", servers: [silent.address], within: .milliseconds(200))
    } throws: {
      isServerFailure($0)
    }
    #expect(Deadline.now.since(began) < .seconds(2))
    #expect { try addresses("a.test", servers: ["not an address"]) } throws: { isServerFailure($0) }
  }

  private func isServerFailure(_ error: any Error) -> Bool {
    if case .nameServerFailure = error as? DeliveryFault { true } else { false }
  }

  @Test func `an interrupt ends the look-up`() throws {
    let pipe = try Pipe()
    try pipe.writer.write([1])
    let server = try SilentNameServer()
    let lookup = NameLookup(servers: [server.address], clock: .system, interrupt: try StopSignal(pipe))
    #expect(throws: DeliveryFault.interrupted(stage: .lookup)) { () throws(DeliveryFault) in
      try lookup.addresses(of: "a.test", port: 25, until: .after(.seconds(20)))
    }
  }

  @Test func `a delivery by name`() throws {
    let server = try ScriptedServer(hello + envelope + [.hearMessage] + goodbye)
    let network = NetworkSettings(nameServers: [names.address])
    let done = attempt(route(server, host: "four.example.test"), network: network)
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])))
    #expect(
      attempt(route(server, host: "none.example.test"), network: network).outcome
        == .failed(.nameNotFound(host: "none.example.test")))
  }

  // case: smtp-75
  @Test func `a black hole does not hold up the other family`() throws {
    let server = try ScriptedServer([.say("554 no")])
    let hole = try #require(SocketAddress("192.0.2.1", port: UInt16(server.port)))
    let good = try #require(SocketAddress("127.0.0.1", port: UInt16(server.port)))
    let began = Deadline.now
    let connection = try Connector(source: nil, interrupt: .never, clock: .system)
      .connect(to: [hole, good], host: "x", port: server.port)
    #expect(connection.peer == good && Deadline.now.since(began) < .seconds(3))
  }

  // case: smtp-75
  @Test func `at most five addresses, families in turn`() {
    let six = (1...8).compactMap { SocketAddress("2001:db8::\($0)", port: 1) }
    let four = (1...8).compactMap { SocketAddress("192.0.2.\($0)", port: 1) }
    let picked = Connector.entrants(among: six + four, most: 5).map(\.host)
    #expect(picked == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"])
    #expect(Connector.entrants(among: Array(four.prefix(1)), most: 5).map(\.host) == ["192.0.2.1"])
  }

  @Test(arguments: [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "::1", "fd00::1", "fe80::1",
    "::ffff:10.0.0.1",
  ]) func `addresses next door`(_ text: String) { #expect(SocketAddress(text, port: 1)?.isPrivate == true) }

  @Test(arguments: [
    "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.64.0.1", "0.0.0.0", "::", "2001:db8::1", "fec0::1",
    "::ffff:8.8.8.8", "64:ff9b::a00:1",
  ]) func `addresses that are not`(_ text: String) { #expect(SocketAddress(text, port: 1)?.isPrivate == false) }
}
