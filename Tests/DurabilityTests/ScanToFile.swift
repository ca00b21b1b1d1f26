import Base
import TestKit

/// Two pages to a file: the program as it is, recorded once.
struct ScanToFile: Sendable {
  let recording: Recording
  let original: Original
  static let pages = 2
  private static let state = "state"
  private static let output = "letter.pdf"

  static let shared = Result { try ScanToFile() }

  private init() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("disk"))
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(Self.pages, mode: "gray"))
    let key = "{ storage: { deviceKey: \"\(folder.file("device.key"))\" } }"
    let configuration = try folder.write(key, to: "platen.json5")
    let (recording, result) = try Recording.of(
      [SaneWorld.platen, "scan", "--json", "--device", "replay:front", "--source", "adf", "--mode", "gray"]
        + ["--resolution", "75", "--config", configuration, "--state", folder.file("disk/" + Self.state)]
        + ["--output", folder.file("disk/" + Self.output)],
      environment: world.environment, folder: folder.file("disk"))
    guard result.exitCode == 0 else { throw KitError("the scan failed: \(result.text) \(result.errors)") }
    self.recording = recording
    original = try Original(recording)
  }

  var replay: Replay<FilePromises> {
    Replay(
      recording: recording, promises: FilePromises(allPages: Self.pages),
      salvage: Salvage(original, state: Self.state, output: Self.output))
  }
}
