package import Diagnosis

extension FailureClass {
  /// What becomes of a recipient after a failure of this class: the whole failure policy, in one place.
  package var recipientState: RecipientState {
    switch self {
    case .transient: .queued
    case .message, .recipient: .refused
    case .configuration: .held
    case .unknown: .unknown
    }
  }

  /// A definite answer: no server has the message, and another dispatch may carry it.
  ///
  /// Not `transient`, although no server has it then either: the same bytes go again, so one dispatch serves.
  package var isDefinite: Bool {
    switch self {
    case .message, .recipient, .configuration: true
    case .transient, .unknown: false
    }
  }
}
