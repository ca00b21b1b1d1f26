import Base
import Crypto
import Diagnosis
import Host
import Jobs
import Link
import Mail
import Routes
import Settings
import Spool

/// One round of attempts at a job: each route once.
struct Attempting {
  let appliance: Appliance
  let lock: SenderLock
  let routes: RoutePreference
  let sender: Mailbox
  let interrupt: Int32?

  private var spool: Spool { appliance.spool }

  func run(_ id: JobID, _ news: (DeliveryNews) -> Void) throws(Failure) {
    let job = try spooling { () throws(SpoolError) in try spool.job(id) }
    for (route, recipients) in assignments(job) {
      for batch in try batches(job, recipients, route) { try send(batch, of: id, by: route, news) }
    }
  }

  /// The queued recipients by the name of their route: the one they are bound to, else the preferred one.
  private func assignments(_ job: Job) -> [(route: String, recipients: [String])] {
    let queued = job.recipients.filter { $0.state == .queued }
    let bound = queued.filter { $0.boundRoute != nil }
    let free = routes.assignments(of: queued.filter { $0.boundRoute == nil }.map(\.address))
    var assignments = free.map { (route: $0.route.name, recipients: $0.recipients) }
    for recipient in bound {
      let name = recipient.boundRoute ?? ""
      if let index = assignments.firstIndex(where: { $0.route == name }) {
        assignments[index].recipients.append(recipient.address)
      } else {
        assignments.append((name, [recipient.address]))
      }
    }
    return assignments
  }

  private func batches(_ job: Job, _ recipients: [String], _ route: String) throws(Failure) -> [Batch] {
    do throws(JobRefusal) {
      return try job.batches(of: recipients, on: route)
    } catch {
      throw SpoolError.refused(job.id, error).failure
    }
  }

  private func send(
    _ batch: Batch, of id: JobID, by route: String, _ news: (DeliveryNews) -> Void
  ) throws(Failure) {
    let attempt = try spooling { () throws(SpoolError) in
      let person = try spool.job(id).submission.fromUser
      return try spool.beginAttempt(batch, of: id, on: route, holding: lock, now: .now) {
        appliance.site.identity(of: sender, for: person, at: .now)
      }
    }
    news(.attempt(number: attempt.number, route: route))
    let report = transmit(attempt, by: route, news)
    let job = try spooling { () throws(SpoolError) in
      try spool.recordOutcome(attempt, report, holding: lock, now: .now)
    }
    for recipient in job.recipients where attempt.recipients.contains(recipient.address) {
      news(.outcome(address: recipient.address, recipient.state, reply: recipient.reply))
    }
  }

  /// The attempt itself. Whatever goes wrong is an outcome: the job must never be left as if it were sending.
  private func transmit(
    _ attempt: SendingAttempt, by name: String, _ news: (DeliveryNews) -> Void
  ) -> AttemptReport {
    do throws(Failure) {
      guard let route = routes.routes.first(where: { $0.name == name }) else { throw .routeGone(name) }
      let job = try spooling { () throws(SpoolError) in try spool.job(attempt.job) }
      let report = try appliance.session(by: route, interrupt: interrupt) { (token) throws(Failure) in
        var composition = try Composition(job, attempt.dispatch.identity, spool: spool)
        let transmission = try transmission(of: attempt, by: route, token: token, size: composition.size)
        return SubmissionClient(network: NetworkSettings(appliance.site.configuration.network)).deliver(
          transmission, body: { (buffer) throws(DeliveryFault) in try composition.next(into: &buffer) },
          recordIntent: { () throws(DeliveryFault) in try recordIntent(attempt) },
          progress: { news(.progress($0)) }, interrupt: interrupt)
      }
      return AttemptReport(report, to: attempt.recipients, by: RouteFacts(route, sender: sender))
    } catch {
      return AttemptReport(allFailing: error, attempt.recipients)
    }
  }

  private func transmission(
    of attempt: SendingAttempt, by route: Route, token: String?, size: Int
  ) throws(Failure) -> Transmission {
    Transmission(
      route: route, password: try appliance.password(of: route), token: token,
      ehloName: appliance.site.configuration.identity.hostname ?? HostName.current,
      reversePath: attempt.dispatch.identity.reversePath, recipients: attempt.recipients, size: size)
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
    let results = zip(recipients, report.outcomes).map { address, outcome -> (String, RecipientResult) in
      switch outcome {
      case .accepted(let reply): (address, .accepted(reply: reply.text))
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

extension Failure {
  fileprivate static func routeGone(_ name: String) -> Failure {
    .settings(
      cause: "the message belongs to route \(name), which is no longer configured",
      steps: ["Configure the route again, or let another take it: platen jobs retry ID"])
  }
}

extension RouteFacts {
  fileprivate init(_ route: Route, sender: Mailbox) {
    self.init(
      name: route.name, server: route.server, port: route.port, username: route.username,
      tlsMode: route.tlsMode.rawValue, floor: route.tls.floor, sender: sender.address.text,
      showsToken: route.tokens != nil)
  }
}
