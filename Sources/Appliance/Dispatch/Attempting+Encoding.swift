import Diagnosis
import Jobs
import Link
import Mail
import Routes
import Settings
import Spool

extension Appliance {
  /// How a new dispatch of a job by a route carries its files: binary where the site allows it, until that has been
  /// refused once. Never where messages are signed: whoever makes base64 of it on the way breaks the signature.
  func encoding(of job: Job, by route: String) -> MessageEncoding {
    let isRefused = job.dispatches.contains { $0.route == route && $0.identity.encoding == .binary }
    let isSigned = site.configuration.dkim.selector != nil
    return site.configuration.message.binary == "auto" && !isRefused && !isSigned ? .binary : .base64
  }
}

extension Attempting {
  /// Something on the way may choke on BDAT without a word. After an attempt that failed with the message on its way the
  /// next one is the plainest there is.
  func hasFailedMidway(_ attempt: SendingAttempt, _ job: Job) -> Bool {
    job.recipients.contains { recipient in
      attempt.recipients.contains(recipient.address) && [.body, .final].contains(recipient.failure?.smtpStage)
    }
  }
}

extension Transmission {
  /// The same, by DATA.
  var byData: Transmission {
    var transmission = self
    transmission.mayChunk = false
    return transmission
  }
}

extension DeliveryReport {
  /// The server offers BDAT and does not take it: the same bytes may go by DATA at once.
  func refusesChunks(of transmission: Transmission) -> Bool {
    transmission.encoding == .base64
      && outcomes.contains { if case .failed(let fault) = $0 { fault.refusesChunks } else { false } }
  }
}

extension RecipientResult {
  /// What became of a recipient of a message in that encoding.
  init(_ outcome: RecipientOutcome, _ encoding: MessageEncoding, explain: (DeliveryFault) -> Failure) {
    switch outcome {
    case .accepted(let reply): self = .accepted(reply: reply.text)
    case .failed(let fault) where encoding == .binary && fault.refusesBinary:
      self = .refusedEncoding(explain(fault), reply: fault.reply?.text)
    case .failed(let fault): self = .failed(explain(fault), reply: fault.reply?.text)
    }
  }
}

extension DeliveryFault {
  /// The server's words, where it said any.
  fileprivate var reply: SMTPReply? {
    switch self {
    case .reply(_, let reply): reply
    case .hosts(let tried, let telling): tried[telling].fault.reply
    default: nil
    }
  }
}
