package import Base
package import JSON

/// A time to wait, as a device without a reliable clock can keep it: how much of it was left at a moment. It runs on
/// the clock that nobody sets, and while the power is off as far as two trusted dates tell.
package struct Wait: Sendable, Hashable {
  /// At ``moment``.
  package let left: Duration
  package let moment: Moment

  package init(_ left: Duration, from moment: Moment) {
    self.left = left
    self.moment = moment
  }

  /// What is left of it, never too little; zero when it is over.
  package func left(at now: Moment) -> Duration { max(.zero, left - now.atLeast(since: moment)) }

  /// The same wait, told from `now`: what was waited so far is counted for good.
  package func told(at now: Moment) -> Wait { Wait(left(at: now), from: now) }

  /// A moment of another run of the system, or one that knows the date, can tell the wait to later runs better.
  package func isBetterTold(at now: Moment) -> Bool {
    moment.boot != now.boot || (moment.wall == nil && now.wall != nil)
  }

  /// The date when it is over, in whole seconds rounded up; nil where the date is not known.
  package var end: WallTime? {
    let (seconds, attoseconds) = left.components
    return moment.wall.map { WallTime(seconds: $0.seconds + seconds + (attoseconds > 0 ? 1 : 0)) }
  }
}

extension Wait: JSONStorable {
  package var json: JSONValue {
    .fields([
      "boot": moment.boot, "date": moment.wall?.seconds, "left": left.inNanoseconds,
      "sinceBoot": moment.sinceBoot.inNanoseconds,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    let (left, sinceBoot): (Int64, Int64) = (try json.field("left"), try json.field("sinceBoot"))
    let date: Int64? = try json.optional("date")
    self.init(
      .nanoseconds(left),
      from: Moment(
        boot: try json.field("boot"), sinceBoot: .nanoseconds(sinceBoot), wall: date.map { WallTime(seconds: $0) }))
  }
}
