package import Diagnosis

/// The program itself: what is said of it as a whole.
package enum Program {
  package static let name = "platen"

  static func command(with verbs: [Command]) -> Command {
    Command(
      name, "Scans paper and sends it by e-mail; nothing is lost on the way.",
      """
      A scan becomes a sealed PDF in the spool before anything is sent. What cannot go stays there, with its reason \
      and the next step.
      """,
      examples: [
        Example("devices", "which scanners are there"),
        Example("scan --output page.pdf", "scan into a file"),
        Example("scan --to ann@example.com", "scan and send"),
        Example("jobs", "what became of earlier scans"),
      ],
      subcommands: Command.Group.allCases.flatMap { group in
        verbs.filter { $0.group == group }.sorted { $0.name < $1.name }
      })
  }

  /// For every verb.
  package static let exitCodes: [(code: ExitCode, meaning: String)] = [
    (.done, "done"),
    (.usage, "wrong usage"),
    (.badInput, "bad input"),
    (.noInput, "no input"),
    (.noHost, "no such host"),
    (.scannerUnavailable, "no scanner"),
    (.bug, "our bug"),
    (.cannotCreate, "cannot create a file, storage full"),
    (.storage, "storage failed"),
    (.notAcceptedYet, "kept, not accepted yet"),
    (.serverProtocol, "the server breaks SMTP or TLS rules"),
    (.refused, "refused: password, permission, relay"),
    (.configuration, "configuration error"),
    (.partlyAccepted, "accepted for some recipients only"),
    (.interrupted, "interrupted; pages are kept"),
  ]
}
