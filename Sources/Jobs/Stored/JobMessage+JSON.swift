package import JSON
import Mail

extension AttachedFile: JSONStorable {
  package var json: JSONValue { .fields(["bytes": bytes, "name": name, "stored": stored]) }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(name: try json.field("name"), stored: try json.field("stored"), bytes: try json.field("bytes"))
  }
}

extension JobMessage: JSONStorable {
  package var json: JSONValue {
    .fields([
      "attachments": attachments, "bcc": bcc, "body": body, "cc": cc, "fileName": fileName, "fromUser": fromUser,
      "subject": subject, "to": to,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      to: try json.field("to"), cc: try json.field("cc"), bcc: try json.field("bcc"),
      subject: try json.field("subject"), body: try json.field("body"), fromUser: try json.optional("fromUser"),
      fileName: try json.field("fileName"), attachments: try json.field("attachments"))
  }
}
