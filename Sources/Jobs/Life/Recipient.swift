package import Base
package import Diagnosis

/// One address of a job and what became of it.
package struct Recipient: Sendable, Equatable {
  package let address: String
  package var custody: Custody
  package var bond: Bond
  /// Attempts begun.
  package var attempts: Int
  /// How many parts of its split were accepted, in their order; 1 where all went in one message.
  package var partsAccepted: Int

  package init(
    address: String, custody: Custody = .queued(.atOnce, .none), bond: Bond = .none, attempts: Int = 0,
    partsAccepted: Int = 0
  ) {
    self.address = address
    self.custody = custody
    self.bond = bond
    self.attempts = attempts
    self.partsAccepted = partsAccepted
  }

  package var state: RecipientState { custody.state }

  /// The server's last words about it.
  package var reply: String? { custody.lastWord.reply }

  /// Why it is not accepted.
  package var failure: Failure? { custody.lastWord.failure }
}

// MARK: The dispatch

extension Recipient {
  /// The route of the last attempt, or that it was to go by.
  package var route: String? {
    switch bond {
    case .free(_, let route): route
    case .bound(_, let route, _): route
    }
  }

  /// The number of the dispatch that carried it last.
  package var dispatch: Int? {
    switch bond {
    case .free(let dispatch, _): dispatch
    case .bound(let dispatch, _, _): dispatch
    }
  }

  /// The route that alone may carry it: that of a dispatch which no definite answer has ended.
  package var boundRoute: String? { if case .bound(_, let route, _) = bond { route } else { nil } }

  /// A definite answer ended its dispatch: another one may carry it.
  package var isReleased: Bool { if case .free(.some, _) = bond { true } else { false } }

  package var mayHaveArrived: Bool { if case .bound(_, _, true) = bond { true } else { false } }
}

// MARK: The attempt

extension Recipient {
  /// The number of the attempt that is under way.
  package var attempt: Int? { if case .sending(let attempt, _, _) = custody { attempt } else { nil } }

  /// That attempt's final dot may be on its way.
  package var isIntended: Bool { if case .sending(_, true, _) = custody { true } else { false } }
}

// MARK: Its time

extension Recipient {
  /// When a queued one goes.
  package var due: Custody.Schedule? { if case .queued(let due, _) = custody { due } else { nil } }

  /// The date before which it is not tried; nil for at once, and where the date is not known.
  package var next: WallTime? { due?.wait?.end }

  package func isDue(at now: Moment) -> Bool {
    guard let due else { return false }
    return due.wait.map { $0.left(at: now) == .zero } ?? true
  }

  /// A retry changes it.
  var isFreedByRetry: Bool {
    switch state.retry {
    case .nothing: false
    case .hastens: due?.wait != nil
    case .frees: true
    }
  }
}
