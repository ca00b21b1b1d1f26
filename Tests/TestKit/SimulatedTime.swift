package import Base
import Glibc

/// Time that stands still but where it is moved: by a test, by a ``ScriptedServer``, a minute for each byte that it
/// writes to a FIFO, and by whoever waits.
///
/// A wait for nothing is over at once, and it is the deadline then. A wait for descriptors is one for real bytes: they
/// come at no time at all; where none come for as long as the wait may last, it is the deadline then.
package final class SimulatedTime: Sendable {
  /// What scripts call it by.
  package let path: String
  private let fifo: Descriptor
  private let state: Locked<(start: Moment, passed: Duration)>

  /// - Parameters:
  ///   - folder: where the FIFO is; it must outlive this.
  ///   - start: nil for the date that it is, which certificates are made for.
  package init(in folder: TemporaryFolder, named name: String = "time", at start: Moment? = nil) throws {
    path = folder.file(name)
    guard unsafe mkfifo(path, 0o600) == 0 else { throw SystemError("make", path) }
    // Both ends: neither this nor a script waits for the other to open it.
    fifo = try Descriptor(opening: path, O_RDWR | O_CLOEXEC)
    state = Locked((start ?? Moment(boot: "one", sinceBoot: .seconds(1000), wall: Clock.system.date), .zero))
  }

  /// Where the minutes can be read.
  package var descriptor: Int32 { fifo.number }

  package var now: Moment {
    get { state.withLock { $0.start.advanced(by: $0.passed) } }
    set { state.withLock { $0 = (newValue, .zero) } }
  }

  package func advance(by duration: Duration) { state.withLock { $0.passed += duration } }

  package func deadline(after duration: Duration) -> Deadline { clock.after(duration) }

  /// A date that nobody can trust is that of a board without a battery.
  package var clock: Clock {
    Clock(
      boot: { self.now.boot }, now: { self.sinceBoot }, date: { self.now.wall ?? WallTime(seconds: 0) },
      wait: { (awaited, deadline, stop) throws(WaitFault) in try self.wait(for: awaited, until: deadline, stop) })
  }

  private var sinceBoot: Deadline { Deadline(nanoseconds: now.sinceBoot.inNanoseconds) }

  private func wait(
    for awaited: [Awaited], until deadline: Deadline, _ stop: StopSignal
  ) throws(WaitFault) -> [Int16] {
    while true {
      if let ready = try look(at: awaited, until: deadline, stop) { return ready }
      if deadline <= sinceBoot { throw .timedOut }
    }
  }

  /// What is ready; nil where time has passed instead.
  private func look(
    at awaited: [Awaited], until deadline: Deadline, _ stop: StopSignal
  ) throws(WaitFault) -> [Int16]? {
    let real = Clock.system
    let isForNothing = awaited.isEmpty && deadline != .never
    let left = isForNothing ? 0 : deadline.pollMilliseconds(at: sinceBoot)
    let end = left < 0 ? Deadline.never : real.after(.milliseconds(left))
    guard let ready = try pollOnce(awaited + [.input(fifo.number)], stop, milliseconds: left) else {
      if real.hasPassed(end) { pass(until: deadline) }
      return nil
    }
    if ready.dropLast().contains(where: { $0 != 0 }) { return ready.dropLast() }
    leap()
    return nil
  }

  private func pass(until deadline: Deadline) {
    state.withLock { state in
      let now = Deadline(nanoseconds: (state.start.sinceBoot + state.passed).inNanoseconds)
      if now < deadline { state.passed += deadline.since(now) }
    }
  }

  /// Takes the minutes that are there.
  private func leap() {
    guard let minutes = try? fifo.read(upTo: 64).count else { return }
    advance(by: .seconds(60 * minutes))
  }
}
