import Base
import TestKit

/// Three pages to two recipients: the program as it is, recorded once.
struct ScanToMail: Sendable {
  let recording: Recording
  let original: Original
  static let addresses = ["ann@example.test", "bob@example.test"]
  static let pages = 3
  /// Several folders deep, so that parents have to be made.
  static let state = "var/lib/platen"

  static let shared = Result { try ScanToMail() }

  private init() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("disk"))
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(Self.pages, mode: "gray"))
    let server = try ScriptedServer(Self.conversation)
    let configuration = try folder.write(
      """
      { storage: { deviceKey: "\(folder.file("device.key"))" }, identity: { address: "scanner@example.test" },
        routes: [{ name: "office", server: "127.0.0.1", port: \(server.port), tls: { mode: "off" } }] }
      """, to: "platen.json5")
    let (recording, result) = try Recording.of(
      [SaneWorld.platen, "scan", "--json", "--device", "replay:front", "--source", "adf", "--mode", "gray"]
        + ["--resolution", "75", "--config", configuration, "--state", folder.file("disk/" + Self.state)]
        + Self.addresses.flatMap { ["--to", $0] },
      environment: world.environment, folder: folder.file("disk"))
    guard result.exitCode == 0 else { throw KitError("the scan failed: \(result.text) \(result.errors)") }
    self.recording = recording
    original = try Original(recording)
  }

  private static let conversation: [ScriptedServer.Step] = [
    .say("220 mail.example.test"), .hear("EHLO"), .say("250-mail.example.test"), .say("250 8BITMIME"),
    .hear("MAIL FROM"), .say("250 2.1.0 ok"), .hear("RCPT TO:<ann"), .say("250 2.1.5 ok"), .hear("RCPT TO:<bob"),
    .say("250 2.1.5 ok"), .hear("DATA"), .say("354 go ahead"), .hearMessage, .say("250 2.0.0 queued as 1"),
    .hear("QUIT"), .say("221 bye"),
  ]

  var replay: Replay<MailPromises> {
    Replay(
      recording: recording, promises: MailPromises(addresses: Self.addresses, allPages: Self.pages),
      salvage: Salvage(original, state: Self.state))
  }
}
