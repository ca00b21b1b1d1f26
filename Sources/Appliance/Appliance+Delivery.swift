package import Base
package import Diagnosis
import Host
package import Jobs
import Link
import Mail
import Routes
import Settings
import Spool

/// How a delivery is getting on, for whoever waits for it.
package enum DeliveryNews: Sendable {
  case attempt(number: Int, route: String)
  case progress(DeliveryProgress)
  case outcome(address: String, RecipientState, reply: String?)
  /// Something failed for the moment and is tried again.
  case waiting(seconds: Int, reason: String)
}

extension Appliance {
  /// The gap between the attempts of a verb that waits. Schedules over days are the daemon's.
  private static let gap = Duration.seconds(30)
  /// How often a verb that waits asks whether another has stopped sending.
  private static let lockPoll = Duration.milliseconds(250)

  /// Attempts to send a job: once, or until no recipient is queued any more or the deadline passes.
  ///
  /// - Returns: the job as it stands then.
  /// - Throws: why no attempt could be made; the job stays as it is.
  package func deliver(
    _ id: JobID, until deadline: Deadline?, interrupt: Int32?, news: (DeliveryNews) -> Void
  ) throws(Failure) -> Job {
    let routes = try site.waysOut()
    let sender = try site.sender()
    let lock = try becomeSender(until: deadline, interrupt: interrupt)
    try recover(holding: lock)
    while true {
      let attempt = Attempting(
        appliance: self, lock: lock, routes: routes, sender: sender, interrupt: interrupt, news: news)
      try attempt.run(id)
      let job = try spooling { () throws(SpoolError) in try spool.job(id) }
      guard let deadline, job.state == .queued, !isInterrupted(interrupt) else { return job }
      let next = min(deadline, .after(Self.gap))
      news(.waiting(seconds: Int(Self.gap.inSeconds), reason: job.failure?.cause ?? ""))
      if !waitReadable(interrupt.map { [$0] } ?? [], until: next).isEmpty || deadline.hasPassed { return job }
    }
  }

  private func isInterrupted(_ interrupt: Int32?) -> Bool {
    interrupt.map { !waitReadable([$0], until: .now).isEmpty } ?? false
  }

  private func becomeSender(until deadline: Deadline?, interrupt: Int32?) throws(Failure) -> SenderLock {
    while true {
      if let lock = try spooling({ () throws(SpoolError) in try spool.tryBecomeSender() }) { return lock }
      guard let deadline, !deadline.hasPassed, !isInterrupted(interrupt) else {
        throw .secondSender(folder: site.stateFolder, process: spool.senderProcess())
      }
      _ = waitReadable(interrupt.map { [$0] } ?? [], until: min(deadline, .after(Self.lockPoll)))
    }
  }

  /// Puts right what a crash left behind; must come before any attempt.
  @discardableResult
  package func recover(holding lock: SenderLock) throws(Failure) -> Recovery {
    try spooling { () throws(SpoolError) in
      try spool.recover(holding: lock, now: .now) { job in
        ending(title: job.submission.fileName, created: job.created)
      }
    }
  }

  /// The password of a route: from the environment, else from the store.
  func password(of route: Route) throws(Failure) -> String? {
    guard route.username != nil, route.authentication != .none else { return nil }
    let value = try keeping { () throws(SecretFault) in
      let name = try SecretName(route.passwordSecret)
      return try givenSecrets.value(of: name) ?? secrets.value(of: name)
    }
    guard let value else {
      throw .missingSecret(route.passwordSecret, purpose: "to sign in as \(route.username ?? "") by route \(route.name)")
    }
    return String(decoding: value, as: UTF8.self)
  }
}

/// One round of attempts at a job: each route once.
private struct Attempting {
  let appliance: Appliance
  let lock: SenderLock
  let routes: RoutePreference
  let sender: Mailbox
  let interrupt: Int32?
  let news: (DeliveryNews) -> Void

  private var spool: Spool { appliance.spool }

  func run(_ id: JobID) throws(Failure) {
    let job = try spooling { () throws(SpoolError) in try spool.job(id) }
    let queued = job.recipients.filter { $0.state == .queued }.map(\.address)
    for (route, recipients) in routes.assignments(of: queued) {
      for batch in try batches(job, recipients, route) { try send(batch, of: id, by: route) }
    }
  }

