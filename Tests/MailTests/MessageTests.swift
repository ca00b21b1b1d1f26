import Base
import Mail
import TestKit
import Testing

@Suite struct MessageTests {
  /// Parses a message, checks its lines, and compares text and attachments.
  private static let judge = #"""
    def outlook_name(part):
        raw = part.get_all("content-type")[0]  # the value as it stands
        for name, value in part._headers:
            if name.lower() == "content-type": raw = value
        name = re.search(r'name="((?:[^"\\]|\\.)*)"', "".join(raw.splitlines()), re.S).group(1)
        if "=?utf-8?" in name: return str(email.header.make_header(email.header.decode_header(name)))
        return re.sub(r"\\(.)", r"\1", name)

    def check_name(part, name):
        found = part["content-disposition"].params["filename"]
        check(found == name, "filename", found, name, part.as_bytes()[:900])
        check(part.get_filename() == name.strip(), "get_filename", part.get_filename(), name)
        check(outlook_name(part) == name, "name", outlook_name(part), name)
        check(part.get_content_disposition() == "attachment")
        header_defects(part, "content-disposition")
        # No standard has this form, so Python says so; Outlook is why it is there.
        header_defects(part, "content-type", ["encoded word inside quoted string", "missing trailing whitespace after encoded-word"])

