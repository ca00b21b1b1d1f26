package import Base
package import Diagnosis

/// Where one recipient's copy stands.
package enum RecipientState: String, Sendable, CaseIterable {
  /// Goes by itself, when its time has come.
  case queued
  case sending
  /// A server took responsibility for it.
  case accepted
  /// Definitely not, for this document or this address.
  case refused
  /// Waits for a person, or for the configuration to change.
  case held
  /// The final reply was lost: the server may have it.
  case unknown
}

/// One address of a job and what became of it.
package struct Recipient: Sendable, Equatable {
  package let address: String
  package var state: RecipientState
  /// The route of the last attempt.
  package var route: String?
  /// Attempts begun.
  package var attempts: Int
  /// Not to be tried before; nil for at once.
  package var next: WallTime?
  /// The server's last words about it.
  package var reply: String?
  /// Why it is not accepted.
  package var failure: Failure?
  /// The number of the dispatch that carried it last.
  package var dispatch: Int?
  /// How many parts of its split were accepted, in their order; 1 where all went in one message.
  package var partsAccepted: Int
  /// A definite answer ended that dispatch for this recipient: another one may carry it.
  package var isReleased: Bool
  /// Some attempt ended without the final reply. Sticks: only the same dispatch may ever carry it again,
  /// so that a second copy has the same Message-ID.
  package var mayHaveArrived: Bool
  /// The number of the attempt that is under way.
  package var attempt: Int?
  /// That attempt's final dot may be on its way.
  package var isIntended: Bool

  package init(address: String, state: RecipientState = .queued) {
    self.address = address
    self.state = state
    route = nil
    attempts = 0
    next = nil
    reply = nil
    failure = nil
    dispatch = nil
    partsAccepted = 0
    isReleased = false
    mayHaveArrived = false
    attempt = nil
    isIntended = false
  }

  /// The route that alone may carry it: that of a dispatch which no definite answer has ended.
  package var boundRoute: String? { dispatch != nil && !isReleased ? route : nil }

  package func isDue(at now: WallTime) -> Bool {
    guard state == .queued else { return false }
    return next.map { $0 <= now } ?? true
  }
}
