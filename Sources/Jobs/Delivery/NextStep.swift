package import Base
package import Diagnosis

/// What is to be done next with a job that is on its way.
package enum NextStep: Sendable, Equatable {
  /// Record the waits as they stand now: another run of the system could not tell them.
  case tellWaits
  /// Say what a message of the job weighs without its files (``DeliveryTurn/weighed(envelope:)``).
  case weighEnvelope
  /// Say what each page weighs, for some route may not take the whole (``DeliveryTurn/weighed(pages:shared:)``).
  case weighPages
  /// Record that no attempt is made to these, and why; by which route they were to go.
  case passOver([String], Failure, route: String?)
  /// Record that these wait for a rate of the route's account.
  case hold([String], Wait, Failure, route: String)
  /// Make an attempt, and tell what it came to (``DeliveryTurn/ended(_:_:of:)``), or that no message can be made
  /// (``DeliveryTurn/cannotMake(_:_:)``).
  case send(Transaction)
  /// Nothing more now. Who is still queued waits (``Job/rest(at:gap:)``).
  case nothing

  /// What goes to a server at once: a part of a document, to some of its recipients.
  package struct Transaction: Sendable, Equatable {
    package let batch: Batch
    package let route: String
    package let part: Int
    /// Of a dispatch that it begins; nil: everything goes in one message.
    package let split: Split?
    /// The account whose rates it counts in; nil where it has none.
    package let account: String?
  }
}

/// How long a job rests that has recipients who wait.
package struct Rest: Sendable, Equatable {
  /// Until something is to be done.
  package let wait: Duration
  /// None of the recipients can go earlier.
  package let isStated: Bool

  package init(wait: Duration, isStated: Bool) {
    self.wait = wait
    self.isStated = isStated
  }
}

extension Job {
  /// How long to wait after a turn; nil where no recipient is queued.
  ///
  /// - Parameter gap: between attempts to those who may go at the next occasion.
  package func rest(at now: Moment, gap: Duration) -> Rest? {
    let dues = recipients.compactMap(\.due)
    if dues.isEmpty { return nil }
    let stated = dues.compactMap { $0.wait?.left(at: now) }.filter { $0 > .zero }
    let isStated = stated.count == dues.count
    return Rest(wait: (isStated ? stated : stated + [gap]).min() ?? gap, isStated: isStated)
  }
}
