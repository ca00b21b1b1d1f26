import Base
import Mail
import TestKit
import Testing

@Suite struct HeaderTests {
  // case: smtp-62
  // case: smtp-67
  @Test func `Python reads six hundred subjects as they were meant`() throws {
    var generator = SeededGenerator(state: 67)
    var subjects = ["", " ", "  ", "a", " a", "a ", "a  b", "ä  b", "x =? y", String(repeating: "😀", count: 40)]
    subjects.append(String(repeating: "日本語", count: 60))
    subjects.append(String(repeating: "w", count: 2000))
    while subjects.count < 600 { subjects.append(generator.text(pieces: 0...16)) }
    let cases = try subjects.map { [try header(sample(subject: $0)), Array($0.utf8)] }
    let words = try MessageJudge.judge(
      cases,
      by: """
        def judge(raw, subject):
            message = parsed(raw)
            header_defects(message, "subject")
            check(message["subject"] == subject.decode(), str(message["subject"]), subject.decode())
            lines(raw, but=())
            field = raw[raw.index(b"Subject:"):raw.index(b"Message-ID:")]
            for line in field.split(b"\\r\\n"): check(len(line) <= 78, line)
            for word in words(field): print(base64.b64encode(word.encode()).decode())
        """)
    #expect(words.joined().count > 1000)
    for answer in words { expectWholeCharacters(try answer.map(text(base64:))) }
  }

  /// No character that fits a word is spread over two: then the words have as many characters as their text has.
  private func expectWholeCharacters(_ words: [String]) {
    #expect(words.joined().count == words.map(\.count).reduce(0, +), "\(words)")
  }

  // case: smtp-67
  @Test func `a character too long for any word is cut between its scalars`() throws {
    let monster = "e" + String(repeating: "\u{301}", count: 60)
    let answer = try MessageJudge.judge(
      [[try header(sample(subject: monster)), Array(monster.utf8)]],
      by: """
        def judge(raw, subject):
            check(parsed(raw)["subject"] == subject.decode())
            print(len(words(raw)))
        """)
    #expect(answer == [["3"]])
  }

