/// Everything that decides the bytes of a message but the attachments' own: the same value always makes the same bytes.
///
/// No Bcc: blind copies are in the envelope only.
package struct Message: Sendable, Equatable {
  /// A file that goes along; its bytes are read when they are due.
  package struct Attachment: Sendable, Equatable {
    /// Without "/" and control characters (`FileName.safe`).
    package var fileName: String
    /// "application/pdf".
    package var mediaType: String
    /// Bytes.
    package var size: Int

    package init(fileName: String, mediaType: String, size: Int) {
      self.fileName = fileName
      self.mediaType = mediaType
      self.size = size
    }
  }

  package var from: Mailbox
  package var replyTo: Mailbox?
  package var to: [Mailbox]
  package var cc: [Mailbox]
  package var subject: String
  /// Plain text; its line ends may be of any kind.
  package var body: String
  /// With its angle brackets; see `MessageID`.
  package var messageID: String
  /// Seconds since 1970.
  package var date: Int64
  /// How far the clock that people see is ahead of UTC.
  package var offsetMinutes: Int
  /// See `Boundary`.
  package var boundary: String
  package var attachments: [Attachment]
  /// Name and version of the program, for X-Mailer.
  package var mailer: String
  package var encoding: MessageEncoding

  package init(
    from: Mailbox, replyTo: Mailbox? = nil, to: [Mailbox], cc: [Mailbox] = [], subject: String, body: String,
    messageID: String, date: Int64, offsetMinutes: Int = 0, boundary: String, attachments: [Attachment] = [],
    mailer: String, encoding: MessageEncoding = .base64
  ) {
    self.from = from
    self.replyTo = replyTo
    self.to = to
    self.cc = cc
    self.subject = subject
    self.body = body
    self.messageID = messageID
    self.date = date
    self.offsetMinutes = offsetMinutes
    self.boundary = boundary
    self.attachments = attachments
    self.mailer = mailer
    self.encoding = encoding
  }

  /// Who a message is from: always the device, for that is the address its server lets it send as and the one SPF,
  /// DKIM and DMARC look at. The person stands in the display name ("Ann Example via Front desk scanner") and
  /// gets the replies.
  package static func sender(device: Mailbox, person: Mailbox?) -> (from: Mailbox, replyTo: Mailbox?) {
    guard let person, !person.address.isSameMailbox(as: device.address) else { return (device, nil) }
    // Never a whole address: filters take one in a display name for an attempt to deceive.
    let name = "\(person.readableName) via \(device.readableName)"
    return (Mailbox(name: name, address: device.address), person)
  }
}

extension Mailbox {
  fileprivate var readableName: String {
    if let name, !name.isEmpty { name } else { address.localPart }
  }
}
