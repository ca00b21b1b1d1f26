import Diagnosis
import Jobs
import Link
import Mail
import Routes
import Settings

extension Appliance {
  /// How a new dispatch of a job by a route carries its files. Never binary where messages are signed: a relay
  /// that makes base64 of it breaks the signature.
  func encoding(of job: Job, by route: String) -> MessageEncoding {
    let isSigned = site.configuration.dkim.selector != nil
    return job.encoding(by: route, mayBeBinary: site.configuration.message.binary == "auto" && !isSigned)
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
