import Mail

/// Texts between NULs: name, subject, body, file name, a second name, the program's.
enum HeadersDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    let given = texts(in: input)
    func text(_ index: Int) -> String { given.count > index ? given[index] : "" }
    try checkFileName(text(3))
    guard let person = try? EmailAddress("ann.example@example.test"), let device = try? EmailAddress("d@example.test")
    else { throw BrokenPromise(description: "an ordinary address is refused") }
    let sender = Message.sender(
      device: Mailbox(name: text(4), address: device), person: Mailbox(name: text(0), address: person))
    let message = Message(
      from: sender.from, replyTo: sender.replyTo, to: [Mailbox(name: text(0), address: person), sender.from],
      cc: [Mailbox(name: text(4), address: person)], subject: text(1), body: text(2), messageID: "<a@example.test>",
      date: 1_770_000_000, offsetMinutes: 60, boundary: Boundary.make(random: Array(repeating: 7, count: 16)),
      attachments: [Message.Attachment(fileName: text(3), mediaType: "application/pdf", size: 300)],
      mailer: "Platen " + text(5))
    try check(message)
  }

  /// Any name made safe goes into a message, and stays as it is when it is made safe again.
  private static func checkFileName(_ name: String) throws(BrokenPromise) {
    let safe = FileName.safe(name)
    let isFit = !safe.isEmpty && safe.utf8.count <= 255 && isOneLine(safe) && !safe.utf8.contains(UInt8(ascii: "/"))
    try promise(isFit && safe != "." && safe != "..", "not a safe name: \(safe.debugDescription)")
    try promise(Array(FileName.safe(safe).utf8) == Array(safe.utf8), "made safe again it is another: \(safe)")
  }

  private static func check(_ message: Message) throws(BrokenPromise) {
    var stream: MessageStream
    do throws(MessageError) {
      stream = try MessageStream(message)
    } catch {
      return try promise(isOneLine(error.description), "an error over lines: \(error.description.debugDescription)")
    }
    let bytes = try written(&stream)
    try promise(bytes.count == stream.size, "\(bytes.count) bytes where \(stream.size) were announced")
    let lines = try lines(of: bytes)
    try checkHeader(message, lines)
    try checkAttachment(message, lines)
    try checkTransport(bytes)
  }

  private static func written(_ stream: inout MessageStream) throws(BrokenPromise) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(DeliveryFault) {
      while try stream.next(
        into: &bytes, reading: { _, offset, count in Array(repeating: 37, count: max(0, min(count, 300 - offset))) })
      {}
    } catch {
      throw BrokenPromise(description: "the message breaks off: \(error)")
    }
    return bytes
  }

  /// Seven bits, CRLF and nothing but CRLF, no line longer than 998.
  private static func lines(of bytes: [UInt8]) throws(BrokenPromise) -> [[UInt8]] {
    try promise(bytes.suffix(2) == [13, 10], "the message does not end with its line")
    let lines = bytes.dropLast(1).split(separator: 10, omittingEmptySubsequences: false)
    for line in lines {
      let inner = line.dropLast()
      let isFit = line.last == 13 && inner.count <= 998 && inner.allSatisfy { $0 == 9 || $0 >= 32 && $0 < 127 }
      try promise(isFit, "a line of \(String(decoding: line, as: UTF8.self).debugDescription)")
    }
    return lines.map { Array($0.dropLast()) }
  }

  private static func checkHeader(_ message: Message, _ lines: [[UInt8]]) throws(BrokenPromise) {
    guard let fields = MailReader.fields(lines.prefix { !$0.isEmpty }) else {
      throw BrokenPromise(description: "a line of the header is no field")
    }
    let expected = ["Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID", "X-Mailer"]
    try promise(fields.map(\.name).starts(with: expected), "the fields are \(fields.map(\.name))")
    try promise(fields.count == expected.count + 2, "the fields are \(fields.map(\.name))")
    let subject = fields.first { $0.name == "Subject" }?.body ?? ""
    let wanted = String(message.subject.map { $0 == "\t" ? " " : $0 })
    let came = MailReader.decoded(subject)
    let isSame = Array(came.utf8) == Array(wanted.utf8)
    try promise(isSame, "the subject \(wanted.debugDescription) is read as \(came.debugDescription)")
  }

  private static func checkAttachment(_ message: Message, _ lines: [[UInt8]]) throws(BrokenPromise) {
    let mark = Array("--\(message.boundary)".utf8)
    let parts = lines.split(separator: mark, omittingEmptySubsequences: false)
    try promise(parts.count == 3, "\(parts.count - 1) parts")
    guard let fields = MailReader.fields(parts[2].prefix { !$0.isEmpty }) else {
      throw BrokenPromise(description: "a line of the attachment's header is no field")
    }
    let names = ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    try promise(fields.map(\.name) == names, "the attachment's fields are \(fields.map(\.name))")
    let name = Array((message.attachments.first?.fileName ?? "").utf8)
    let standard = MailReader.parameter("filename", in: fields[2].body) ?? ""
    try promise(Array(standard.utf8) == name, "the file name is read as \(standard.debugDescription)")
    let outlook = MailReader.decoded(MailReader.parameter("name", in: fields[0].body) ?? "")
    try promise(Array(outlook.utf8) == name, "Outlook reads the file name as \(outlook.debugDescription)")
    try checkBody(message, parts[1])
  }

  private static func checkBody(_ message: Message, _ lines: ArraySlice<[UInt8]>) throws(BrokenPromise) {
    let text = lines.drop { !$0.isEmpty }.dropFirst()
    let isPlain = lines.contains(Array("Content-Transfer-Encoding: 7bit".utf8))
    var body: [UInt8] = []
    for line in text.dropLast() {
      let goesOn = !isPlain && line.last == UInt8(ascii: "=")
      let piece = goesOn ? line.dropLast() : line[...]
      guard let bytes = isPlain ? Array(piece) : MailReader.quoted(piece, underscores: false) else {
        throw BrokenPromise(description: "broken quoted-printable")
      }
      body += bytes + (goesOn ? [] : [10])
    }
    var wanted: [UInt8] = []
    for byte in message.body.utf8 {
      if byte == 10, wanted.last == 13 { wanted.removeLast() }
      wanted.append(byte)
    }
    wanted = wanted.map { $0 == 13 ? 10 : $0 }
    if let last = wanted.last, last != 10 { wanted.append(10) }
    try promise(body == wanted, "the text \(message.body.debugDescription) is read as other bytes")
  }

  /// Through the transport in any pieces, and back.
  private static func checkTransport(_ bytes: [UInt8]) throws(BrokenPromise) {
    func encoded(_ pieces: [[UInt8]]) -> [UInt8] {
      var encoder = SMTPBodyEncoder()
      var output: [UInt8] = []
      for piece in pieces { encoder.encode(piece, into: &output) }
      return output + encoder.finish()
    }
    let whole = encoded([bytes])
    try promise(whole == encoded(pieces(of: bytes, seed: bytes[bytes.count / 2])), "cuts change the encoded message")
    let end = Array("\r\n.\r\n".utf8)
    let places = whole.indices.filter { whole[$0...].starts(with: end) }
    try promise(places == [whole.count - end.count], "the message ends \(places.count) times")
  }
}
