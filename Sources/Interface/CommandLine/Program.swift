package import Diagnosis

/// The program itself: its summary and common options.
package enum Program {
  package static let name = "platen"

  static func command(with verbs: [Command]) -> Command {
    Command(
      name, "Scan paper and send it by e-mail, without losing a page.",
      """
      Every scan is stored as a PDF in the spool before it is sent. What cannot be sent stays there, with the reason \
      and the next step.
      """,
      examples: [
        Example("devices", "list the scanners"),
        Example("scan --output page.pdf", "scan to a file"),
        Example("scan --to ann@example.com", "scan and send"),
        Example("jobs", "list earlier scans and their state"),
      ],
      subcommands: Command.Group.allCases.flatMap { group in
        verbs.filter { $0.group == group }.sorted { $0.name < $1.name }
      })
  }

  /// For every verb.
  package static let exitCodes: [(code: ExitCode, meaning: String)] = [
    (.done, "done"),
    (.usage, "usage error"),
    (.badInput, "bad input"),
    (.noInput, "no input"),
    (.noHost, "host not found"),
    (.scannerUnavailable, "scanner unavailable"),
    (.bug, "internal error"),
    (.cannotCreate, "cannot create a file, or storage full"),
    (.storage, "storage error"),
    (.notAcceptedYet, "kept, not accepted yet"),
    (.serverProtocol, "server violates SMTP or TLS"),
    (.refused, "refused: password, permission, relay"),
    (.configuration, "configuration error"),
    (.partlyAccepted, "accepted for some recipients only"),
    (.interrupted, "interrupted; pages are kept"),
  ]
}