  @Test func `the forms a header takes`() throws {
    func subject(_ text: String) throws -> String {
      let lines = String(decoding: try header(sample(subject: text)), as: UTF8.self)
      return String(lines[try #require(lines.firstRange(of: "Subject: ")).upperBound...].prefix { $0 != "\r\n" })
    }
    #expect(try subject("Scan from Front desk") == "Scan from Front desk")
    #expect(try subject("Scan from Büro 1 upstairs") == "Scan from =?utf-8?B?QsO8cm8=?= 1 upstairs")
    #expect(try subject("請求書") == "=?utf-8?B?6KuL5rGC5pu4?=")
    #expect(try subject("tab\there") == "tab here")
    #expect(try subject("=?utf-8?Q?x?=") == "=?utf-8?B?PT91dGYtOD9RP3g/PQ==?=")
  }

  // case: smtp-68
  @Test(
    arguments: [
      (nil, "ann@example.com"), ("", "ann@example.com"), ("Ann Example", "Ann Example <ann@example.com>"),
      ("Example, Ann", "\"Example, Ann\" <ann@example.com>"), ("Dr. Ann", "\"Dr. Ann\" <ann@example.com>"),
      ("Ann \"A\" \\", "\"Ann \\\"A\\\" \\\\\" <ann@example.com>"), ("a@b", "\"a@b\" <ann@example.com>"),
      ("Änn", "=?utf-8?Q?=C3=84nn?= <ann@example.com>"), ("=?x", "=?utf-8?B?PT94?= <ann@example.com>"),
    ] as [(String?, String)])
  func `display names are bare, quoted or encoded`(name: String?, text: String) throws {
    #expect(try Mailbox(name: name, address: EmailAddress("ann@example.com")).headerText == text)
  }

  // case: smtp-68
  // case: smtp-74
  @Test func `Python reads four hundred senders and recipient lists as they were meant`() throws {
    var generator = SeededGenerator(state: 68)
    let cases = try (0..<400).map { _ in
      let boxes = try (0..<Int.random(in: 1...8, using: &generator)).map { number in
        // White space around a name is no part of it for any reader.
        let name = generator.text(pieces: 1...6).split(separator: " ").joined(separator: " ")
        return Mailbox(
          name: Bool.random(using: &generator) ? name : nil, address: try EmailAddress("r\(number).x@mail.example"))
      }
      let message = sample(from: boxes[0], replyTo: boxes.last, to: boxes, cc: boxes.reversed())
      let expected = boxes.map { ($0.name ?? "") + "\n" + $0.address.text }.joined(separator: "\n")
      return [try header(message), Array(expected.utf8)]
    }
    try MessageJudge.judge(
      cases,
      by: """
        def legacy(value):
            boxes = email.utils.getaddresses([value.replace("\\r\\n", "")])
            return [(str(email.header.make_header(email.header.decode_header(n))), a) for n, a in boxes]

        def split(value):
            return [part.encode() for part in re.split(r"(?<=@mail.example>),|(?<=@mail.example),", value)]

        def judge(raw, expected):
            message = parsed(raw)
            fields = expected.decode().split("\\n")
            boxes = list(zip(fields[::2], fields[1::2]))
            for name, wanted in (("from", boxes[:1]), ("reply-to", boxes[-1:]), ("to", boxes), ("cc", boxes[::-1])):
                header_defects(message, name)
                raw_value = dict((n.lower(), v) for n, v in message._headers)[name]
                check(legacy(raw_value) == wanted, name, legacy(raw_value), wanted, raw_value)
                found = [(a.display_name, a.addr_spec) for a in message[name].addresses]
                for one, want, field in zip(found, wanted, split(raw_value)):
                    # Python 3.11 puts a space between the encoded words of a name; the older parser does not.
                    check(one == want or len(words(field)) > 1, name, one, want, field)
            check("bcc" not in message)
            lines(raw)
            words(raw)
        """)
  }

  // case: smtp-62
  // case: smtp-74
  @Test func `five hundred recipients fold, one or two a line`() throws {
    let to = try (0..<500).map { Mailbox(name: "Person \($0)", address: try EmailAddress("person.\($0)@contoso.com")) }
    let raw = try header(sample(to: to))
    try MessageJudge.judge(
      [[raw]],
      by: """
        def judge(raw):
            check(len(parsed(raw)["to"].addresses) == 500)
            lines(raw)
            check(all(len(line) <= 78 for line in raw.split(b"\\r\\n")))
        """)
  }

  @Test func `the longest address stands on a line of its own`() throws {
    let label = String(repeating: "d", count: 60)
    let text = "\(String(repeating: "l", count: 64))@\(label).\(label).\(label.dropLast()).example"
    let address = try EmailAddress(text)
    let raw = String(decoding: try header(sample(to: [Mailbox(name: "Büro", address: address)])), as: UTF8.self)
    #expect(raw.contains("\r\nTo: =?utf-8?B?QsO8cm8=?=\r\n <\(text)>\r\n"))
  }

  @Test(arguments: ["\r", "\n", "\r\n", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}"])
  func `nothing ends or forges a header`(control: String) throws {
    let evil = "x\(control)Bcc: b@example.com"
    func refused(_ message: Message, _ field: String) {
      #expect(
        throws: MessageError.controlCharacter(field: field, text: evil, evil.unicodeScalars.dropFirst().first ?? "x")
      ) {
        try MessageStream(message)
      }
    }
    let box = Mailbox(name: evil, address: try EmailAddress("a@example.com"))
    refused(sample(subject: evil), "The subject")
    refused(sample(from: box), "The display name")
    refused(sample(replyTo: box), "The display name")
    refused(sample(to: [box]), "The display name")
    refused(sample(cc: [box]), "The display name")
    refused(sample(mailer: evil), "The mailer's name")
    refused(sample(attachments: [Message.Attachment(fileName: evil, mediaType: "a/b", size: 1)]), "The file name")
    #expect(
      throws: MessageError.controlCharacter(
        field: "The display name", text: evil, evil.unicodeScalars.dropFirst().first ?? "x")
    ) {
      try box.headerText
    }
    for id in ["<a\(control)@b>", "<a@b>\(control)X: y", "a@b", "<ab>", "<a@b@c>", "<@b>", "<a b@c>", "<a@ä>", ""] {
      #expect(throws: MessageError.messageID(id)) { try MessageStream(sample(messageID: id)) }
    }
    let file = [Message.Attachment(fileName: "a.pdf", mediaType: "application/pdf", size: 1)]
    for boundary in ["", "x", "=_", "=_a\(control)b", "=_a b", "=_\"", "=_" + String(repeating: "x", count: 69)] {
      #expect(throws: MessageError.boundary(boundary)) {
        try MessageStream(sample(boundary: boundary, attachments: file))
      }
    }
    for type in ["", "pdf", "a/", "/b", "a/b/c", "a/b\(control)", "a/b; c=d", "a/ä"] {
      #expect(throws: MessageError.mediaType(type)) {
        try MessageStream(sample(attachments: [Message.Attachment(fileName: "a", mediaType: type, size: 1)]))
      }
    }
  }

  @Test func `the person is in the name and gets the replies, the device is the sender`() throws {
    let device = Mailbox(name: "Front desk scanner", address: try EmailAddress("scanner@contoso.com"))
    let ann = Mailbox(name: "Ann Example", address: try EmailAddress("ann@contoso.com"))
    let (from, replyTo) = Message.sender(device: device, person: ann)
    #expect(try from.headerText == "Ann Example via Front desk scanner <scanner@contoso.com>")
    #expect(replyTo == ann)
    let bare = Message.sender(device: Mailbox(address: device.address), person: Mailbox(address: ann.address))
    #expect(try bare.from.headerText == "ann via scanner <scanner@contoso.com>")
    let alone = Message.sender(device: device, person: nil)
    #expect(alone.from == device && alone.replyTo == nil)
    let itself = Message.sender(
      device: device, person: Mailbox(name: "X", address: try EmailAddress("Scanner@contoso.com")))
    #expect(itself.from == device && itself.replyTo == nil)
  }

  // case: smtp-70
  @Test func `identities hold all 128 bits`() throws {
    let random = (0..<16).map { UInt8($0 * 17) }
    #expect(MessageID.make(random: random, domain: "contoso.com") == "<00112233445566778899aabbccddeeff@contoso.com>")
    #expect(Boundary.make(random: random) == "=_00112233445566778899aabbccddeeff")
  }
}

