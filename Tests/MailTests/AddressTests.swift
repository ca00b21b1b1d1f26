import Base
import Foundation
import Mail
import TestKit
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("a@b", "a@b"), ("scanner@contoso.com", "scanner@contoso.com"),
    ("Ann.Example+x@Contoso.COM", "Ann.Example+x@Contoso.COM"),
    ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
    ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ("\"ann example\"@example.com", "\"ann example\"@example.com"), ("\"ann\"@example.com", "ann@example.com"),
    ("\"a@b\"@example.com", "\"a@b\"@example.com"), ("\"a\\\"b\\\\c\\d\"@example.com", "\"a\\\"b\\\\cd\"@example.com"),
    ("\"a<b>\"@example.com", "\"a<b>\"@example.com"), ("\"a.\"@example.com", "\"a.\"@example.com"),
    ("a@[192.0.2.1]", "a@[192.0.2.1]"), ("a@[ipv6:2001:DB8::1]", "a@[IPv6:2001:DB8::1]"),
    ("a@[IPv6:::]", "a@[IPv6:::]"), ("a@[IPv6:::ffff:10.0.4.47]", "a@[IPv6:::ffff:10.0.4.47]"),
    ("a@[IPv6:1:2:3:4:5:6:7:8]", "a@[IPv6:1:2:3:4:5:6:7:8]"), ("a@[IPv6:1::]", "a@[IPv6:1::]"),
    ("a@1.example", "a@1.example"),
  ])
  func `what SMTP carries is taken, with the least quoting`(text: String, wire: String) throws {
    #expect(try EmailAddress(text).text == wire)
  }

  // case: smtp-57
  // case: smtp-73
  @Test(
    arguments: [
      ("", .empty), ("ann", .noAt), ("@example.com", .noLocalPart), ("ann@", .noDomain),
      ("\"\"@example.com", .noLocalPart),
      ("a@example.com\r\nRCPT TO:<b@example.com>", .controlCharacter("\r")),
      ("a\n@example.com", .controlCharacter("\n")),
      ("a@example.com\0", .controlCharacter("\0")), ("\"a\tb\"@example.com", .controlCharacter("\t")),
      ("a\u{85}@example.com", .controlCharacter("\u{85}")), ("a\u{2028}@example.com", .controlCharacter("\u{2028}")),
      ("änn@example.com", .localPartNotASCII("ä")), ("ann@bücher.example", .domainNotASCII("ü")),
      ("ann@example\u{3002}com", .domainNotASCII("\u{3002}")), ("a\u{301}@example.com", .localPartNotASCII("\u{301}")),
      ("ann example@example.com", .character(" ")), ("a@b@example.com", .character("@")),
      ("<a@example.com", .character("<")),
      ("a@x.example,b@x.example", .several), ("a@x.example; b", .several), ("a,b@example.com", .several),
      ("a..b@example.com", .misplacedDot), (".a@example.com", .misplacedDot), ("a.@example.com", .misplacedDot),
      ("\"a@example.com", .openQuote), ("\"a\\\"@example.com", .openQuote), ("\"a\"b@example.com", .character("b")),
      ("a@example..com", .label("")), ("a@example.com.", .label("")), ("a@.com", .label("")),
      ("a@-x.com", .label("-x")),
      ("a@x-.com", .label("x-")), ("a@x_y.com", .label("x_y")), ("a@ex ample.com", .label("ex ample")),
      ("a@example.com>", .label("com>")), ("a@192.0.2.1", .bareIPAddress("192.0.2.1")),
      ("a@2001:db8::1", .bareIPAddress("IPv6:2001:db8::1")), ("a@[192.0.2]", .literal("[192.0.2]")),
      ("a@[192.0.2.256]", .literal("[192.0.2.256]")), ("a@[192.0.2.01]", .literal("[192.0.2.01]")),
      ("a@[2001:db8::1]", .literal("[2001:db8::1]")), ("a@[IPv6:fe80::1%eth0]", .literal("[IPv6:fe80::1%eth0]")),
      ("a@[IPv6::1:2:3:4:5:6:7]", .literal("[IPv6::1:2:3:4:5:6:7]")),
      ("a@[IPv6:1:2:3:4:5:6:7:]", .literal("[IPv6:1:2:3:4:5:6:7:]")),
      ("a@[IPv6:1::2::3]", .literal("[IPv6:1::2::3]")), ("a@[IPv6::::]", .literal("[IPv6::::]")),
      ("a@[IPv6:12345::]", .literal("[IPv6:12345::]")), ("a@[x]y", .literal("[x]y")), ("a@[", .literal("[")),
    ] as [(String, AddressError.Problem)])
  func `what SMTP does not carry is refused with its reason`(text: String, problem: AddressError.Problem) throws {
    let error = try #require(throws: AddressError.self) { try EmailAddress(text) }
    #expect(error.problem == problem)
    #expect(error.description.firstIndex(where: \.isNewline) == nil && error.description.contains(": "))
  }

  @Test func `lengths are held at the limit`() throws {
    let local = String(repeating: "l", count: 64)
    let label = String(repeating: "d", count: 63)
    let domain = [label, label, String(repeating: "e", count: 61)].joined(separator: ".")
    #expect(try EmailAddress("\(local)@\(domain)").text.utf8.count == 254)
    func problem(_ text: String) -> AddressError.Problem? {
      do throws(AddressError) { _ = try EmailAddress(text) } catch { return error.problem }
      return nil
    }
    #expect(problem("\(local)x@a.example") == .localPartTooLong(65))
    #expect(problem("\(local)@\(domain)e") == .tooLong(255))
    #expect(problem("a@\(label)d.example") == .label(label + "d"))
  }

  @Test func `domains compare without case, local parts with it`() throws {
    let address = try EmailAddress("Ann@Example.com")
    #expect(try address == EmailAddress("Ann@EXAMPLE.com"))
    #expect(try Set([address, EmailAddress("Ann@EXAMPLE.com")]).count == 1)
    #expect(try address != EmailAddress("ann@example.com"))
    #expect(try address.isSameMailbox(as: EmailAddress("ann@example.COM")))
    #expect(try !address.isSameMailbox(as: EmailAddress("anne@example.com")))
  }

  @Test func `an error shows the value on one line`() throws {
    let error = try #require(throws: AddressError.self) { try EmailAddress("a\r\nb") }
    #expect(
      error.description == #"The address "a\x0d\x0ab" contains the control character U+000D: type it again without"#)
  }

  @Test(
    arguments: [
      ("ann@example.com", nil, "ann@example.com"), ("  <ann@example.com> ", nil, "ann@example.com"),
      ("Ann Example <ann@example.com>", "Ann Example", "ann@example.com"),
      ("Ann<ann@example.com>", "Ann", "ann@example.com"),
      ("\"Example, Ann\" <ann@example.com>", "Example, Ann", "ann@example.com"),
      ("\"a \\\"b\\\" \\\\\" <ann@example.com>", "a \"b\" \\", "ann@example.com"),
      ("\"<x>\" <ann@example.com>", "<x>", "ann@example.com"),
      ("Dr. Änn <ann@example.com>", "Dr. Änn", "ann@example.com"),
      ("Ann \"Annie\" X <ann@example.com>", "Ann \"Annie\" X", "ann@example.com"),
      ("\"ann example\"@example.com", nil, "\"ann example\"@example.com"),
      ("A <\"<@>\"@example.com>", "A", "\"<@>\"@example.com"), ("\"\" <ann@example.com>", nil, "ann@example.com"),
    ] as [(String, String?, String)])
  func `mailboxes as people write them`(text: String, name: String?, address: String) throws {
    #expect(try Mailbox(parsing: text) == Mailbox(name: name, address: EmailAddress(address)))
  }

  @Test(
    arguments: [
      ("", .empty), ("   ", .empty), ("Ann", .noAt), ("Ann <ann@example.com", .angleBrackets),
      ("Ann <ann@example.com> x", .angleBrackets), ("\"Ann <ann@example.com>", .openQuote), ("Ann <>", .empty),
      ("Ann\r\nBcc: b@example.com <ann@example.com>", .controlCharacter("\r")),
      ("Ann <ann@example.com>, Bob <bob@example.com>", .several),
    ] as [(String, AddressError.Problem)])
  func `what is no mailbox is refused`(text: String, problem: AddressError.Problem) throws {
    #expect(try #require(throws: AddressError.self) { try Mailbox(parsing: text) }.problem == problem)
  }

  @Test func `Python reads four hundred addresses as they were meant`() throws {
    var generator = SeededGenerator(state: 57)
    let characters = Array("abcXYZ019.!#$%&'*+-/=?^_`{|}~ \"\\(),:;<>@[]")
    var cases: [[[UInt8]]] = []
    while cases.count < 400 {
      let value = String(
        (0..<Int.random(in: 1...20, using: &generator)).compactMap { _ in characters.randomElement(using: &generator) })
      let quoted = "\"" + value.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
      let address = try EmailAddress("\(quoted)@Mail-\(cases.count).example.com")
      cases.append([Array(address.text.utf8), Array(value.utf8), Array(address.domain.utf8)])
    }
    try MessageJudge.judge(
      cases,
      by: """
        def judge(text, local, domain):
            message = parsed(b"To: <" + text + b">\\r\\n\\r\\n")
            header_defects(message, "to")
            address, = message["to"].addresses
            check(address.username == local.decode(), address.username, local)
            check(address.domain == domain.decode(), address.domain, domain)
        """)
  }
}
