import Base
import Jobs

/// A session that is opened in a thread of its own while its message is being made, and kept open until there is one.
///
/// Belongs to one thread, which closes it or gives it to ``SubmissionClient/deliver(_:by:body:recordIntent:progress:interrupt:)``.
/// Nothing that happens in it leaves a trace anywhere but at the server.
package final class Opening {
  /// What the thread leaves, for the thread that waits for its end.
  private struct Handover: ~Copyable {
    var session: ServerSession?
    /// Why there never was one.
    var failure: DeliveryReport?
    /// What there was to tell, but for the stages.
    var news: [DeliveryProgress] = []
    /// How far it is, until it waits.
    var stage: DeliveryProgress?
    var isWaiting = false

    mutating func note(_ progress: DeliveryProgress) {
      if case .stage = progress { stage = progress } else { news.append(progress) }
    }
  }

  private let caller: Caller
  private let stop: Beacon
  private let wanted: Beacon
  private let ended: Beacon
  private let handover = Locked(Handover())
  private var thread: Thread?

  private let clock: Clock

  /// - Parameter search: looks for a session until its signal is raised.
  init(
    _ caller: Caller, clock: Clock,
    search: @escaping @Sendable (StopSignal, (DeliveryProgress) -> Void) -> HostSearch.Outcome
  ) throws(SystemError) {
    self.caller = caller
    self.clock = clock
    let (stop, wanted, ended) = (try Beacon(), try Beacon(), try Beacon())
    (self.stop, self.wanted, self.ended) = (stop, wanted, ended)
    let handover = handover
    thread = try Thread(named: "opening") {
      Self.open(search, stop: stop.signal, wanted: wanted.awaited, handover)
      ended.raise()
    }
  }

  deinit { close() }

  /// The session is open and waits for its message.
  package var isWaiting: Bool { handover.withLock { $0.isWaiting } && !ended.isRaised }

  /// There is no session, and will be none.
  package var isOver: Bool { thread == nil || ended.isRaised && handover.withLock { $0.session == nil } }

  /// There is no message: says goodbye to the server, and waits only for that to be under way.
  package func close() {
    stop.raise()
    thread = nil
    handover.withLock { $0.session = nil }
  }

  private static func open(
    _ search: (StopSignal, (DeliveryProgress) -> Void) -> HostSearch.Outcome, stop: StopSignal, wanted: Awaited,
    _ handover: Locked<Handover>
  ) {
    let outcome = search(stop) { news in handover.withLock { $0.note(news) } }
    switch consume outcome {
    case .failure(let report): handover.withLock { $0.failure = report }
    case .session(var session):
      handover.withLock { $0.isWaiting = true }
      guard session.rest(until: wanted) else { return }
      var open = Optional(session)
      handover.withLock { $0.session = open.take() }
    }
  }

  /// The session, for its caller only; waits for one that is still being opened, as for one of its own.
  ///
  /// - Parameter progress: hears what it could not hear before.
  /// - Returns: nil where another is to be made; a failure where that would only fail again, or where this one was
  ///   waited for.
  func handOver(
    to caller: Caller, interrupt: StopSignal, _ progress: (DeliveryProgress) -> Void
  ) -> HostSearch.Outcome? {
    if thread == nil { return nil }
    if caller != self.caller {
      close()
      return nil
    }
    let isOver = ended.isRaised
    wanted.raise()
    if !isOver { wait(interrupt, progress) }
    thread = nil
    if var session = handover.withLock({ $0.session.take() }) {
      for news in handover.withLock({ $0.news }) { progress(news) }
      session.channel.interrupt = interrupt
      return .session(session)
    }
    let failure = handover.withLock { $0.failure }
    guard let report = failure, !isOver || caller.isFinal(report) else { return nil }
    for news in handover.withLock({ $0.news }) { progress(news) }
    return .failure(report)
  }

  private func wait(_ interrupt: StopSignal, _ progress: (DeliveryProgress) -> Void) {
    if let stage = handover.withLock({ $0.isWaiting ? nil : $0.stage }) { progress(stage) }
    do throws(WaitFault) { _ = try clock.wait(for: [ended.awaited], until: .never, interrupt) } catch { stop.raise() }
  }
}
