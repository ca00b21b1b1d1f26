import Base

extension Message {
  /// The header but for what describes the content, in the order in which mail programs write it.
  ///
  /// X-Mailer, not User-Agent: mail never got a standard one (RFC 5536 is for news), and this is what logs are searched
  /// for. No Auto-Submitted: a person pressed the button (RFC 3834 section 5), and mailboxes that feed a ticket or
  /// invoice system discard what says it was made by a machine.
  func header() throws(MessageError) -> [UInt8] {
    var lines: [UInt8] = []
    lines += Self.field("Date", CivilTime(seconds: date, offsetMinutes: offsetMinutes).mailDate)
    lines += try Self.field("From", [from])
    if let replyTo { lines += try Self.field("Reply-To", [replyTo]) }
    lines += try recipients()
    lines += Self.field("Subject", try subject.headerSafe(as: "The subject"))
    lines += Self.field("Message-ID", word: messageID)
    lines += Self.field("X-Mailer", try mailer.headerSafe(as: "The mailer's name"))
    if replyTo == nil {
      // The device's mailbox is not read: suppress Exchange's out-of-office replies.
      lines += Self.field("X-Auto-Response-Suppress", "OOF, AutoReply")
    }
    return lines + Self.field("MIME-Version", "1.0")
  }

  private func recipients() throws(MessageError) -> [UInt8] {
    // RFC 5322 section 3.6.3 has no name for "only blind copies"; this empty group is the custom.
    if to.isEmpty && cc.isEmpty { return Self.field("To", word: "undisclosed-recipients:;") }
    return try Self.field("To", to) + Self.field("Cc", cc)
  }

  static func field(_ name: String, _ text: String) -> [UInt8] {
    var field = HeaderField(name)
    field.append(text: text)
    return field.bytes
  }

  private static func field(_ name: String, word: String) -> [UInt8] {
    var field = HeaderField(name)
    field.append(word: word)
    return field.bytes
  }

  private static func field(_ name: String, _ mailboxes: [Mailbox]) throws(MessageError) -> [UInt8] {
    if mailboxes.isEmpty { return [] }
    var field = HeaderField(name)
    for mailbox in mailboxes.dropLast() { try field.append(mailbox, closing: ",") }
    for mailbox in mailboxes.suffix(1) { try field.append(mailbox) }
    return field.bytes
  }
}

extension MessageEncoding {
  /// RFC 2045 section 6.
  var field: [UInt8] { Message.field("Content-Transfer-Encoding", rawValue) }
}

extension Message.Attachment {
  /// More than any server takes; a size beyond it is a slip, and would not be safe to calculate with.
  private static let sizeLimit = 1 << 40

  /// The part's header with the empty line after it.
  func header(_ encoding: MessageEncoding) throws(MessageError) -> [UInt8] {
    try check()
    var type = HeaderField("Content-Type")
    type.append(word: mediaType + ";")
    type.append(outlookFileName: fileName, as: "name")
    var disposition = HeaderField("Content-Disposition")
    disposition.append(word: "attachment;")
    disposition.append(standardFileName: fileName, as: "filename")
    return type.bytes + encoding.field + disposition.bytes + "\r\n".utf8
  }

  private func check() throws(MessageError) {
    if fileName.isEmpty { throw .noFileName }
    if let control = fileName.firstControl {
      throw .controlCharacter(field: "The file name", text: fileName, control)
    }
    if fileName.utf8.contains(UInt8(ascii: "/")) { throw .slash(fileName: fileName) }
    guard 0...Self.sizeLimit ~= size else { throw .size(fileName: fileName, size) }
    let names = mediaType.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isTypeCharacter) }),
      mediaType.utf8.count <= 127
    else { throw .mediaType(mediaType) }
  }

  /// RFC 6838 section 4.2.
  private static func isTypeCharacter(_ byte: UInt8) -> Bool {
    AddressGrammar.isAlphanumeric(byte) || "!#$&-^_.+".utf8.contains(byte)
  }
}