  private func batches(_ job: Job, _ recipients: [String], _ route: Route) throws(Failure) -> [Batch] {
    do throws(JobRefusal) {
      return try job.batches(of: recipients, on: route.name)
    } catch {
      throw SpoolError.refused(job.id, error).failure
    }
  }

  private func send(_ batch: Batch, of id: JobID, by route: Route) throws(Failure) {
    let attempt = try spooling { () throws(SpoolError) in
      try spool.beginAttempt(batch, of: id, on: route.name, holding: lock, now: .now) {
        appliance.site.identity(of: sender, at: .now)
      }
    }
    news(.attempt(number: attempt.number, route: route.name))
    let report = transmit(attempt, by: route)
    let job = try spooling { () throws(SpoolError) in
      try spool.recordOutcome(attempt, report, holding: lock, now: .now)
    }
    for recipient in job.recipients where attempt.recipients.contains(recipient.address) {
      news(.outcome(address: recipient.address, recipient.state, reply: recipient.reply))
    }
  }

  /// The attempt itself. Whatever goes wrong is an outcome: the job must never be left as if it were sending.
  private func transmit(_ attempt: SendingAttempt, by route: Route) -> AttemptReport {
    do throws(Failure) {
      let job = try spooling { () throws(SpoolError) in try spool.job(attempt.job) }
      var composition = try Composition(job, attempt.dispatch.identity, spool: spool)
      let site = appliance.site
      let client = SubmissionClient(network: NetworkSettings(site.configuration.network))
      let transmission = Transmission(
        route: route, password: try appliance.password(of: route),
        ehloName: site.configuration.identity.hostname ?? HostName.current,
        reversePath: attempt.dispatch.identity.reversePath, recipients: attempt.recipients, size: composition.size)
      let report = client.deliver(
        transmission, body: { (buffer) throws(DeliveryFault) in try composition.next(into: &buffer) },
        recordIntent: { () throws(DeliveryFault) in try recordIntent(attempt) },
        progress: { news(.progress($0)) }, interrupt: interrupt)
      return AttemptReport(report, to: attempt.recipients, by: RouteFacts(route, sender: sender))
    } catch {
      return AttemptReport(allFailing: error, attempt.recipients)
    }
  }

  private func recordIntent(_ attempt: SendingAttempt) throws(DeliveryFault) {
    do throws(SpoolError) {
      try spool.recordIntent(attempt, holding: lock, now: .now)
    } catch {
      throw .notRecorded(detail: error.description)
    }
  }
}

extension AttemptReport {
  fileprivate init(allFailing failure: Failure, _ recipients: [String]) {
    let results = recipients.map { ($0, RecipientResult.failed(failure, reply: nil)) }
    self.init(results: Dictionary(results) { first, _ in first })
  }

  fileprivate init(_ report: DeliveryReport, to recipients: [String], by route: RouteFacts) {
    let results = zip(recipients, report.outcomes).map { address, outcome in
      switch outcome {
      case .accepted(let reply): (address, RecipientResult.accepted(reply: reply.text))
      case .failed(let fault):
        (address, .failed(Failure(fault, route: route, recipient: address), reply: fault.reply?.text))
      }
    }
    self.init(
      results: Dictionary(results) { first, _ in first }, peer: report.peer,
      tls: report.encryption.map { "TLS \($0.version.rawValue) \($0.cipher)" })
  }
}

extension DeliveryFault {
  /// The server's words, where it said any.
  fileprivate var reply: SMTPReply? { if case .reply(_, let reply) = self { reply } else { nil } }
}

extension RouteFacts {
  fileprivate init(_ route: Route, sender: Mailbox) {
    self.init(
      name: route.name, server: route.server, port: route.port, username: route.username,
      tlsMode: route.tlsMode.rawValue, floor: route.tls.floor, sender: sender.address.text)
  }
}

extension NetworkSettings {
  fileprivate init(_ settings: Configuration.Network) {
    self.init(nameServers: settings.dns, sourceAddress: settings.sourceAddress)
  }
}
