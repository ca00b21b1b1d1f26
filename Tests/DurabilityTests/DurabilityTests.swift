import Base
import TestKit
import Testing

/// The power goes at every moment of a real scan to e-mail, and the storage has lost whatever it may.
///
/// One test after the other: they are long, and the other tests need a thread as well.
@Suite(.serialized) struct `Power cuts` {
  private let scan: ScanToMail

  init() throws { scan = try ScanToMail.shared.get() }

  @Test func `no promise is broken by any crash`() throws {
    let replay = scan.replay
    #expect(scan.original.pages.count == ScanToMail.pages)
    var breaches: [Replay.Breach] = []
    try replay.breaches {
      breaches.append($0)
      return breaches.count < 5
    }
    #expect(breaches.isEmpty, "\(breaches.map(\.description).joined(separator: "\n"))")
    #expect(replay.salvage.count >= 300)
    print("figure: crash states replayed = \(replay.salvage.count)")
  }

  /// Takes out one place after the other that waits for the storage.
  @Test func `every sync is needed`() throws {
    let replay = scan.replay
    let sites = replay.sites
    let names = try SiteNames(sites)
    var caught: Set<SyncSite> = []
    for site in sites {
      let breach = try replay.firstBreach(without: site)
      if breach != nil { caught.insert(site) }
      print(breach == nil ? "not needed:" : "needed:", names.name(site), "(\(breach?.broken[0].prefix(80) ?? ""))")
    }
    let ours = sites.filter { !names.isUpkeep($0) }
    #expect(ours.allSatisfy { caught.contains($0) })
    // SQLite syncs its log once more when it closes it, and more of the like; but each of its files needs one.
    let files = Set(sites.filter { names.isUpkeep($0) }.map(\.path))
    #expect(files.allSatisfy { file in caught.contains { $0.path == file } })
    print("figure: sync mutations caught = \(ours.filter { caught.contains($0) }.count) of \(ours.count)")
  }

  @Test func `the person hears of a page as soon as it is safe`() throws {
    let events = scan.recording.events
    let first = events.firstIndex { if case .say = $0.kind { true } else { false } }
    let sealing = events.firstIndex { if case .rename = $0.kind { true } else { false } }
    #expect(try #require(first) < (try #require(sealing)))
  }

  /// A start that was killed made them, and nobody has waited for them since.
  @Test func `folders that are there already are waited for at the first start`() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("disk/var/lib/platen"))
    let configuration = try folder.write("{}", to: "platen.json5")
    func syncs() throws -> Set<String> {
      let (recording, result) = try Recording.of(
        [SaneWorld.platen, "jobs", "list", "--config", configuration]
          + ["--state", folder.file("disk/var/lib/platen")], environment: [:], folder: folder.file("disk"))
      #expect(result.exitCode == 0, "\(result.errors)")
      return Set(recording.events.compactMap { SyncSite($0)?.path })
    }
    #expect(try syncs().isSuperset(of: ["var/lib", "var", ""]))
    #expect(try syncs().isDisjoint(with: ["var/lib", "var", ""]), "only at the first")
  }
}
