import Base
package import JSON
import Mail

extension DispatchIdentity: JSONStorable {
  package var json: JSONValue {
    .fields([
      "boundary": boundary, "date": date.seconds, "encoding": encoding, "from": from, "mailer": mailer,
      "messageID": messageID, "offsetMinutes": offsetMinutes, "replyTo": replyTo, "reversePath": reversePath,
      "signatures": signatures, "split": split,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      messageID: try json.field("messageID"), date: WallTime(seconds: try json.field("date")),
      offsetMinutes: try json.field("offsetMinutes"), boundary: try json.field("boundary"),
      reversePath: try json.field("reversePath"), from: try json.field("from"), replyTo: try json.optional("replyTo"),
      mailer: try json.field("mailer"), split: try json.optional("split"))
    encoding = try json.optional("encoding")
    signatures = try json.optional("signatures")
  }
}
