package import Base
package import Diagnosis

/// What happens to a job.
package enum JobEvent: Sendable, Equatable {
  /// No more pages come, and no more files; `failure` says why, where that was not the plan.
  case scanEnded(pages: Int, attachments: Int, failure: Failure?)
  /// Document and files are on disk under their last names, and synced.
  case sealed(JobMessage, pages: Int, documentBytes: Int, failure: Failure?)
  /// An attempt to send a dispatch, known or new, to these addresses.
  case attemptBegan(Dispatch, recipients: [String])
  /// No attempt is made now to these addresses, and why: a rule of ours, or a rate, which gives way after the wait.
  case passedOver([String: Failure], route: String?, wait: Wait?)
  /// Waits count from this moment; recorded for the next run of the system.
  case waitsTold(at: Moment)
  /// The final dot is about to go out.
  case intentRecorded(attempt: Int)
  case attemptEnded(attempt: Int, AttemptReport)
  /// The sending process is gone; the next one finds the attempt open.
  case senderLost
  /// A person, or a changed configuration, asks for another try.
  case retryAsked
  case cancelAsked
  /// A person took a copy of the document.
  case exported
  case removeAsked
}

/// What became of one recipient in one attempt.
package enum RecipientResult: Sendable, Equatable {
  case accepted(reply: String)
  case failed(Failure, reply: String?)
  /// A definite no to how the message is encoded, and not to the message: another dispatch goes at once.
  case refusedEncoding(Failure, reply: String?)
  /// Nothing was sent: the message cannot be made again as it was, and another dispatch goes at once. A recipient that
  /// may have it already is held.
  case lapsed(Failure)

  var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

/// What an attempt came to.
package struct AttemptReport: Sendable, Equatable {
  /// By address. One that is missing is treated as if the sender had crashed.
  package var results: [String: RecipientResult]
  /// How long those that failed for the moment are not to be tried again; nil for until the next occasion.
  package var wait: Wait?
  /// The server, "host [address]:port".
  package var peer: String?
  /// TLS version and cipher, where there was TLS.
  package var tls: String?

  package init(
    results: [String: RecipientResult], wait: Wait? = nil, peer: String? = nil, tls: String? = nil
  ) {
    self.results = results
    self.wait = wait
    self.peer = peer
    self.tls = tls
  }
}

/// What is to be done because of an event, in this order.
package enum JobEffect: Sendable, Equatable {
  /// Make the document whole and durable, then report `sealed`.
  case seal
  /// Write the job's record.
  case record
  case journal(JournalLine)
  case removeFiles
  /// Take the job's record away; the journal stays.
  case forget
}

/// Why an event cannot be: nothing has changed then.
package enum JobRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was asked, and the state in which it makes no sense.
  case notNow(String, JobState)
  case noSuchRecipient(String)
  /// An attempt without recipients.
  case noRecipients
  case recipientNotQueued(String, RecipientState)
  case noSuchAttempt(Int)
  /// The recipient has a dispatch on another route (or part), which alone may carry it.
  case dispatchStands(String, route: String, mayHaveArrived: Bool)
  /// The parts of a split go in their order, and another is due.
  case partNotDue(String, due: Int)
  /// The dispatch is not the one that was recorded under its number, or its number is not the next.
  case otherDispatch(Int)
  case nothingToRetry(JobState)

  package var description: String {
    switch self {
    case .notNow(let asked, let state): "cannot \(asked) a job that is \(state.rawValue)"
    case .noSuchRecipient(let address): "the job has no recipient \(address)"
    case .noRecipients: "an attempt needs a recipient"
    case .recipientNotQueued(let address, let state): "recipient \(address) is \(state.rawValue), not queued"
    case .noSuchAttempt(let number): "attempt \(number) is not running"
    case .dispatchStands(let address, let route, true):
      "\(address) may already have the message; only route \(route) may send it again, with the same Message-ID"
    case .dispatchStands(let address, let route, false):
      "\(address) is assigned to route \(route), which has not refused it"
    case .partNotDue(let address, let due): "\(address) must get part \(due) next"
    case .otherDispatch(let number): "dispatch \(number) differs from the one on record"
    case .nothingToRetry(let state): "no recipient to retry; the job is \(state.rawValue)"
    }
  }
}

extension Failure {
  /// What was asked of a job and cannot be.
  package init(_ refusal: JobRefusal, of job: JobID) {
    var values = ["id": job.text]
    let id: FailureID
    switch refusal {
    case .notNow(let asked, let state):
      id = .jobNotNow
      values["asked"] = asked
      values["state"] = state.rawValue
    case .noSuchRecipient(let address):
      id = .jobNoSuchRecipient
      values["address"] = address
    case .noRecipients: id = .jobNoRecipients
    case .recipientNotQueued(let address, let state):
      id = .jobRecipientNotQueued
      values["address"] = address
      values["state"] = state.rawValue
    case .noSuchAttempt(let number):
      id = .jobNoSuchAttempt
      values["number"] = String(number)
    case .dispatchStands(let address, let route, let mayHaveArrived):
      id = mayHaveArrived ? .jobDispatchMayHaveArrived : .jobDispatchStands
      values["address"] = address
      values["route"] = route
    case .partNotDue(let address, let due):
      id = .jobPartNotDue
      values["address"] = address
      values["due"] = String(due)
    case .otherDispatch(let number):
      id = .jobOtherDispatch
      values["number"] = String(number)
    case .nothingToRetry(let state):
      id = .jobNothingToRetry
      values["state"] = state.rawValue
    }
    self.init(id, values: values)
  }
}
