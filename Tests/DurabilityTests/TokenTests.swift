import Base
import Diagnosis
import Host
import TestKit
import Testing

/// The power goes at every moment of an attempt that a refresh token is exchanged in.
@Suite struct `Power cuts around a refresh token` {
  private static let recorded = Result { try Exchange() }
  private let exchange: Exchange

  init() throws { exchange = try Self.recorded.get() }

  @Test func `the new refresh token is there before the token that came with it is used`() throws {
    #expect(try exchange.breach(without: nil) == nil)
  }

  @Test func `each file and folder that is waited for has to be`() throws {
    let paths = exchange.awaited
    #expect(paths.count == 3)
    for path in paths { #expect(try exchange.breach(without: path) != nil, "\(path) need not be waited for") }
  }
}

/// A message over a route whose refresh token rotates, as the program did it to an empty storage.
private struct Exchange: Sendable {
  private let recording: Recording
  /// What the secrets are sealed with is on another storage.
  private let key: [UInt8]
  private static let route = "routes.office.refreshToken"
  private static let secrets = "state/secrets"

  init() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("disk"))
    let authority = try CertificateAuthority()
    let certificate = try authority.issue(["IP:127.0.0.1"])
    let server = try ScriptedServer(Self.conversation, certificate: certificate)
    let endpoint = try TokenEndpoint([.token("t0ken", refresh: "second")], certificate: certificate)
    let configuration = try folder.write(
      """
      { storage: { deviceKey: "\(folder.file("device.key"))" }, network: { caFile: "\(authority.file)" },
        identity: { address: "scanner@contoso.com" },
        routes: [{ name: "office", preset: "m365-oauth", server: "127.0.0.1", port: \(server.port), tenant: "c.test",
          clientID: "app", username: "scanner@contoso.com", authority: "\(endpoint.address)" }] }
      """, to: "platen.json5")
    let file = try folder.write("%PDF-1.4\nstartxref\n0\n%%EOF\n", to: "a.pdf")
    let (recording, result) = try Recording.of(
      [SaneWorld.platen, "send", file, "--to", "ann@contoso.com", "--config", configuration]
        + ["--state", folder.file("disk/state")],
      environment: ["PLATEN_SECRET_ROUTES_OFFICE_REFRESHTOKEN": "first"], folder: folder.file("disk"))
    guard result.exitCode == 0 else { throw KitError("the message did not go: \(result.errors)") }
    self.recording = recording
    key = try Folder.contents(of: folder.file("device.key"))
  }

  private static let conversation: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"), .startTLS(),
    .hear("EHLO"), .say("250-hi"), .say("250 AUTH XOAUTH2"), .hear("AUTH XOAUTH2 "), .say("235 ok"), .hear("MAIL"),
    .say("250 ok"), .hear("RCPT"), .say("250 ok"), .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"),
    .hold,
  ]

  /// What the program waits for until the refresh token is kept.
  var awaited: Set<String> {
    let start = recording.events.firstIndex { if case .makeFolder(Self.secrets, _) = $0.kind { true } else { false } }
    let end = recording.events.firstIndex(where: Self.usesToken)
    return Set(recording.events[(start ?? 0)..<(end ?? 0)].compactMap { SyncSite($0)?.path })
  }

  /// The access token is kept first and shown then.
  private static func usesToken(_ event: Event) -> Bool {
    if case .create(let path, _) = event.kind { path.contains("accessToken") } else { false }
  }

  /// A crash after which there is half a secret, or none of the new refresh token although its token is in use.
  func breach(without missing: String?) throws -> String? {
    var disk = Disk()
    var isUsed = false
    for (moment, event) in recording.events.enumerated() {
      isUsed = isUsed || Self.usesToken(event)
      if missing == nil || SyncSite(event)?.path != missing { disk.apply(event) }
      for crash in disk.crashes(seed: UInt64(moment)) where isUsed || Self.concerns(event) {
        if let fault = try fault(in: disk.wreck(crash), isUsed: isUsed) { return "after event \(moment): \(fault)" }
      }
      if isUsed { return nil }
    }
    return "no token was used"
  }

  /// Nothing else changes what is kept.
  private static func concerns(_ event: Event) -> Bool {
    switch event.kind {
    case .create(let path, _), .sync(let path, _, _, _), .rename(let path, _), .remove(let path),
      .makeFolder(let path, _):
      path.hasPrefix(secrets)
    case .write: true
    default: false
    }
  }

  private func fault(in wreck: Wreck, isUsed: Bool) throws -> String? {
    let kept = Wreck(
      folders: wreck.folders.filter { $0.hasPrefix("state") },
      files: wreck.files.filter { $0.path.hasPrefix(Self.secrets + "/") })
    let scratch = try TemporaryFolder(in: "/dev/shm")
    try kept.rebuild(in: scratch.path)
    let keyFile = scratch.file("device.key")
    try Folder.replace(keyFile, with: key, mode: 0o600)
    let store = SecretStore(folder: scratch.file(Self.secrets), keyFile: keyFile, clock: .system)
    do throws(Failure) {
      guard let value = try store.value(of: try SecretName(Self.route)) else {
        return isUsed ? "the refresh token is gone" : nil
      }
      return String(decoding: value, as: UTF8.self).contains("second") ? nil : "another refresh token is there"
    } catch {
      return "\(error)"
    }
  }
}
