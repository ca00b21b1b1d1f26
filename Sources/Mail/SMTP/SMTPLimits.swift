/// How long each step of a session may take, in seconds: RFC 5321 section 4.5.3.2, as Postfix has settled on it.
package enum SMTPTimeout {
  /// Greeting, EHLO, STARTTLS, AUTH, MAIL and RCPT: a busy server makes clients wait (tarpits, look-ups of who
  /// we are), and giving up early only brings us to the end of the same queue.
  package static let command = 300
  /// DATA: the server has only to open a file.
  package static let data = 120
  /// One block of the message taken: slower than this is no longer a slow line but a stopped one.
  package static let block = 180
  /// The reply that decides. Virus scanners take minutes; giving up early makes duplicates, so this is long.
  package static let final = 600
  /// NOOP: a session that rests and is not sound is soon replaced.
  package static let rest = 10
  /// RSET, and the lone dot of a message without recipients: nothing depends on the reply.
  package static let reset = 20
  /// Writing QUIT; its reply is not awaited (RFC 5321 wishes it, Postfix does not either: nothing depends on it).
  package static let quit = 2
  /// Bytes came that cannot begin a greeting: how long the rest of their line is waited for.
  package static let foreignGreeting = 5
  /// The greeting on the port where TLS comes first: the server waits for us as we wait for it.
  package static let greetingOnTLSPort = 4

  /// The most seconds that a message of `bytes` may take from the first block to the last, however steadily it
  /// trickles: 20 minutes, and then what a line of 16 kbit/s (2048 bytes a second) needs.
  package static func body(bytes: Int) -> Int { 1200 + max(0, bytes) / 2048 }
}

/// What a server can make us hold or send, bounded.
package enum SMTPLimit {
  /// Bytes of one reply line's text that are kept; what follows is read and dropped.
  static let lineText = 512
  /// Lines of one reply that are kept; what follows is read and dropped.
  static let replyLines = 100
  /// Bytes of one reply; past this it has no end.
  static let replyBytes = 1 << 20
  /// The longest command line with its CRLF (RFC 5321 section 4.5.3.1.4); some servers cut off what is longer.
  package static let commandLine = 512
  /// Command bytes sent without an answer. Less than any TCP buffer holds together with TLS's overhead, so that
  /// neither side can wait for the other to read (RFC 2920 section 3.1).
  static let unansweredBytes = 4096
  /// Bytes of one BDAT chunk. Long enough that its command and reply are nothing beside it, short enough that a refusal is
  /// heard early, and for servers that keep a chunk in memory.
  package static let chunk = 1 << 20
  /// The last bytes of a message in chunks that wait until the intent to send it is on disk.
  static let heldBack = 64
  /// Challenges of one AUTH exchange. No mechanism needs more; some servers ask for ever.
  static let challenges = 10
  /// How much of something that is not SMTP is shown.
  static let foreignBytes = 64
}
