/// What a server says: one or more lines, "250-…\n250 …", as they go over the wire but for the CR LF.
struct Reply: Sendable, ExpressibleByStringInterpolation {
  let text: String

  init(_ text: String) { self.text = text }
  init(stringLiteral text: String) { self.text = text }

  var code: Int { Int(text.prefix(3)) ?? 0 }
  var isPositive: Bool { code < 400 }
  var closes: Bool { code == 421 }
  var wire: String { text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n" }

  /// With `{host}` and the like filled in.
  func filled(_ values: [String: String]) -> Reply {
    var text = text
    for (name, value) in values where text.contains("{") { text = text.replacing("{\(name)}", with: value) }
    return Reply(text)
  }

  /// "250-first", …, "250 last".
  static func lines(_ code: Int, _ lines: [String]) -> Reply {
    Reply(
      lines.enumerated().map { "\(code)\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }
        .joined(separator: "\n"))
  }
}

/// The words a make of server says where nothing is special; `{host}`, `{ip}`, `{id}`, `{date}`, `{bytes}`
/// and `{messageID}` are filled in.
struct Words: Sendable {
  let banner: Reply
  let hello: String
  let startTLS: Reply
  let signedIn: Reply
  let sender: Reply
  let recipient: Reply
  let data: Reply
  let chunk: Reply
  let accepted: Reply
  let reset: Reply
  let noop: Reply
  let quit: Reply
  let unknownCommand: Reply
  let unknownMechanism: Reply
  let needHello: Reply
  let needSender: Reply
  let needRecipient: Reply
  let secondSender: Reply
  let badArguments: Reply
  let cancelled: Reply
  let needTLS: Reply
  let needSignIn: Reply
  let tooBig: Reply

  static let exchange = Words(
    banner: "220 {host} Microsoft ESMTP MAIL Service ready at {date} [{id}]",
    hello: "{host} Hello [{ip}]",
    startTLS: "220 2.0.0 SMTP server ready",
    signedIn: "235 2.7.0 Authentication successful",
    sender: "250 2.1.0 Sender OK",
    recipient: "250 2.1.5 Recipient OK",
    data: "354 Start mail input; end with <CRLF>.<CRLF>",
    chunk: "250 2.6.0 CHUNK received OK, {bytes} octets",
    accepted: "250 2.0.0 OK {messageID} [Hostname={host}]",
    reset: "250 2.0.0 Resetting",
    noop: "250 2.0.0 OK",
    quit: "221 2.0.0 Service closing transmission channel",
    unknownCommand: "500 5.3.3 Unrecognized command",
    unknownMechanism: "504 5.7.4 Unrecognized authentication type [{host}]",
    needHello: "503 5.5.2 Send hello first",
    needSender: "503 5.5.2 Need mail command",
    needRecipient: "503 5.5.2 Need rcpt command",
    secondSender: "503 5.5.2 Sender already specified",
    badArguments: "501 5.5.4 Invalid arguments",
    cancelled: "501 5.7.0 Authentication cancelled",
    needTLS: "451 5.7.3 STARTTLS is required to send mail [{host} {time} {id}]",
    needSignIn: "530 5.7.57 Client not authenticated to send mail. [{host} {time} {id}]",
    tooBig: "552 5.3.4 Message size exceeds fixed maximum message size")

  static let gmail = Words(
    banner: "220 {host} ESMTP {id} - gsmtp",
    hello: "{host} at your service, [{ip}]",
    startTLS: "220 2.0.0 Ready to start TLS",
    signedIn: "235 2.7.0 Accepted",
    sender: "250 2.1.0 OK {id} - gsmtp",
    recipient: "250 2.1.5 OK {id} - gsmtp",
    data: "354 Go ahead {id} - gsmtp",
    chunk: "250 2.0.0 OK {id} - gsmtp",
    accepted: "250 2.0.0 OK  {seconds} {id} - gsmtp",
    reset: "250 2.1.5 Flushed {id} - gsmtp",
    noop: "250 2.0.0 OK {id} - gsmtp",
    quit: "221 2.0.0 closing connection {id} - gsmtp",
    unknownCommand: "502 5.5.1 Unrecognized command. {id} - gsmtp",
    unknownMechanism: "504 5.7.4 Unrecognized Authentication Type {id} - gsmtp",
    needHello: "503 5.5.1 EHLO/HELO first. {id} - gsmtp",
    needSender: "503 5.5.1 MAIL first. {id} - gsmtp",
    needRecipient: "503 5.5.1 RCPT first. {id} - gsmtp",
    secondSender: "503 5.5.1 MAIL already given. {id} - gsmtp",
    badArguments: "555 5.5.2 Syntax error. {id} - gsmtp",
    cancelled: "501 5.5.2 Cannot Decode response {id} - gsmtp",
    needTLS: "530 5.7.0 Must issue a STARTTLS command first. {id} - gsmtp",
    needSignIn:
      "530-5.7.0 Authentication Required. For more information, go to\n530 5.7.0  https://support.google.com/mail/?p=WantAuthError {id} - gsmtp",
    tooBig: "552 5.2.3 Your message exceeded Google's message size limits. {id} - gsmtp")

  static let postfix = Words(
    banner: "220 {host} ESMTP Postfix",
    hello: "{host}",
    startTLS: "220 2.0.0 Ready to start TLS",
    signedIn: "235 2.7.0 Authentication successful",
    sender: "250 2.1.0 Ok",
    recipient: "250 2.1.5 Ok",
    data: "354 End data with <CR><LF>.<CR><LF>",
    chunk: "250 2.0.0 Ok: {bytes} bytes",
    accepted: "250 2.0.0 Ok: queued as {id}",
    reset: "250 2.0.0 Ok",
    noop: "250 2.0.0 Ok",
    quit: "221 2.0.0 Bye",
    unknownCommand: "502 5.5.2 Error: command not recognized",
    unknownMechanism: "535 5.7.8 Error: authentication failed: Invalid authentication mechanism",
    needHello: "503 5.5.1 Error: send HELO/EHLO first",
    needSender: "503 5.5.1 Error: need MAIL command",
    needRecipient: "503 5.5.1 Error: need RCPT command",
    secondSender: "503 5.5.1 Error: nested MAIL command",
    badArguments: "501 5.5.4 Syntax: bad arguments",
    cancelled: "501 5.7.0 Authentication aborted",
    needTLS: "530 5.7.0 Must issue a STARTTLS command first",
    needSignIn: "530 5.7.0 Authentication required",
    tooBig: "552 5.3.4 Message size exceeds fixed limit")
}
