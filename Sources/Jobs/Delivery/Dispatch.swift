package import Base
import Diagnosis
package import Mail

/// Everything that the first attempt of a dispatch decides, so that every attempt sends the same bytes.
package struct DispatchIdentity: Sendable, Equatable {
  /// With its angle brackets.
  package var messageID: String
  package var date: WallTime
  /// Of the Date field, east of UTC.
  package var offsetMinutes: Int
  /// Between the parts of the message.
  package var boundary: String
  /// The envelope's sender.
  package var reversePath: String
  package var from: Mailbox
  package var replyTo: Mailbox?
  /// Name and version of the program that made the message first, as X-Mailer says it. A later version that
  /// makes other bytes of the same values must go by this.
  package var mailer: String
  /// nil: everything goes in one message.
  package var split: Split?
  /// Of the attachments; nil, as records of earlier versions have it, is base64.
  package var encoding: MessageEncoding?
  /// How the message is signed; none where it is not. nil, as records of earlier versions have it: by the keys that
  /// the configuration names at each attempt.
  package var signatures: [DKIMTerms]?

  package init(
    messageID: String, date: WallTime, offsetMinutes: Int = 0, boundary: String, reversePath: String,
    from: Mailbox, replyTo: Mailbox? = nil, mailer: String, split: Split? = nil
  ) {
    self.messageID = messageID
    self.date = date
    self.offsetMinutes = offsetMinutes
    self.boundary = boundary
    self.reversePath = reversePath
    self.from = from
    self.replyTo = replyTo
    self.mailer = mailer
    self.split = split
  }
}

/// A job on a route, in whole or in part: one message, sent as often as it takes.
package struct Dispatch: Sendable, Equatable {
  /// From 1, within the job.
  package let number: Int
  package let route: String
  /// From 1; a document that is not split has one part.
  package let part: Int
  package let identity: DispatchIdentity

  package init(number: Int, route: String, part: Int = 1, identity: DispatchIdentity) {
    self.number = number
    self.route = route
    self.part = part
    self.identity = identity
  }

  /// What the message holds; nil: everything.
  package var slice: Part? { identity.split?.parts.first { $0.number == part } }
}

/// Recipients that one attempt can carry together.
package struct Batch: Sendable, Equatable {
  /// The dispatch that has to carry them; nil where a new one is to be begun.
  package let dispatch: Dispatch?
  package let recipients: [String]

  /// Its first recipients, as many as one transaction may have.
  package func first(_ count: Int?) -> Batch {
    Batch(dispatch: dispatch, recipients: recipients.grouped(by: count).first ?? [])
  }
}

extension Job {
  /// The parts that a recipient gets, as the first attempt fixed them; nil: everything goes in one message, or
  /// nothing has gone yet.
  package func split(of recipient: Recipient) -> Split? { dispatch(of: recipient)?.identity.split }

  func dispatch(of recipient: Recipient) -> Dispatch? {
    recipient.dispatch.flatMap { number in dispatches.first { $0.number == number } }
  }

  /// Sorts queued recipients, for whom `part` is due, by the dispatch that has to carry them over `route`.
  ///
  /// One that is bound to a dispatch stays with it. One that a definite answer released, that was never
  /// tried, or whose last part was accepted, joins the newest dispatch of the route that it has not been refused
  /// in and that the route has not refused, or begins a new one.
  /// For one whose route is gone from the configuration, ask for that route all the same and end the attempt
  /// with a configuration failure: then a person's retry frees it.
  ///
  /// - Parameter split: of those that begin or join a dispatch.
  package func batches(
    of addresses: [String], on route: String, part: Int = 1, of split: Split? = nil
  ) throws(JobRefusal) -> [Batch] {
    var order: [Int] = []
    var members: [Int: [String]] = [:]
    for address in addresses {
      let number = try dispatchNumber(for: address, on: route, part: part, of: split)
      if members[number] == nil { order.append(number) }
      members[number, default: []].append(address)
    }
    return order.map { number in
      Batch(dispatch: dispatches.first { $0.number == number }, recipients: members[number] ?? [])
    }
  }

  /// The number a recipient's dispatch has, or will have.
  func dispatchNumber(
    for address: String, on route: String, part: Int, of split: Split?
  ) throws(JobRefusal) -> Int {
    guard let recipient = recipients.first(where: { $0.address == address }) else {
      throw .noSuchRecipient(address)
    }
    guard recipient.state == .queued else { throw .recipientNotQueued(address, recipient.state) }
    if case .bound(_, let bound, let mayHaveArrived) = recipient.bond, let standing = dispatch(of: recipient),
      standing.part > recipient.partsAccepted
    {
      guard standing.route == route, standing.part == part else {
        throw .dispatchStands(address, route: bound, mayHaveArrived: mayHaveArrived)
      }
      return standing.number
    }
    guard part == recipient.partsAccepted + 1 else { throw .partNotDue(address, due: recipient.partsAccepted + 1) }
    let open = dispatches.last { dispatch in
      dispatch.route == route && dispatch.part == part && dispatch.identity.split?.parts == split?.parts
        && dispatch.number > recipient.dispatch ?? 0 && !isEnded(dispatch)
    }
    return open?.number ?? dispatches.count + 1
  }

  /// Something about the message or its route, and not about an address, ended it for all who had it: what has been
  /// corrected since stands in the next one only.
  private func isEnded(_ dispatch: Dispatch) -> Bool {
    let members = recipients.filter { $0.dispatch == dispatch.number }
    return members.allSatisfy(\.isReleased)
      && members.contains { [.configuration, .message].contains($0.failure?.class) }
  }
}

// MARK: How it goes

extension Job {
  /// How a new dispatch by a route carries the files: binary where it may be, until that has been refused once.
  package func encoding(by route: String, mayBeBinary: Bool) -> MessageEncoding {
    let isRefused = dispatches.contains { $0.route == route && $0.identity.encoding == .binary }
    return mayBeBinary && !isRefused ? .binary : .base64
  }

  /// Something on the way may choke on BDAT without a word. After an attempt that failed with the message on its way
  /// the next one is the plainest there is.
  package func hasFailedMidway(to addresses: [String]) -> Bool {
    recipients.contains { recipient in
      addresses.contains(recipient.address) && [.body, .final].contains(recipient.failure?.smtpStage)
    }
  }
}
