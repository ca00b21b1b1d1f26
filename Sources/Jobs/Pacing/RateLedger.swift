package import Base
package import Routes

/// What left for which account when, and what may leave now: never more than a service's rates in any of their
/// windows. It drops nothing; what may not go gets a time to wait.
package struct RateLedger: Sendable, Equatable {
  /// One message handed to a server, as it is kept on disk.
  package struct Departure: Sendable, Hashable {
    /// Of the ledger that made it, rising.
    package let id: Int64
    /// ``Route/account``.
    package let account: String
    package var moment: Moment
    package let recipients: Int

    package init(id: Int64, account: String, moment: Moment, recipients: Int) {
      self.id = id
      self.account = account
      self.moment = moment
      self.recipients = recipients
    }
  }

  /// Whether a message may go.
  package enum Pace: Sendable, Equatable {
    case now
    /// Not before so much time has passed, because of this rate.
    case after(Duration, Rate)
  }

  /// By id.
  package private(set) var entries: [Departure]
  private var nextID: Int64

  package init(entries: [Departure] = []) {
    self.entries = entries.sorted { $0.id < $1.id }
    nextID = (self.entries.last?.id ?? 0) + 1
  }

  /// Whether a message to so many recipients may go at `now`, or when it may.
  ///
  /// A message to more recipients than a rate has in its whole window goes when the window is empty: the answer
  /// is never "never". ``Limits/greatestTransaction`` keeps callers from asking.
  package func pace(
    _ recipients: Int, on account: String, within rates: [Rate], at now: Moment
  ) -> Pace {
    let ages = entries.filter { $0.account == account }.map { (age: now.atLeast(since: $0.moment), entry: $0) }
    var answer = Pace.now
    for rate in rates {
      let wait = RateLedger.wait(for: recipients, rate, ages)
      if wait > answer.wait { answer = .after(wait, rate) }
    }
    return answer
  }

  private static func wait(
    for recipients: Int, _ rate: Rate, _ ages: [(age: Duration, entry: Departure)]
  ) -> Duration {
    let window = rate.window.duration
    var inside = ages.filter { $0.age < window }.sorted { $0.age > $1.age }[...]
    var used = inside.reduce(0) { $0 + $1.entry.weight(rate.unit) }
    let room = rate.count - (rate.unit == .messages ? 1 : recipients)
    var wait = Duration.zero
    // The oldest leave the window first.
    while used > max(0, room), let oldest = inside.popFirst() {
      used -= oldest.entry.weight(rate.unit)
      wait = window - oldest.age
    }
    return wait
  }

  /// Notes a message, before it goes: what a power cut interrupts counts as sent.
  ///
  /// - Returns: the entry, for the disk.
  package mutating func record(_ recipients: Int, on account: String, at now: Moment) -> Departure {
    let entry = Departure(id: nextID, account: account, moment: now, recipients: recipients)
    nextID += 1
    entries.append(entry)
    return entry
  }

  /// What changed in the ledger, for the disk.
  package struct Change: Sendable, Equatable {
    package let added: Departure
    package let dated: [Departure]
    package let forgotten: [Int64]
  }

  /// Notes a message, and does what is due to the others: all of it one change.
  package mutating func depart(_ recipients: Int, on account: String, at now: Moment) -> Change {
    let forgotten = prune(at: now)
    return Change(added: record(recipients, on: account, at: now), dated: date(by: now), forgotten: forgotten)
  }

  /// Takes back a message that certainly never reached the service.
  package mutating func withdraw(_ id: Int64) { entries.removeAll { $0.id == id } }

  /// Gives moments of this run their dates, now that the date is known, so that the next run can tell their age.
  ///
  /// - Returns: the entries that changed, for the disk.
  package mutating func date(by now: Moment) -> [Departure] {
    var changed: [Departure] = []
    for index in entries.indices {
      let dated = entries[index].moment.dated(by: now)
      if dated == entries[index].moment { continue }
      entries[index].moment = dated
      changed.append(entries[index])
    }
    return changed
  }

  /// Forgets what no window holds any more.
  ///
  /// - Returns: the ids that went, for the disk.
  package mutating func prune(at now: Moment) -> [Int64] {
    let old = entries.filter { now.atLeast(since: $0.moment) >= Rate.Window.day.duration }.map(\.id)
    let gone = Set(old)
    entries.removeAll { gone.contains($0.id) }
    return old
  }
}

extension RateLedger.Departure {
  fileprivate func weight(_ unit: Rate.Unit) -> Int { unit == .messages ? 1 : recipients }
}

extension RateLedger.Pace {
  /// How long to wait; zero for `now`.
  package var wait: Duration {
    switch self {
    case .now: .zero
    case .after(let wait, _): wait
    }
  }
}
