import Glibc

/// The one way to time: what it is, and how it is waited for.
///
/// Handed down from where the program begins, never fetched on the way: another clock moves deadlines,
/// dates, ledgers, tokens and sessions together.
package struct Clock: Sendable {
  private let readBoot: @Sendable () -> String
  private let readNow: @Sendable () -> Deadline
  private let readDate: @Sendable () -> WallTime
  private let waiting: Waiting

  /// Waits as ``wait(for:until:_:)`` says.
  package typealias Waiting =
    @Sendable (_ awaited: [Awaited], _ deadline: Deadline, _ stop: StopSignal) throws(WaitFault) -> [Int16]

  package init(
    boot: @escaping @Sendable () -> String, now: @escaping @Sendable () -> Deadline,
    date: @escaping @Sendable () -> WallTime, wait: @escaping Waiting
  ) {
    readBoot = boot
    readNow = now
    readDate = date
    waiting = wait
  }

  /// On the clock that no one sets and that runs on through suspend.
  package var now: Deadline { readNow() }

  /// As the system has it, right or wrong.
  package var date: WallTime { readDate() }

  /// Now, as it can be written down.
  ///
  /// - Parameter earliest: a date before it is not trusted: a board without a clock battery starts in 1970.
  package func moment(datedFrom earliest: WallTime) -> Moment {
    let date = date
    return Moment(boot: readBoot(), sinceBoot: .nanoseconds(now.nanoseconds), wall: date < earliest ? nil : date)
  }

  package func after(_ duration: Duration) -> Deadline { now.advanced(by: duration) }

  package func hasPassed(_ deadline: Deadline) -> Bool { deadline <= now }

  /// How long until a deadline; zero when it has passed.
  package func left(until deadline: Deadline) -> Duration { max(.zero, deadline.since(now)) }

  // MARK: Waiting

  /// Waits until one of `awaited` is ready for its events, or has failed.
  ///
  /// - Returns: what each is ready for.
  package func wait(
    for awaited: [Awaited], until deadline: Deadline, _ stop: StopSignal
  ) throws(WaitFault) -> [Int16] { try waiting(awaited, deadline, stop) }

  /// Waits for as long as it takes.
  ///
  /// - Returns: false where it was told to stop before.
  package func wait(for awaited: Awaited, _ stop: StopSignal) -> Bool {
    (try? waiting([awaited], .never, stop)) != nil
  }

  /// Lets time pass.
  ///
  /// - Returns: whether it was told to stop before the deadline.
  package func wait(until deadline: Deadline, _ stop: StopSignal) -> Bool {
    do throws(WaitFault) { _ = try waiting([], deadline, stop) } catch { return error == .stopped }
    return false
  }
}

/// Why a wait was in vain.
package enum WaitFault: Error, Equatable {
  case timedOut
  case stopped
}

/// A descriptor, and what is awaited of it in the bits of poll(2).
package struct Awaited: Sendable {
  package let descriptor: Int32
  package let events: Int16

  package init(_ descriptor: Int32, events: Int16) {
    self.descriptor = descriptor
    self.events = events
  }

  /// That it can be read, or has ended.
  package static func input(_ descriptor: Int32) -> Awaited { Awaited(descriptor, events: Int16(POLLIN)) }

  package static func output(_ descriptor: Int32) -> Awaited { Awaited(descriptor, events: Int16(POLLOUT)) }
}

// MARK: The system's

extension Clock {
  /// CLOCK_BOOTTIME, the date that is set, poll(2).
  package static let system = Clock(boot: { runOfSystem }, now: bootTime, date: setDate, wait: pollUntil)
}

/// Which run of the system this is, which a restart ends (proc(5)).
private let runOfSystem =
  (try? Folder.contents(of: "/proc/sys/kernel/random/boot_id")).map {
    String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  } ?? ""

@Sendable private func bootTime() -> Deadline {
  var time = timespec()
  unsafe clock_gettime(CLOCK_BOOTTIME, &time)
  return Deadline(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

@Sendable private func setDate() -> WallTime { WallTime(seconds: Int64(time(nil))) }

@Sendable private func pollUntil(
  _ awaited: [Awaited], _ deadline: Deadline, _ stop: StopSignal
) throws(WaitFault) -> [Int16] {
  while true {
    // A poll that a signal interrupted goes on with the time that is left.
    let left = deadline.pollMilliseconds(at: bootTime())
    if let ready = try pollOnce(awaited, stop, milliseconds: left) { return ready }
    if deadline <= bootTime() { throw .timedOut }
  }
}

/// One call of poll(2).
///
/// - Parameter milliseconds: 0 looks and does not wait, -1 waits for ever.
/// - Returns: what each is ready for; nil where none is yet.
package func pollOnce(_ awaited: [Awaited], _ stop: StopSignal, milliseconds: Int32) throws(WaitFault) -> [Int16]? {
  var entries = awaited.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
  // poll(2) passes over a number below 0.
  entries.append(pollfd(fd: stop.descriptor ?? -1, events: Int16(POLLIN), revents: 0))
  if unsafe poll(&entries, nfds_t(entries.count), milliseconds) <= 0 { return nil }
  if entries.removeLast().revents != 0 { throw .stopped }
  return entries.map(\.revents)
}
