/// Recipients and words of a message: the same for every verb that makes one.
package enum SendingOptions {
  package static let to = Slot.options("to", "t", "ADDR", .address, "Send it to this address; may be repeated.")
  package static let cc = Slot.options("cc", nil, "ADDR", .address, "Send a copy to this address; may be repeated.")
  package static let bcc = Slot.options(
    "bcc", nil, "ADDR", .address, "Send a blind copy to this address; may be repeated.")
  package static let subject = Slot.option(
    "subject", nil, "TEXT", .text, "The subject, instead of message.subject.")
  package static let body = Slot.option(
    "body", nil, "TEXT", .text, "The body text, instead of message.body.")
  package static let fromUser = Slot.option(
    "from-user", nil, "NAME <ADDR>", .text, "The person at the device, who gets the replies and is named in From.")
  package static let output = Slot.option("output", "o", "FILE", .file, "Write the PDF to this file.")

  static let all: [any Taken] = [to, cc, bcc, subject, body, fromUser, output] + WaitOptions.all

  static let rules: [ParameterRule] = [.oneOf([to, cc, bcc, output], shown: [to, output])]
}

/// Whether to wait for the server's word, and how long: the same for every verb that sends.
package enum WaitOptions {
  package static let wait = Slot.flag(
    "wait", nil, "Wait until every recipient is accepted, refused, held or unknown.")
  package static let timeout = Slot.option(
    "timeout", nil, "DURATION", .duration, "The longest time to wait, such as 90s or 10m.", fallback: "10m")

  static let all: [any Taken] = [wait, timeout]
}
