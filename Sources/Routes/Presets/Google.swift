// What several of Google's methods share, as its pages had it in November 2026.

enum Google {
  static let submission = "developers.google.com/workspace/gmail/imap/imap-smtp"
  static let aliases = "support.google.com/mail/answer/22370"
  /// 500 messages a day; a Workspace account has 2,000, which the installer must set.
  private static let sending = "support.google.com/mail/answer/22839"
  /// By smtp.gmail.com and by smtp-relay.gmail.com.
  private static let recipients = "support.google.com/a/answer/166852"
  /// 25 MB of files, which the server announces as SIZE 35882577 encoded.
  private static let size = "support.google.com/mail/answer/6584"

  static let ports = [Preset.Port(.starttls, 587), Preset.Port(.implicit, 465), Preset.Port(.off, 25)]

  static let mailboxLimits: [Fact<Preset.Limit>] =
    [Fact(.rate(Rate(500, .messages, a: .day)), source: sending)] + messageLimits

  static let messageLimits: [Fact<Preset.Limit>] = [
    Fact(.recipientsPerMessage(100), source: recipients), Fact(.bytesPerMessage(35_882_577), source: size),
  ]

  static let names = DomainNeeds(include: "_spf.google.com", serviceSelectors: ["google"])
}
