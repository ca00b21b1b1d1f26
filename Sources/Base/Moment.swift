/// A moment as a device without a reliable clock can note it, so that a later one can tell at least how long
/// ago it was: across restarts, and whatever was done to the date.
package struct Moment: Sendable, Hashable {
  /// Which run of the system it was in (`/proc/sys/kernel/random/boot_id`).
  package var boot: String
  /// On the clock that cannot be set (CLOCK_BOOTTIME).
  package var sinceBoot: Duration
  /// nil where the date could not be trusted.
  package var wall: WallTime?

  package init(boot: String, sinceBoot: Duration, wall: WallTime? = nil) {
    self.boot = boot
    self.sinceBoot = sinceBoot
    self.wall = wall
  }

  /// How long ago `earlier` was, never too much. Within one run of the system it is exact; from one run to
  /// another it is what two trusted dates say, and without them the age of this run.
  package func atLeast(since earlier: Moment) -> Duration {
    if boot == earlier.boot { return max(.zero, sinceBoot - earlier.sinceBoot) }
    guard let wall, let before = earlier.wall else { return sinceBoot }
    return max(sinceBoot, .seconds(wall.seconds - before.seconds))
  }

  /// How long ago `earlier` was, exactly; nil where that is unknown.
  package func exactly(since earlier: Moment) -> Duration? {
    if boot == earlier.boot { return sinceBoot < earlier.sinceBoot ? nil : sinceBoot - earlier.sinceBoot }
    guard let wall, let before = earlier.wall, wall >= before else { return nil }
    return .seconds(wall.seconds - before.seconds)
  }

  /// This moment with the date it must have had, as a later one of the same run that knows its date tells.
  package func dated(by later: Moment) -> Moment {
    guard wall == nil, boot == later.boot, let date = later.wall else { return self }
    var dated = self
    dated.wall = WallTime(seconds: date.seconds - (later.sinceBoot - sinceBoot).components.seconds)
    return dated
  }

  package func advanced(by duration: Duration) -> Moment {
    Moment(
      boot: boot, sinceBoot: sinceBoot + duration,
      wall: wall.map { WallTime(seconds: $0.seconds + duration.components.seconds) })
  }
}
