package import Mail

/// A finished file that goes with a job unchanged.
package struct AttachedFile: Sendable, Equatable {
  /// As the recipient sees it.
  package var name: String
  /// Its file name in the job's folder.
  package var stored: String
  package var bytes: Int

  package init(name: String, stored: String, bytes: Int) {
    self.name = name
    self.stored = stored
    self.bytes = bytes
  }
}

/// What the person asked for, as sealing fixes it: with the document and a ``DispatchIdentity``, all that a
/// message is made of, so that it can be made again byte for byte.
package struct JobMessage: Sendable, Equatable {
  package var to: [Mailbox]
  package var cc: [Mailbox]
  /// In the envelope only.
  package var bcc: [Mailbox]
  package var subject: String
  package var body: String
  /// The person at the scanner, where one is known.
  package var fromUser: Mailbox?
  /// The document's name as the recipient sees it.
  package var fileName: String
  /// Files taken over as they are; filled in by the spool when the job is sealed.
  package var attachments: [AttachedFile]

  package init(
    to: [Mailbox], cc: [Mailbox] = [], bcc: [Mailbox] = [], subject: String = "", body: String = "",
    fromUser: Mailbox? = nil, fileName: String = "", attachments: [AttachedFile] = []
  ) {
    self.to = to
    self.cc = cc
    self.bcc = bcc
    self.subject = subject
    self.body = body
    self.fromUser = fromUser
    self.fileName = fileName
    self.attachments = attachments
  }

  /// The envelope: every mailbox once, in the order To, Cc, Bcc.
  package var addresses: [String] {
    var seen: Set<String> = []
    return (to + cc + bcc).map(\.address.text).filter { seen.insert($0.lowercased()).inserted }
  }
}
