import Base
import Crypto
import Glibc
import TestKit
import Testing

/// The engine against OpenSSL's own server.
@Suite struct TLSTests {
  let root: CertificateAuthority

  init() throws { root = try CertificateAuthority() }

  private var trusting: TLSPolicy { TLSPolicy(authorityFile: root.file) }

  /// The fault a handshake with such a server ends with.
  private func fault(
    _ server: Server, _ policy: TLSPolicy, host: String, at date: WallTime = .now
  ) throws -> TLSFault? {
    var client = try Client(TLSContext(policy), host: host, port: server.port, at: date)
    do {
      let session = try client.handshake()
      Issue.record("agreed on \(String(describing: session))")
      return nil
    } catch let fault as TLSFault {
      return fault
    }
  }

  // case: smtp-23
  // case: smtp-24
  @Test(arguments: ["mail.example.test", "MAIL.example.test.", "a.wild.test"])
  func `a good certificate is accepted, and words come back`(host: String) throws {
    let leaf = try root.issue(["DNS:mail.example.test", "DNS:*.wild.test"], named: "good")
    let server = try Server(leaf, ["-rev"])
    var client = try Client(trusting, host: host, port: server.port)
    let session = try client.handshake()
    #expect(session?.version == .tls13)
    #expect(session?.cipher.hasPrefix("TLS_") == true)
    try client.send(Array("abc\n".utf8))
    #expect(try client.read() == Array("cba\n".utf8))
    client.engine.close()
    #expect(!client.engine.takeOutgoing().isEmpty)
  }

  // case: smtp-24
  @Test func `an address is checked against the addresses of the certificate`() throws {
    let leaf = try root.issue(["IP:127.0.0.1", "IP:2001:db8::1"], named: "address")
    let server = try Server(leaf, ["-rev"])
    #expect(try agrees(server.port, trusting, host: "127.0.0.1"))
    #expect(try agrees(server.port, trusting, host: "[2001:db8::1]"))
    let other = try fault(server, trusting, host: "127.0.0.2")
    #expect(other == .wrongName(expected: "127.0.0.2", names: ["127.0.0.1", "2001:db8::1"]))
  }