    def judge(raw, body, *files):
        message = parsed(raw)
        lines(raw[:raw.index(b"\r\n\r\n") + 2])
        lines(raw, 998)
        for name in ("date", "from", "to", "subject", "message-id", "mime-version", "content-transfer-encoding"):
            header_defects(message, name)
        parts = list(message.iter_parts()) if files else [message]
        check(len(parts) == 1 + len(files) // 2, "parts", len(parts))
        check(parts[0].get_content_type() == "text/plain")
        header_defects(parts[0], "content-type")
        content = parts[0].get_content().replace("\r\n", "\n")
        body = re.sub("\r\n?", "\n", body.decode())
        check(content == body + "\n" * (body[-1:] not in ("\n", "")), "body", content, body)
        for part, name, data in zip(parts[1:], files[::2], files[1::2]):
            check(part.get_payload(decode=True) == data, "payload", len(data))
            check(part["content-transfer-encoding"] == "base64")
            check_name(part, name.decode())
            start = raw.index(b'Content-Disposition: attachment;')
            lines(raw[raw.rindex(b"\r\n--", 0, start) + 2:raw.index(b"\r\n\r\n", start) + 2])
    """#

  /// The fields of a case for the judge.
  private func judged(_ message: Message, _ files: [[UInt8]], reads: (Int) -> Int = { $0 }) throws -> [[UInt8]] {
    let raw = try bytes(of: message, files, reads: reads)
    let expected = zip(message.attachments, files).flatMap { [Array($0.fileName.utf8), $1] }
    return [raw, Array(message.body.utf8)] + expected
  }

  // case: smtp-65
  @Test func `payloads arrive whole at every size and every size of read`() throws {
    var generator = SeededGenerator(state: 65)
    let block = 840 * 57
    let edges = [
      0, 1, 2, 3, 4, 56, 57, 58, 59, 113, 114, 115, 171, block - 1, block, block + 1, 2 * block, 2 * block + 2,
    ]
    let sizes = edges + (0..<60).map { _ in Int.random(in: 0...2000, using: &generator) }
    let cases = try sizes.map { size in
      let files = [generator.bytes(size), generator.bytes(Int.random(in: 0...100, using: &generator))]
      let message = sample(
        attachments: files.map { .init(fileName: "a.pdf", mediaType: "application/pdf", size: $0.count) })
      var reads = generator
      return try judged(message, files) { size > 5000 ? max(1, $0 / 3) : Int.random(in: 1...$0, using: &reads) }
    }
    try MessageJudge.judge(cases, by: Self.judge)
  }

  // case: smtp-64
  @Test func `binary files arrive whole, and cost next to nothing beside their bytes`() throws {
    var generator = SeededGenerator(state: 30)
    let block = 840 * 57
    let cases = try [0, 1, 57, 1000, block - 1, block, block + 1, 2 * block + 2].map { size in
      let files = [generator.bytes(size), Array("\r\n.\r\n--\r\n\0\n".utf8)]
      let message = sample(
        attachments: files.map { .init(fileName: "a.pdf", mediaType: "application/pdf", size: $0.count) },
        encoding: .binary)
      return try judged(message, files) { max(1, $0 / 3) }
    }
    try MessageJudge.judge(cases, by: Self.binaryJudge)
    let size = 1_000_000
    let message = sample(
      attachments: [.init(fileName: "a.pdf", mediaType: "application/pdf", size: size)], encoding: .binary)
    #expect(try Double(MessageStream(message).size) / Double(size) <= 1.002)
  }

  /// Python's parser knows lines only, so the parts are cut here, as a server does it.
  private static let binaryJudge = #"""
    def judge(raw, body, *files):
        header, rest = raw.split(b"\r\n\r\n", 1)
        whole = email.message_from_bytes(header + b"\r\n\r\n", policy=email.policy.default)
        check(whole["content-transfer-encoding"] == "binary", "whole", whole["content-transfer-encoding"])
        mark = b"\r\n--" + whole.get_boundary().encode()
        pieces = (b"\r\n" + rest).split(mark)
        check(pieces[-1] == b"--\r\n", "end", pieces[-1])
        check(len(pieces) == 3 + len(files) // 2, "parts", len(pieces))
        for piece, name, data in zip(pieces[2:], files[::2], files[1::2]):
            head, content = piece.split(b"\r\n\r\n", 1)
            check(content == data, "payload", len(content), len(data))
            part = parsed(head[2:] + b"\r\n\r\n")
            check(part["content-transfer-encoding"] == "binary")
            check(part.get_filename() == name.decode(), "name", part.get_filename())
    """#

  // case: smtp-69
  @Test func `Python and Outlook's rule read three hundred file names as they were meant`() throws {
    var generator = SeededGenerator(state: 69)
    var names = [
      "Scan.pdf", "Rechnung Büro.pdf", "請求書.pdf", String(repeating: "😀", count: 40) + ".pdf", "a\"b.pdf", "a\\b.pdf",
      "עברית חוזה.pdf", "عقد.pdf", "a;b=c.pdf", "100%.pdf", "it's.pdf", "=?utf-8?Q?x?=.pdf", " a ", ".", "a  b.pdf",
      String(repeating: "n", count: 196) + ".pdf", String(repeating: "ä", count: 120), "👨‍👩‍👧‍👦.pdf", "\u{202E}fdp.exe", "''",
    ]
    while names.count < 300 {
      let name = generator.text(pieces: 1...9).replacing("/", with: "")
      if !name.isEmpty { names.append(name) }
    }
    let cases = try names.map { name in
      try judged(
        sample(attachments: [.init(fileName: name, mediaType: "application/pdf", size: 3)]), [generator.bytes(3)])
    }
    try MessageJudge.judge(cases, by: Self.judge)
  }

  @Test func `both forms of a file name stand where they belong`() throws {
    let message = sample(attachments: [.init(fileName: "Büro.pdf", mediaType: "application/pdf", size: 0)])
    let raw = String(decoding: try bytes(of: message, [[]]), as: UTF8.self)
    #expect(raw.contains("\r\nContent-Type: application/pdf; name=\"=?utf-8?B?QsO8cm8ucGRm?=\"\r\n"))
    #expect(raw.contains("\r\nContent-Disposition: attachment; filename*=UTF-8''B%C3%BCro.pdf\r\n"))
  }

  // case: smtp-62
  // case: smtp-63
  @Test func `three hundred texts arrive as they were, in lines that every server takes`() throws {
    var generator = SeededGenerator(state: 62)
    var bodies = [
      "", "\n", "a", "a\n", "\n\na", ".", ".\n.\n..", "a \n b\t\n", "a\0b", String(repeating: "x", count: 998),
      String(repeating: "x", count: 999), String(repeating: "ä", count: 3000), "From me\nFrom you", "=", "==\n=3D",
      String(repeating: "=", count: 200), "--" + Boundary.make(random: Array(1...16)) + "--\n",
    ]
    while bodies.count < 300 {
      bodies.append(
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in generator.text(pieces: 0...20) + "\n" }.joined())
    }
    let cases = try bodies.enumerated().map { number, body in
      let files: [[UInt8]] = number % 2 == 0 ? [] : [[1, 2, 3]]
      let attachments = files.map {
        Message.Attachment(fileName: "a.pdf", mediaType: "application/pdf", size: $0.count)
      }
      return try judged(sample(body: body, attachments: attachments), files)
    }
    try MessageJudge.judge(cases, by: Self.judge)
  }

  @Test func `a line ends with CRLF, however it was written`() throws {
    let raw = String(decoding: try bytes(of: sample(body: "a\rb\nc\r\nd\n\re"), []), as: UTF8.self)
    #expect(raw.hasSuffix("\r\n\r\na\r\nb\r\nc\r\nd\r\n\r\ne\r\n"))
    #expect(raw.contains("Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"))
  }

  @Test func `the whole of a message`() throws {
    let message = Message(
      from: try Mailbox(parsing: "Ann Example via Front desk scanner <scanner@contoso.com>"),
      replyTo: try Mailbox(parsing: "Ann Example <ann@contoso.com>"),
      to: [try Mailbox(parsing: "bob@example.com")], cc: [try Mailbox(parsing: "\"Example, Eve\" <eve@example.com>")],
      subject: "Scan für Bob", body: "1 Seite, größer.\n", messageID: "<00ff@contoso.com>", date: 1_770_642_309,
      offsetMinutes: 60, boundary: "=_0011",
      attachments: [.init(fileName: "Scan.pdf", mediaType: "application/pdf", size: 5)], mailer: "Platen 0.1")
    let expected = """
      Date: Mon, 09 Feb 2026 14:05:09 +0100
      From: Ann Example via Front desk scanner <scanner@contoso.com>
      Reply-To: Ann Example <ann@contoso.com>
      To: bob@example.com
      Cc: "Example, Eve" <eve@example.com>
      Subject: Scan =?utf-8?Q?f=C3=BCr?= Bob
      Message-ID: <00ff@contoso.com>
      X-Mailer: Platen 0.1
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="=_0011"

      --=_0011
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      1 Seite, gr=C3=B6=C3=9Fer.

      --=_0011
      Content-Type: application/pdf; name="Scan.pdf"
      Content-Transfer-Encoding: base64
      Content-Disposition: attachment; filename="Scan.pdf"

      JVBERi0=

      --=_0011--

      """
    let raw = String(decoding: try bytes(of: message, [Array("%PDF-".utf8)]), as: UTF8.self)
    #expect(raw.replacing("\r\n", with: "\n") == expected)
  }

  // case: smtp-74
  @Test func `only blind copies leave an empty group, and the device asks for no automatic replies`() throws {
    let raw = String(decoding: try bytes(of: sample(to: []), []), as: UTF8.self)
    #expect(raw.contains("\r\nTo: undisclosed-recipients:;\r\n"))
    #expect(raw.contains("\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"))
    try MessageJudge.judge([judged(sample(to: []), [])], by: Self.judge)
  }

  // case: smtp-66
  @Test func `an attachment that is not what it was ends the message at once`() throws {
    let block = 840 * 57
    for (size, actual) in [
      (100, 99), (100, 101), (0, 1), (1, 0), (block, block - 1), (block, block + 1), (2 * block + 5, block),
    ] {
      let message = sample(attachments: [.init(fileName: "Scan.pdf", mediaType: "application/pdf", size: size)])
      let fault = #expect(throws: DeliveryFault.self) {
        _ = try bytes(of: message, [[UInt8](repeating: 7, count: actual)])
      }
      guard case .document(let detail) = fault else { throw try #require(fault) }
      #expect(detail.contains("\"Scan.pdf\"") && detail.contains("\(size) bytes"))
    }
  }

  @Test func `more bytes than were asked for are no message either`() throws {
    var stream = try MessageStream(sample(attachments: [.init(fileName: "a", mediaType: "a/b", size: 10)]))
    var buffer: [UInt8] = []
    #expect(throws: DeliveryFault.self) {
      _ = try stream.next(into: &buffer) { _, _, count in Array(repeating: 0, count: count + 1) }
    }
  }

  // case: smtp-72
  @Test func `a boundary cannot occur in what it separates`() throws {
    let boundary = Boundary.make(random: Array(1...16))
    let text = "--\(boundary)\r\n\(boundary)--\r\n--\(boundary)--"
    let message = sample(
      body: text, boundary: boundary,
      attachments: [.init(fileName: "\(boundary).txt", mediaType: "text/plain", size: text.utf8.count)])
    let raw = String(decoding: try bytes(of: message, [Array(text.utf8)]), as: UTF8.self)
    // Before the text, before the file, and at the end.
    #expect(raw.split(separator: "\r\n").filter { $0.hasPrefix("--\(boundary)") }.count == 3)
    try MessageJudge.judge([judged(message, [Array(text.utf8)])], by: Self.judge)
  }

  @Test func `what the reader throws comes through`() throws {
    var stream = try MessageStream(sample(attachments: [.init(fileName: "a", mediaType: "a/b", size: 10)]))
    var buffer: [UInt8] = []
    #expect(throws: DeliveryFault.document(detail: "gone")) {
      _ = try stream.next(into: &buffer) { (_, _, _) throws(DeliveryFault) in throw .document(detail: "gone") }
    }
  }

  @Test func `blocks stay small and the same message gives the same bytes`() throws {
    var generator = SeededGenerator(state: 1)
    let file = generator.bytes(500_000)
    let message = sample(attachments: [.init(fileName: "a.pdf", mediaType: "application/pdf", size: file.count)])
    var stream = try MessageStream(message)
    var whole: [UInt8] = []
    var block: [UInt8] = []
    while try stream.next(into: &block, reading: { Array(file[min($1, file.count)..<min($1 + $2, file.count)]) }) {
      #expect(block.count <= 128 * 1024)
      whole += block
      block.removeAll(keepingCapacity: true)
    }
    #expect(try whole == bytes(of: message, [file], reads: { min($0, 999) }))
    #expect(try !stream.next(into: &block) { _, _, _ in [] } && block.isEmpty)
  }

  @Test func `impossible attachments are refused`() throws {
    func refused(_ name: String, _ size: Int, _ error: MessageError) {
      let message = sample(attachments: [.init(fileName: name, mediaType: "application/pdf", size: size)])
      #expect(throws: error) { try MessageStream(message) }
    }
    refused("", 1, .noFileName)
    refused("../../etc/passwd", 1, .slash(fileName: "../../etc/passwd"))
    refused("a", -1, .size(fileName: "a", -1))
    refused("a", .max, .size(fileName: "a", .max))
  }

  @Test(arguments: [
    ("Scan 2026-02-09 14.05.09.pdf", "Scan 2026-02-09 14.05.09.pdf"),
    ("a/b\\c:d*e?f\"g<h>i|j.pdf", "a-b-c-d-e-f-g-h-i-j.pdf"),
    ("../../x", "-..-x"), ("a\r\nb\0.pdf", "ab.pdf"), (" .a. ", "a"), ("...", "Scan"), ("", "Scan"),
    ("\u{202E}fdp.exe", "fdp.exe"),
    ("Büro 請求書.pdf", "Büro 請求書.pdf"),
    (String(repeating: "ä", count: 200) + ".pdf", String(repeating: "ä", count: 118) + ".pdf"),
    ("a." + String(repeating: "x", count: 300), "a." + String(repeating: "x", count: 238)),
  ])
  func `file names that every computer stores`(name: String, safe: String) throws {
    #expect(FileName.safe(name) == safe)
    #expect(throws: Never.self) {
      try MessageStream(sample(attachments: [.init(fileName: safe, mediaType: "a/b", size: 0)]))
    }
  }
}

/// The whole of a message, and that it is as long as it said.
private func bytes(of message: Message, _ files: [[UInt8]], reads: (Int) -> Int = { $0 }) throws -> [UInt8] {
  var stream = try MessageStream(message)
  var bytes: [UInt8] = []
  while try stream.next(
    into: &bytes,
    reading: { file, offset, count in
      let start = min(offset, files[file].count)
      return Array(files[file][start..<min(start + reads(count), files[file].count)])
    })
  {}
  #expect(bytes.count == stream.size)
  return bytes
}
