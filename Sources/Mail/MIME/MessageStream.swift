/// A message as bytes with CRLF line ends, a block at a time; the attachments are read as they are due.
///
/// Made anew for each attempt: from the same message come the same bytes. Dots at the start of a line are not
/// doubled here; that belongs to the transport. The bytes of binary attachments have no line ends.
package struct MessageStream {
  private enum Piece {
    case bytes([UInt8])
    case attachment(Int)
  }

  /// What is read of an attachment at once: whole lines of base64 that make just under 64 KiB.
  private static let blockSize = 840 * Base64Lines.bytesPerLine
  /// `next` stops once it has this much.
  private static let enough = Base64Lines.encodedCount(of: blockSize)

  /// Exact number of bytes of the whole message.
  package private(set) var size: Int

  private let attachments: [Message.Attachment]
  package let encoding: MessageEncoding
  private var pieces: [Piece]
  private var piece = 0
  /// How much of the attachment that is due has gone.
  private var offset = 0

  package init(_ message: Message) throws(MessageError) {
    try MessageID.check(message.messageID)
    attachments = message.attachments
    // A message without attachments is text, whatever it may carry.
    encoding = message.attachments.isEmpty ? .base64 : message.encoding
    pieces = try message.attachments.isEmpty ? Self.single(message) : Self.multipart(message)
    size = pieces.reduce(0) { sum, piece in
      switch piece {
      case .bytes(let bytes): sum + bytes.count
      case .attachment(let index): sum + message.encoding.count(of: message.attachments[index].size)
      }
    }
  }

  private static func single(_ message: Message) throws(MessageError) -> [Piece] {
    let text = TextPart(message.body, boundary: message.boundary)
    return [.bytes(try message.header() + text.header + "\r\n".utf8 + text.content)]
  }

  private static func multipart(_ message: Message) throws(MessageError) -> [Piece] {
    try Boundary.check(message.boundary)
    let text = TextPart(message.body, boundary: message.boundary)
    let delimiter = Array("\r\n--\(message.boundary)".utf8)
    let type = "multipart/mixed; boundary=\"\(message.boundary)\""
    var bytes = try message.header() + Message.field("Content-Type", type)
    // RFC 2045 section 6.4: the whole says what its parts need.
    if message.encoding == .binary { bytes += message.encoding.field }
    bytes += delimiter + "\r\n".utf8 + text.header + "\r\n".utf8 + text.content
    var pieces: [Piece] = []
    for (index, attachment) in message.attachments.enumerated() {
      bytes += delimiter + "\r\n".utf8 + (try attachment.header(message.encoding))
      pieces += [.bytes(bytes), .attachment(index)]
      bytes = []
    }
    return pieces + [.bytes(delimiter + "--\r\n".utf8)]
  }

  /// Adds whole header fields before all others.
  mutating func prepend(_ fields: [UInt8]) {
    pieces.insert(.bytes(fields), at: 0)
    size += fields.count
  }

  /// Appends the next 64 to 128 KiB.
  ///
  /// - Parameters:
  ///   - reading: gives bytes of an attachment (its index), from an offset on, at most so many. Fewer are asked for
  ///     again; none means that it ends there.
  /// - Returns: false, with nothing appended, when the message has ended.
  /// - Throws: what `reading` throws, and `DeliveryFault.document` when an attachment is shorter or longer than the
  ///   message says: what went out so far must not be ended as if it were whole.
  package mutating func next(
    into buffer: inout [UInt8],
    reading: (_ attachment: Int, _ offset: Int, _ count: Int) throws(DeliveryFault) -> [UInt8]
  ) throws(DeliveryFault) -> Bool {
    let start = buffer.count
    while piece < pieces.count, buffer.count - start < Self.enough {
      switch pieces[piece] {
      case .bytes(let bytes):
        buffer += bytes
        piece += 1
      case .attachment(let index):
        try appendBlock(of: index, to: &buffer, reading: reading)
      }
    }
    return buffer.count > start
  }

  private mutating func appendBlock(
    of index: Int, to buffer: inout [UInt8],
    reading: (_ attachment: Int, _ offset: Int, _ count: Int) throws(DeliveryFault) -> [UInt8]
  ) throws(DeliveryFault) {
    let attachment = attachments[index]
    let count = min(Self.blockSize, attachment.size - offset)
    let block = try block(of: index, count, reading)
    guard block.count == count else { throw Self.changed(attachment, "it ends after \(offset + block.count)") }
    if offset + count == attachment.size {
      guard try reading(index, attachment.size, 1).isEmpty else { throw Self.changed(attachment, "it is longer") }
    }
    if encoding == .binary { buffer += block } else { Base64Lines.append(block, to: &buffer) }
    offset += count
    if offset == attachment.size { (piece, offset) = (piece + 1, 0) }
  }

  /// `count` bytes from the offset on; fewer only where the attachment ends.
  private func block(
    of index: Int, _ count: Int, _ reading: (Int, Int, Int) throws(DeliveryFault) -> [UInt8]
  ) throws(DeliveryFault) -> [UInt8] {
    if count == 0 { return [] }
    var block = try reading(index, offset, count)
    while block.count < count {
      let more = try reading(index, offset + block.count, count - block.count)
      if more.isEmpty { return block }
      block += more
    }
    return block
  }

  private static func changed(_ attachment: Message.Attachment, _ what: String) -> DeliveryFault {
    .document(
      detail: "\"\(attachment.fileName)\" is no longer the file of \(attachment.size) bytes in this message: "
        + "\(what); send it again as a new job")
  }
}

extension MessageEncoding {
  /// Bytes that `count` bytes of an attachment become.
  fileprivate func count(of count: Int) -> Int { self == .binary ? count : Base64Lines.encodedCount(of: count) }
}
