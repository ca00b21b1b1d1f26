package import Diagnosis

extension Custody {
  /// What becomes of a recipient after a failure: the whole failure policy, in one place.
  ///
  /// - Parameter due: of one that goes again by itself.
  package init(after failure: Failure, reply: String? = nil, due: Schedule = .atOnce) {
    switch failure.class {
    case .transient: self = .queued(due, LastWord(failure: failure, reply: reply))
    case .message, .recipient: self = .refused(failure, reply: reply)
    case .configuration: self = .held(LastWord(failure: failure, reply: reply))
    case .unknown: self = .unknown(failure, reply: reply)
    }
  }
}

extension FailureClass {
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
