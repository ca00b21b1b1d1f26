package import JSON

/// What a person asks for beside the pages: the recipients, and the words of the message. What is nil comes
/// from the configuration. `Message` of `io.platen`.
package struct MessageDraft: Sendable, Equatable {
  package var profile: String?
  package var to: [String] = []
  package var cc: [String] = []
  package var bcc: [String] = []
  package var subject: String?
  package var body: String?
  /// The person at the device, "Name <address>".
  package var fromUser: String?
  package var fileName: String?

  package init() {}

  package var isSent: Bool { !(to + cc + bcc).isEmpty }
}

extension MessageDraft: JSONStorable {
  package var json: JSONValue {
    .fields([
      "profile": profile, "to": to.unlessEmpty, "cc": cc.unlessEmpty, "bcc": bcc.unlessEmpty, "subject": subject,
      "body": body, "fromUser": fromUser, "fileName": fileName,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    profile = try json.optional("profile")
    to = try json.optional("to") ?? []
    cc = try json.optional("cc") ?? []
    bcc = try json.optional("bcc") ?? []
    subject = try json.optional("subject")
    body = try json.optional("body")
    fromUser = try json.optional("fromUser")
    fileName = try json.optional("fileName")
  }
}