/// A message with all fields set to something plain.
func sample(
  from: Mailbox? = nil, replyTo: Mailbox? = nil, to: [Mailbox]? = nil, cc: [Mailbox] = [], subject: String = "Scan",
  body: String = "One page.", messageID: String = "<1@contoso.com>",
  boundary: String = Boundary.make(random: Array(1...16)), attachments: [Message.Attachment] = [],
  mailer: String = "Platen 0.1", encoding: MessageEncoding = .base64
) -> Message {
  let scanner = Mailbox(name: "Scanner", address: wellFormed("scanner@contoso.com"))
  return Message(
    from: from ?? scanner, replyTo: replyTo, to: to ?? [Mailbox(address: wellFormed("ann@example.com"))], cc: cc,
    subject: subject, body: body, messageID: messageID, date: 1_770_642_309, offsetMinutes: 60, boundary: boundary,
    attachments: attachments, mailer: mailer, encoding: encoding)
}

private func wellFormed(_ text: String) -> EmailAddress {
  do throws(AddressError) { return try EmailAddress(text) } catch { preconditionFailure(error.description) }
}

/// All of a message without attachments.
func header(_ message: Message) throws -> [UInt8] {
  var stream = try MessageStream(message)
  var bytes: [UInt8] = []
  while try stream.next(into: &bytes, reading: { _, _, _ in [] }) {}
  #expect(bytes.count == stream.size)
  return bytes
}

/// The text that Python printed as base64.
func text(base64 text: String) throws -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var bytes: [UInt8] = []
  var (bits, count) = (0, 0)
  for character in text.utf8 where character != UInt8(ascii: "=") {
    bits = (bits << 6 | (try #require(alphabet.firstIndex(of: character)))) & 0xFFFF
    count += 6
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
