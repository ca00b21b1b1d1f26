package import Base
package import Diagnosis
import Host
package import Jobs
import Mail
import Routes
import Spool

/// The progress of a delivery, for the caller that waits for it.
package enum DeliveryNews: Sendable {
  case attempt(number: Int, route: String)
  /// A token is asked for, which may take as long as the endpoint likes.
  case gettingToken(host: String)
  case progress(DeliveryProgress)
  case outcome(address: String, RecipientState, reply: String?)
  /// A transient failure, which is tried again; nil where it is unknown.
  case waiting(seconds: Int, reason: Failure?)
}

extension Appliance {
  /// How often a verb that waits asks whether another has stopped sending.
  private static let lockPoll = Duration.milliseconds(250)

  /// Attempts to send a job: once, or until no recipient is queued any more or the deadline passes.
  ///
  /// - Parameter headStart: what the first attempt goes by, where it fits.
  /// - Returns: the job's state then.
  /// - Throws: why no attempt could be made; the job stays as it is.
  package func deliver(
    _ id: JobID, with headStart: HeadStart? = nil, until deadline: Deadline?, interrupt: StopSignal,
    news: (DeliveryNews) -> Void
  ) throws(Failure) -> Job {
    let routes = try site.waysOut()
    let sender = try site.sender()
    let lock = try becomeSender(until: deadline, interrupt: interrupt)
    try recover(holding: lock)
    let round = Round(
      Attempting(
        appliance: self, lock: lock, routes: routes, sender: sender, interrupt: interrupt, opening: headStart?.opening),
      ledger: try spool.rateLedger(holding: lock))
    while true {
      try round.run(id, news)
      let job = try spool.job(id)
      guard let deadline, !interrupt.isRaised, let rest = job.rest(at: clock.moment, gap: gap) else { return job }
      // Nothing can change before what is left is over.
      if rest.wait > clock.left(until: deadline) && rest.isStated { return job }
      news(.waiting(seconds: Int(rest.wait.inSeconds.rounded(.up)), reason: job.failure))
      if clock.wait(until: min(deadline, clock.after(rest.wait)), interrupt) || clock.hasPassed(deadline) { return job }
    }
  }

  func becomeSender(until deadline: Deadline?, interrupt: StopSignal) throws(Failure) -> SenderLock {
    while true {
      if let lock = try spool.tryBecomeSender() { return lock }
      guard let deadline, !clock.hasPassed(deadline), !interrupt.isRaised else {
        throw .secondSender(folder: site.stateFolder, process: spool.senderProcess())
      }
      _ = clock.wait(until: min(deadline, clock.after(Self.lockPoll)), interrupt)
    }
  }

  /// Puts right what a crash left behind; must come before any attempt.
  @discardableResult
  func recover(holding lock: SenderLock) throws(Failure) -> Recovery {
    try spool.recover(holding: lock, now: clock.date) { job in
      ending(title: job.message.fileName, created: job.created)
    }
  }

  /// The password of a route: from the environment, else from the store.
  func password(of route: Route) throws(Failure) -> String? {
    guard route.tokens == nil, let need = route.neededSecrets.first else { return nil }
    let value = try secrets.value(of: try SecretName(need.name), unlessGivenIn: givenSecrets)
    guard let value else { throw Failure(unset: need) }
    return String(decoding: value, as: UTF8.self)
  }
}
