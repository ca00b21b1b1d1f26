import TestKit

/// A place in the program that waits for the storage: what is waited for, and the calls that lead there.
struct SyncSite: Hashable, Sendable {
  /// "fsync" or "fdatasync".
  let call: String
  /// With ID for a job's id.
  let path: String
  /// Of the program: which sync of SQLite's it is makes no difference.
  let callers: [String]
  let isOfSQLite: Bool

  init?(_ event: Event) {
    guard case .sync(let path, _, let call, let callers) = event.kind else { return nil }
    self.call = call
    self.callers = callers.filter { $0.hasPrefix(SaneWorld.platen + "+0x") }
    isOfSQLite = callers.contains { $0.contains("/libsqlite3.") }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    self.path = zip(parts, [""] + parts).map { $1 == "jobs" ? "ID" : String($0) }.joined(separator: "/")
  }
}

/// Tells sites by file and line.
struct SiteNames {
  private var places: [String: String] = [:]

  /// Files whose lines say nothing of why.
  private static let tools = [
    "Descriptor.swift", "Folder.swift", "SystemError.swift", "Failure+Spool.swift", "Connection.swift",
    "Statement.swift",
  ]
  /// Where changes of jobs are committed.
  private static let commits = ["OpenJob.swift", "Sealing.swift", "Sending.swift", "Queries.swift"]
  private static let linesShown = 3

  init(_ sites: [SyncSite]) throws {
    let program = SaneWorld.platen
    let callers = Set(sites.flatMap(\.callers)).sorted()
    let addresses = callers.map { caller in
      // A return address: the call is before it.
      let offset = Int(caller.dropFirst(program.count + 3), radix: 16) ?? 1
      return "0x" + String(offset - 1, radix: 16)
    }
    let result = try run(["addr2line", "-s", "-e", program] + addresses)
    for (caller, line) in zip(callers, result.text.split(separator: "\n")) { places[caller] = String(line) }
  }

  /// SQLite's syncs while it sets up or closes a database: how many those are is its own affair.
  func isUpkeep(_ site: SyncSite) -> Bool { site.isOfSQLite && !isCommit(site, in: Self.commits) }

  /// Whether it is a commit that one of these files of ours asks for.
  func isCommit(_ site: SyncSite, in files: [String]) -> Bool {
    site.isOfSQLite && lines(site).contains { line in files.contains { line.hasPrefix($0) } }
  }

  func name(_ site: SyncSite) -> String {
    let path = site.path.isEmpty ? "." : site.path
    return "\(site.call) \(path), \(lines(site).prefix(Self.linesShown).joined(separator: " < "))"
  }

  private func lines(_ site: SyncSite) -> [String] {
    var lines: [String] = []
    for place in site.callers.compactMap({ places[$0] }) where !place.hasPrefix("<") && !place.hasSuffix("?") {
      let isTool = Self.tools.contains { place.hasPrefix($0) }
      if !isTool && !lines.contains(place) { lines.append(place) }
    }
    return lines
  }
}
