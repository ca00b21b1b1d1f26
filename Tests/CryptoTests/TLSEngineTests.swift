import Base
import Crypto
import TestKit
import Testing

/// The engine alone: what the peer sends is made up.
@Suite struct TLSEngineTests {
  private func fault(afterReceiving bytes: [UInt8], end: Bool = false) throws -> TLSFault? {
    var engine = try TLSEngine(TLSContext(TLSPolicy()), host: "mail.example.test", at: .now)
    #expect(try !engine.handshake())
    #expect(!engine.takeOutgoing().isEmpty)
    unsafe bytes.withUnsafeBytes { unsafe engine.receive($0) }
    if end { engine.receiveEnd() }
    do throws(TLSFault) {
      #expect(try !engine.handshake())
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "220 mail.example.test ESMTP\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
    "\u{1b}[31mhello there\r\n",
  ])
  func `what is not TLS is shown`(greeting: String) throws {
    let line = String(greeting.prefix { $0 != "\r\n" }).onOneLine()
    #expect(try fault(afterReceiving: Array(greeting.utf8)) == .notTLS(received: line))
  }

  @Test func `a greeting too short for a record is shown when the peer leaves`() throws {
    #expect(try fault(afterReceiving: Array("hi".utf8), end: true) == .notTLS(received: "hi"))
  }

  @Test func `nothing at all, or half a record, is truncated`() throws {
    #expect(try fault(afterReceiving: [], end: true) == .truncated)
    #expect(try fault(afterReceiving: [22, 3, 3, 0, 90, 2], end: true) == .truncated)
    #expect(try fault(afterReceiving: [22, 3, 3, 0, 90, 2]) == nil)
  }

  @Test(
    arguments: [
      (70, .belowFloor(floor: .tls12)), (40, .alert("handshake_failure")), (80, .alert("internal_error")),
      (112, .alert("unrecognized_name")), (48, .alert("unknown_ca")), (199, .alert("alert 199")),
    ] as [(UInt8, TLSFault)])
  func `a fatal alert is named`(number: UInt8, expected: TLSFault) throws {
    #expect(try fault(afterReceiving: [21, 3, 1, 0, 2, 2, number]) == expected)
  }

  // case: smtp-23
  @Test(arguments: [
    ("mail.example.test", true), ("mail.example.test.", true), ("192.0.2.1", false), ("[2001:db8::1]", false),
  ])
  func `a name is sent as SNI, an address never`(host: String, isName: Bool) throws {
    var engine = try TLSEngine(TLSContext(TLSPolicy()), host: host, at: .now)
    _ = try engine.handshake()
    let hello = engine.takeOutgoing()
    #expect(contains(hello, Array("mail.example.test".utf8)) == isName)
    #expect(!contains(hello, Array("mail.example.test.".utf8)))
    // server_name (RFC 6066): the extension with a list of one host_name.
    #expect(contains(hello, [0, 0, 0, 22, 0, 20, 0, 0, 17]) == isName)
    #expect(!contains(hello, Array("192.0.2.1".utf8)))
  }

  @Test func `a name that cannot be one is refused`() throws {
    let context = try TLSContext(TLSPolicy())
    #expect(throws: TLSFault.self) { _ = try TLSEngine(context, host: String(repeating: "a", count: 300), at: .now) }
    #expect(throws: TLSFault.self) { _ = try TLSEngine(context, host: "", at: .now) }
  }

  @Test func `reading and writing wait for the handshake`() throws {
    var engine = try TLSEngine(TLSContext(TLSPolicy()), host: "mail.example.test", at: .now)
    #expect(throws: TLSFault.other("the TLS handshake is not done")) {
      try unsafe [UInt8(1)].withUnsafeBytes { try unsafe engine.write($0) }
    }
    engine.close()
    #expect(engine.takeOutgoing().isEmpty)
  }

  @Test func `a trust store that is not there or holds nothing is a fault of the setup`() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write("no certificate here\n", to: "empty.pem")
    for file in [folder.file("missing.pem"), empty] {
      do {
        _ = try TLSContext(TLSPolicy(authorityFile: file))
        Issue.record("\(file) was taken")
      } catch {
        guard case .setup(let text) = error else { Issue.record("\(error)"); return }
        #expect(text.contains(file))
      }
    }
  }
}

private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
  guard bytes.count >= part.count else { return false }
  return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)].elementsEqual(part) }
}
