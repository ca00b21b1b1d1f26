import Jobs
import Paper
import TestKit

/// A recorded run, and what crashes at each of its moments would leave.
struct Replay<Promised: Promises> {
  let recording: Recording
  /// Before anything happened.
  let promises: Promised
  let salvage: Salvage

  /// Replays crashes at every moment from `start` on, as if the program had no `missing`.
  ///
  /// - Parameter visit: hears of each breach; false ends the replay.
  func breaches(without missing: SyncSite? = nil, _ visit: (Breach) -> Bool) throws {
    var disk = Disk()
    var promises = promises
    var seen: Set<[UInt8]> = []
    let digests = Digests()
    var isDifferent = missing == nil
    for (moment, event) in recording.events.enumerated() {
      promises.note(event)
      if let missing, SyncSite(event) == missing { isDifferent = true } else { disk.apply(event) }
      if !isDifferent { continue }
      if promises.isChanged(by: event) { seen = [] }
      for crash in disk.crashes(seed: UInt64(moment)) {
        let wreck = disk.wreck(crash)
        let identity = wreck.identity(digests)
        if !seen.insert(identity).inserted { continue }
        let broken = promises.broken(by: try salvage.remains(of: wreck, identity))
        if !broken.isEmpty && !visit(Breach(moment: moment, crash: crash, broken: broken)) { return }
      }
    }
  }

  func firstBreach(without missing: SyncSite) throws -> Breach? {
    var first: Breach?
    try breaches(without: missing) {
      first = $0
      return false
    }
    return first
  }

  var sites: [SyncSite] {
    var found: [SyncSite] = []
    for site in recording.events.compactMap({ SyncSite($0) }) where !found.contains(site) { found.append(site) }
    return found
  }
}

/// A crash after which a promise was not kept.
struct Breach: CustomStringConvertible {
  let moment: Int
  let crash: Crash
  let broken: [String]
  var description: String { "after event \(moment), \(crash): \(broken.joined(separator: "; "))" }
}
