package import Base
package import Mail

/// All that the first attempt of a dispatch decides, so that every attempt sends the same bytes.
package struct DispatchIdentity: Sendable, Equatable, Codable {
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
  /// Of the attachments; nil, as records of earlier versions have it, is base64.
  package var encoding: MessageEncoding?

  package init(
    messageID: String, date: WallTime, offsetMinutes: Int = 0, boundary: String, reversePath: String,
    from: Mailbox, replyTo: Mailbox? = nil, mailer: String
  ) {
    self.messageID = messageID
    self.date = date
    self.offsetMinutes = offsetMinutes
    self.boundary = boundary
    self.reversePath = reversePath
    self.from = from
    self.replyTo = replyTo
    self.mailer = mailer
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
}

/// Recipients that one attempt can carry together.
package struct Batch: Sendable, Equatable {
  /// The dispatch that has to carry them; nil where a new one is to be begun.
  package let dispatch: Dispatch?
  package let recipients: [String]
}

extension Job {
  /// Sorts queued recipients by the dispatch that has to carry them over `route`.
  ///
  /// One that is bound to a dispatch stays with it. One that a definite answer released, or that was never
  /// tried, joins the newest dispatch of the route that it has not been refused in, or begins a new one.
  /// For one whose route is gone from the configuration, ask for that route all the same and end the attempt
  /// with a configuration failure: then a person's retry frees it.
  package func batches(
    of addresses: [String], on route: String, part: Int = 1
  ) throws(JobRefusal) -> [Batch] {
    var order: [Int] = []
    var members: [Int: [String]] = [:]
    for address in addresses {
      let number = try dispatchNumber(for: address, on: route, part: part)
      if members[number] == nil { order.append(number) }
      members[number, default: []].append(address)
    }
    return order.map { number in
      Batch(dispatch: dispatches.first { $0.number == number }, recipients: members[number] ?? [])
    }
  }

  /// The number a recipient's dispatch has, or will have.
  func dispatchNumber(for address: String, on route: String, part: Int) throws(JobRefusal) -> Int {
    guard let recipient = recipients.first(where: { $0.address == address }) else {
      throw .noSuchRecipient(address)
    }
    guard recipient.state == .queued else { throw .recipientNotQueued(address, recipient.state) }
    if let number = recipient.dispatch, !recipient.isReleased {
      return try standing(number, for: recipient, on: route, part: part)
    }
    let refusedIn = recipient.dispatch ?? 0
    let open = dispatches.last { $0.route == route && $0.part == part && $0.number > refusedIn }
    return open?.number ?? dispatches.count + 1
  }

  private func standing(
    _ number: Int, for recipient: Recipient, on route: String, part: Int
  ) throws(JobRefusal) -> Int {
    guard let dispatch = dispatches.first(where: { $0.number == number }),
      dispatch.route == route, dispatch.part == part
    else {
      throw .dispatchStands(
        recipient.address, route: recipient.route ?? route, mayHaveArrived: recipient.mayHaveArrived)
    }
    return number
  }
}
