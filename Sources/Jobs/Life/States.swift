/// Where one recipient's copy stands, as everything shows it: the word of a ``Custody``.
///
/// Declared in order: the first of them that any recipient has gives the job its state.
package enum RecipientState: String, Sendable, CaseIterable {
  case sending
  /// Goes by itself, when its time has come.
  case queued
  /// Waits for a person, or for the configuration to change.
  case held
  /// The final reply was lost: the server may have it.
  case unknown
  /// Definitely not, for this document or this address.
  case refused
  /// A server took responsibility for it.
  case accepted
}

extension RecipientState {
  /// How far a recipient's delivery is.
  package enum Settlement: Sendable {
    /// It goes on by itself.
    case open
    /// It is not delivered unless a person acts.
    case stopped
    case delivered
  }

  /// What a retry does to a recipient.
  package enum Retry: Sendable {
    case nothing
    /// It goes as it is; at once, if it waits for a time.
    case hastens
    /// It is queued again.
    case frees
  }

  /// Everything that depends on a state. No other list of states exists.
  private struct Traits {
    /// What the job shows for it.
    let job: JobState
    let settlement: Settlement
    let retry: Retry
    /// What the journal says of a recipient that has just come to it.
    let journal: JournalEvent
  }

  private var traits: Traits {
    switch self {
    case .sending: Traits(job: .sending, settlement: .open, retry: .nothing, journal: .deferred)
    case .queued: Traits(job: .queued, settlement: .open, retry: .hastens, journal: .deferred)
    case .held: Traits(job: .held, settlement: .stopped, retry: .frees, journal: .held)
    case .unknown: Traits(job: .unknown, settlement: .stopped, retry: .frees, journal: .unknown)
    case .refused: Traits(job: .refused, settlement: .stopped, retry: .frees, journal: .refused)
    case .accepted: Traits(job: .accepted, settlement: .delivered, retry: .nothing, journal: .accepted)
    }
  }

  package var job: JobState { traits.job }
  package var settlement: Settlement { traits.settlement }
  package var retry: Retry { traits.retry }
  var journal: JournalEvent { traits.journal }
}

/// Where a job stands, as everything shows it.
package enum JobState: String, Sendable, CaseIterable {
  case scanning, interrupted, sealed, queued, sending, accepted, refused, held, unknown, cancelled

  /// The state of a job whose recipients are in `states`; nil where it has none.
  package init?(of states: some Sequence<RecipientState>) {
    let present = Set(states)
    guard let first = RecipientState.allCases.first(where: present.contains) else { return nil }
    self = first.job
  }
}

extension JobState {
  /// What a person may ask of a job as a whole. A retry is each recipient's matter (``RecipientState/retry``).
  package enum Request: String, Sendable, CaseIterable {
    case cancel, remove, export, resend
  }

  package func allows(_ request: Request) -> Bool { allowed.contains(request) }

  private var allowed: Set<Request> {
    switch self {
    case .scanning: []
    case .sending: [.export, .resend]
    // Nothing that is not accepted or given up goes by a removal.
    case .queued, .held, .unknown: [.cancel, .export, .resend]
    case .interrupted, .sealed, .refused: [.cancel, .remove, .export, .resend]
    case .accepted, .cancelled: [.remove, .export, .resend]
    }
  }

  /// Nothing is left to do for it.
  package var isDone: Bool {
    switch self {
    case .accepted, .cancelled: true
    case .scanning, .interrupted, .sealed, .queued, .sending, .refused, .held, .unknown: false
    }
  }
}