  @Test func `a server named in the policy goes before the host, also in SNI`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "named")
    let server = try Server(
      leaf,
      ["-rev", "-servername", "mail.example.test", "-servername_fatal", "-cert2", leaf.file, "-key2", leaf.key])
    var policy = trusting
    policy.serverName = "mail.example.test"
    #expect(try agrees(server.port, policy, host: "10.0.0.1"))
  }

  @Test func `a certificate for other names says which`() throws {
    let leaf = try root.issue(["DNS:smtp.example.test", "DNS:mx.example.test"], named: "other")
    let fault = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(fault == .wrongName(expected: "mail.example.test", names: ["smtp.example.test", "mx.example.test"]))
  }

  // case: smtp-24
  @Test func `certificates are judged by the date that the caller has`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "dated")
    let server = try Server(leaf, ["-rev"])
    let early = try fault(server, trusting, host: "mail.example.test", at: WallTime(seconds: 0))
    #expect(early == .notYetValid(subject: "CN=dated,O=Platen Tests", notBefore: "2020-01-01T00:00:00Z"))
    let late = try fault(server, trusting, host: "mail.example.test", at: WallTime(seconds: 4_102_444_801))
    #expect(late == .expired(subject: "CN=dated,O=Platen Tests", notAfter: "2099-12-31T23:59:59Z"))
    #expect(try agrees(server.port, trusting, host: "mail.example.test"))
  }

  @Test func `an expired certificate says when`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "old", from: "20200101000000Z", to: "20210203040506Z")
    let fault = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(fault == .expired(subject: "CN=old,O=Platen Tests", notAfter: "2021-02-03T04:05:06Z"))
  }

  // case: smtp-24
  @Test func `a certificate of the future says from when`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "new", from: "20980101000000Z", to: "20991231235959Z")
    let fault = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(fault == .notYetValid(subject: "CN=new,O=Platen Tests", notBefore: "2098-01-01T00:00:00Z"))
  }

  @Test func `a certificate that signed itself is said to`() throws {
    let leaf = try root.selfSigned("alone", extensions: ["subjectAltName=DNS:mail.example.test"])
    let fault = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(fault == .unknownAuthority(issuer: "CN=alone,O=Platen Tests", selfSigned: true))
  }

  @Test func `a certificate that signed itself is good where it is the trusted one`() throws {
    let leaf = try root.selfSigned("alone", extensions: ["subjectAltName=DNS:mail.example.test"])
    let server = try Server(leaf, ["-rev"])
    #expect(try agrees(server.port, TLSPolicy(authorityFile: leaf.file), host: "mail.example.test"))
  }

  // case: smtp-24
  @Test func `a root that is not trusted is named, sent along or not`() throws {
    let stranger = try root.stranger("stranger")
    let leaf = try stranger.issue(["DNS:mail.example.test"], named: "strange")
    let expected = TLSFault.unknownAuthority(issuer: "CN=stranger,O=Platen Tests", selfSigned: false)
    let alone = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(alone == expected)
    let whole = try Server(leaf, ["-rev", "-cert_chain", stranger.file])
    #expect(try fault(whole, trusting, host: "mail.example.test") == expected)
  }

  // case: smtp-24
  @Test func `a missing intermediate is named; sent along or trusted, it does`() throws {
    let middle = try root.intermediate("middle")
    let leaf = try middle.issue(["DNS:mail.example.test"], named: "below")
    let short = try Server(leaf, ["-rev"])
    let missing = try fault(short, trusting, host: "mail.example.test")
    #expect(missing == .unknownAuthority(issuer: "CN=middle,O=Platen Tests", selfSigned: false))
    let whole = try Server(leaf, ["-rev", "-cert_chain", middle.file])
    #expect(try agrees(whole.port, trusting, host: "mail.example.test"))
    let anchored = TLSPolicy(authorityFile: middle.file)
    #expect(try agrees(short.port, anchored, host: "mail.example.test"))
  }

  // case: smtp-24
  @Test func `a missing intermediate that is published is told apart`() throws {
    let middle = try root.intermediate("middle")
    let location = "http://ca.example.test/middle.crt"
    let leaf = try middle.issue(["DNS:mail.example.test"], publishedAt: location)
    let missing = try fault(Server(leaf, ["-rev"]), trusting, host: "mail.example.test")
    #expect(missing == .missingIntermediate(issuer: "CN=middle,O=Platen Tests", location: location))
    // Sent along, it is the root that is not known.
    let stranger = try root.stranger("stranger")
    let below = try stranger.intermediate("below")
    let foreign = try below.issue(["DNS:mail.example.test"], publishedAt: location)
    let whole = try Server(foreign, ["-rev", "-cert_chain", below.file])
    #expect(
      try fault(whole, trusting, host: "mail.example.test")
        == .unknownAuthority(issuer: "CN=stranger,O=Platen Tests", selfSigned: false))
  }

  @Test func `without verification any certificate does`() throws {
    let leaf = try root.selfSigned("alone", extensions: [])
    let server = try Server(leaf, ["-rev"])
    #expect(try agrees(server.port, TLSPolicy(verification: .none), host: "mail.example.test"))
  }

  // case: smtp-25
  @Test func `TLS 1.0 is below the floor, unless it is asked for by name`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "legacy")
    let server = try Server(leaf, ["-rev", "-tls1", "-cipher", "ALL:@SECLEVEL=0"])
    #expect(try fault(server, trusting, host: "mail.example.test") == .belowFloor(floor: .tls12))
    var policy = trusting
    policy.floor = .tls10
    var client = try Client(policy, host: "mail.example.test", port: server.port)
    #expect(try client.handshake()?.version == .tls10)
    try client.send(Array("abc\n".utf8))
    #expect(try client.read() == Array("cba\n".utf8))
  }

  // case: smtp-25
  @Test func `a floor of 1.3 refuses 1.2`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "twelve")
    let server = try Server(leaf, ["-rev", "-tls1_2"])
    var policy = trusting
    policy.floor = .tls13
    #expect(try fault(server, policy, host: "mail.example.test") == .belowFloor(floor: .tls13))
    var client = try Client(trusting, host: "mail.example.test", port: server.port)
    #expect(try client.handshake()?.version == .tls12)
  }

  @Test func `a lowered floor does not lower the verification`() throws {
    let leaf = try root.issue(["DNS:smtp.example.test"], named: "legacy")
    var policy = trusting
    policy.floor = .tls10
    let fault = try fault(Server(leaf, ["-rev"]), policy, host: "mail.example.test")
    #expect(fault == .wrongName(expected: "mail.example.test", names: ["smtp.example.test"]))
  }

  @Test func `no cipher in common is the peer's alert, by its name`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "picky")
    // Its key cannot sign for the only suites it offers.
    let server = try Server(leaf, ["-rev", "-tls1_2", "-cipher", "aRSA"])
    #expect(try fault(server, trusting, host: "mail.example.test") == .alert("handshake_failure"))
  }

  @Test func `a connection that breaks is truncated, and stays so`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "broken")
    let server = try Server(leaf, ["-rev"])
    var client = try Client(trusting, host: "mail.example.test", port: server.port)
    _ = try client.handshake()
    try client.send(Array("abc\n".utf8))
    #expect(try client.read() == Array("cba\n".utf8))
    server.kill()
    #expect(throws: TLSFault.truncated) { _ = try client.read() }
    #expect(throws: TLSFault.truncated) { _ = try client.read() }
  }

  // case: smtp-29
  @Test func `a wish to negotiate anew ends the connection`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "anew")
    let server = try Server(leaf, ["-tls1_2"])
    var client = try Client(trusting, host: "mail.example.test", port: server.port)
    _ = try client.handshake()
    try server.type("first")
    #expect(try client.read() == Array("first\n".utf8))
    try server.type("R")
    let began = Deadline.now
    #expect(throws: TLSFault.self) { _ = try client.read() }
    // Whoever agrees to it waits for what comes after.
    #expect(Deadline.now.since(began) < .seconds(10))
  }

  @Test func `a connection that is closed in due form is closed`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "closed")
    let server = try Server(leaf, ["-rev"])
    var client = try Client(trusting, host: "mail.example.test", port: server.port)
    _ = try client.handshake()
    try client.send(Array("CLOSE\n".utf8))
    #expect(try client.read() == nil)
    #expect(try client.read() == nil)
  }

  @Test func `a megabyte arrives as it was sent`() throws {
    let leaf = try root.issue(["DNS:mail.example.test"], named: "large")
    let server = try Server(leaf, ["-naccept", "1"])
    var client = try Client(trusting, host: "mail.example.test", port: server.port)
    _ = try client.handshake()
    let sent = (0..<17000).flatMap { Array("line \($0) of something that is not short\n".utf8) }
    try client.send(sent)
    client.engine.close()
    try client.flush()
    let printed = String(decoding: try server.printed(), as: UTF8.self)
    #expect(printed.contains(String(decoding: sent, as: UTF8.self)))
  }
}
