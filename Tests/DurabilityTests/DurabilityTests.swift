import Base
import TestKit
import Testing

/// The power goes at every moment of real scans, and the storage has lost whatever it may.
///
/// One test after the other: they are long, and the other tests need a thread as well.
@Suite(.serialized) struct `Power cuts` {
  private let toMail: ScanToMail
  private let toFile: ScanToFile

  init() throws {
    toMail = try ScanToMail.shared.get()
    toFile = try ScanToFile.shared.get()
  }

  @Test func `no crash of a scan to e-mail breaks a promise`() throws {
    #expect(toMail.original.pages.count == ScanToMail.pages)
    let states = try statesThatKeepPromises(toMail.replay)
    #expect(states >= 300)
    print("figure: crash states replayed = \(states)")
  }

  @Test func `no crash of a scan to a file breaks a promise`() throws {
    #expect(toFile.original.pages.count == ScanToFile.pages)
    let states = try statesThatKeepPromises(toFile.replay)
    print("figure: crash states replayed, of a scan to a file = \(states)")
  }

  @Test func `every sync of a scan to e-mail is needed`() throws {
    let (caught, all) = try missed(toMail.replay)
    #expect(caught == all)
    print("figure: sync mutations caught = \(caught) of \(all)")
  }

  @Test func `every sync of a scan to a file is needed`() throws {
    let (caught, all) = try missed(toFile.replay)
    #expect(caught == all)
    print("figure: sync mutations caught, of a scan to a file = \(caught) of \(all)")
  }

  @Test func `the person hears of a page as soon as it is safe`() throws {
    let events = toMail.recording.events
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

  // MARK: Replays

  /// How many different states there were.
  private func statesThatKeepPromises(
    _ replay: Replay<some Promises>, at location: SourceLocation = #_sourceLocation
  ) throws -> Int {
    var breaches: [Breach] = []
    try replay.breaches {
      breaches.append($0)
      return breaches.count < 5
    }
    #expect(breaches.isEmpty, "\(breaches.map(\.description).joined(separator: "\n"))", sourceLocation: location)
    return replay.salvage.count
  }

  /// Takes out one place after the other that waits for the storage.
  ///
  /// - Returns: how many were missed by what was promised, of how many.
  private func missed(
    _ replay: Replay<some Promises>, at location: SourceLocation = #_sourceLocation
  ) throws -> (caught: Int, all: Int) {
    let sites = replay.sites
    let names = try SiteNames(sites)
    var caught: Set<SyncSite> = []
    for site in sites {
      let breach = try replay.firstBreach(without: site)
      if breach != nil { caught.insert(site) }
      print(breach == nil ? "not needed:" : "needed:", names.name(site), "(\(breach?.broken[0].prefix(80) ?? ""))")
    }
    // SQLite syncs its log once more when it closes it, and more of the like; but each of its files needs one.
    let upkeep = Set(sites.filter { names.isUpkeep($0) }.map(\.path))
    #expect(upkeep.allSatisfy { file in caught.contains { $0.path == file } }, sourceLocation: location)
    let ours = sites.filter { !names.isUpkeep($0) }
    return (ours.filter { caught.contains($0) }.count, ours.count)
  }
}
