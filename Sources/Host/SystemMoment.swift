package import Base

extension Moment {
  /// A date before this is no date: the program is younger (1 November 2026). Boards without a clock battery start
  /// in 1970.
  private static let earliestDate = WallTime(seconds: 1_793_491_200)

  /// This moment on this system.
  package static func ofSystem() -> Moment {
    let wall = WallTime.now
    return Moment(
      boot: boot, sinceBoot: .nanoseconds(Deadline.now.nanoseconds), wall: wall < earliestDate ? nil : wall)
  }

  /// Where the kernel tells none, a run of the program counts as one of the system: that costs a token, no more.
  private static let boot: String = {
    let text = try? Folder.contents(of: "/proc/sys/kernel/random/boot_id", limit: 64)
    return text.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
      ?? "unknown \(Deadline.now.nanoseconds)"
  }()
}
