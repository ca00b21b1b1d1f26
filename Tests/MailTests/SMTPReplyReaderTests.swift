import Testing

@testable import Mail

@Suite struct `SMTP reply` {
  private func read(_ bytes: [UInt8]) throws -> SMTPReply? {
    var reader = SMTPReplyReader()
    reader.append(bytes)
    return try reader.next()
  }

  private func read(_ text: String) throws -> SMTPReply? { try read(Array(text.utf8)) }

  // case: smtp-2
  @Test func `gives its codes and its lines`() throws {
    #expect(
      try read("550-5.1.1 No such\r\n550 5.1.1 user\r\n")
        == SMTPReply(code: 550, enhanced: "5.1.1", lines: ["No such", "user"]))
    #expect(try read("250\r\n") == SMTPReply(code: 250, lines: [""]))
    #expect(try read("250 2.1.0\r\n") == SMTPReply(code: 250, enhanced: "2.1.0", lines: [""]))
  }

  // case: smtp-7
  @Test(arguments: ["550 2.1.1 x", "550 5.1 x", "550 5.1.1234 x", "550 5.a.1 x", "354 3.0.0 x", "550 5.1.1x"])
  func `drops an enhanced code that is none`(_ line: String) throws {
    let reply = try #require(try read(line + "\r\n"))
    #expect(reply.enhanced == nil && reply.lines == [String(line.dropFirst(4))])
  }

  // case: smtp-8
  @Test(arguments: ["25\r\n", "\r\n", "abc x\r\n", "2500 x\r\n", "250\tx\r\n", "250+x\r\n"])
  func `refuses a line without a code`(_ line: String) {
    #expect(throws: SMTPReplyReader.Violation.self) { try read(line) }
  }

  // case: smtp-8
  @Test(arguments: [0, 100, 199, 600, 999]) func `refuses a code that is none`(_ code: Int) {
    let digits = String(1000 + code).dropFirst()
    #expect(throws: SMTPReplyReader.Violation.outOfRange(code)) { try read("\(digits) x\r\n") }
  }

  // case: smtp-4
  @Test func `keeps 512 bytes of a line and whole characters`() throws {
    let text = String(repeating: "a", count: 511)
    #expect(try read("250 \(text)bc\r\n")?.lines == [text + "b"])
    #expect(try read("250 \(text)é\r\n")?.lines == [text])
    #expect(try read([50, 53, 48, 32, 0xFF, 13, 10])?.lines == ["\u{FFFD}"])
  }

  // case: smtp-9
  @Test func `keeps characters whole that come byte by byte`() throws {
    var reader = SMTPReplyReader()
    var replies: [SMTPReply] = []
    for byte in "550-é 漢\r\n550 😀 👨‍👩‍👧\r\n".utf8 {
      reader.append([byte])
      if let reply = try reader.next() { replies.append(reply) }
    }
    #expect(replies == [SMTPReply(code: 550, lines: ["é 漢", "😀 👨‍👩‍👧"])])
  }

  // case: smtp-4
  @Test func `keeps a hundred lines and its place`() throws {
    var reader = SMTPReplyReader()
    reader.append(Array((String(repeating: "250-x\r\n", count: 5000) + "250 y\r\n354 go\r\n").utf8))
    #expect(try reader.next()?.lines.count == 100)
    #expect(try reader.next()?.code == 354)
    #expect(!reader.hasUnread)
  }

  // case: smtp-4
  @Test func `ends what has no end`() {
    for piece in ["250-x\r\n", "x"] {
      var reader = SMTPReplyReader()
      let block = Array(String(repeating: piece, count: 5000).utf8)
      reader.append(Array("250-".utf8) + (piece == "x" ? [] : Array("\r\n".utf8)))
      #expect(throws: SMTPReplyReader.Violation.endless) {
        for _ in 0..<300 {
          reader.append(block)
          _ = try reader.next()
        }
      }
      #expect(reader.line.count <= 516)
    }
  }

  // case: smtp-15
  // case: smtp-19
  @Test func `capabilities in any spelling`() {
    let capabilities = SMTPCapabilities(
      SMTPReply(
        code: 250,
        lines: [
          "SIZE 5 is my name", "size 1000", "Auth=LOGIN", "AUTH login Plain", "X-EXPS NTLM", "pipelining", "XXXXXXXA",
        ]))
    #expect(capabilities.sizeLimit == 1000)
    #expect(capabilities.mechanisms == ["LOGIN", "PLAIN", "NTLM"])
    #expect(capabilities.has("PIPELINING") && !capabilities.has("STARTTLS") && capabilities.maskedKeyword == "XXXXXXXA")
  }

  @Test(arguments: [
    "a@example.test", "a.b+c@example.test", "\"a b<>\"@example.test", "o'brien@ex_ample.test", "a@[192.0.2.1]",
    "\"\\\"\"@x.test",
  ]) func `an address for the wire`(_ address: String) { #expect(SMTPPath.fault(in: address) == nil) }

  // case: smtp-57
  @Test(arguments: [
    "", "a", "@x", "a@", "a b@x.test", "a@x.test>", "a@x.test\r\nRCPT TO:<b@x.test>", "a\n@x.test", "a\u{0}@x.test",
    "<a@x.test", "a..b@x.test", ".a@x.test", "a@x..test", "a@-x.test", "\"a\"b\"@x.test", "\"a\\\"@x.test",
    "a@x.test SIZE=1",
    "a@[x y]", "ä@x.test", "a@ä.test", String(repeating: "a", count: 65) + "@x.test",
  ]) func `no address for the wire`(_ address: String) { #expect(SMTPPath.fault(in: address) != nil) }

  // case: smtp-57
  @Test func `an address that is none never reaches the wire`() {
    var session = SMTPSession(.sample(recipients: ["a@x.test>\r\nDATA"]))
    guard case .finished(let result) = session.next(), case .failed(.document) = result.outcomes[0] else {
      return #expect(Bool(false))
    }
  }

  // case: smtp-13
  // case: smtp-14
  @Test(arguments: [
    ("scanner.example.test", "192.0.2.1", "scanner.example.test"),
    ("scanner.example.test.", "192.0.2.1", "scanner.example.test"),
    ("scanner", "192.0.2.1", "[192.0.2.1]"), ("", "192.0.2.1", "[192.0.2.1]"), ("a_b.test", "192.0.2.1", "[192.0.2.1]"),
    ("a-.test", "192.0.2.1", "[192.0.2.1]"), ("a b.test", "192.0.2.1", "[192.0.2.1]"),
    ("10.0.0.1", "192.0.2.1", "[192.0.2.1]"),
    ("x", "2001:db8::1", "[IPv6:2001:db8::1]"), ("x", "fe80::1%eth0", "[IPv6:fe80::1]"),
    ("x", "::ffff:10.0.4.47", "[10.0.4.47]"),
    ("a.test\r\nMAIL", "192.0.2.1", "[192.0.2.1]"),
  ]) func `greets by a name or an address`(_ name: String, _ address: String, _ hello: String) {
    #expect(SMTPHelloName.choose(name, address: address) == hello)
  }
}
