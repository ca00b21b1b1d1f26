/// What a failure means for the job (the outcome algebra).
package enum FailureClass: String, Sendable, CaseIterable {
  /// Retry by schedule. Anything not understood is this.
  case transient
  /// This document cannot go this way: split, shrink, or tell the person.
  case message
  /// This address.
  case recipient
  /// Hold all jobs of the route, never bounce, tell who must change what.
  case configuration
  /// The final reply was lost.
  case unknown
}

/// Who must act.
package enum Actor: String, Sendable {
  case nobody, person, installer, administrator, provider, vendor
}

/// Exit codes, those of sysexits(3) where it has one.
package enum ExitCode: Int32, Sendable {
  case done = 0
  case usage = 64
  case badInput = 65
  case noInput = 66
  case noHost = 68
  case scannerUnavailable = 69
  case bug = 70
  case cannotCreate = 73
  case storage = 74
  case notAcceptedYet = 75
  case serverProtocol = 76
  case refused = 77
  case configuration = 78
  case partlyAccepted = 100
  case interrupted = 130
}

/// A failure, explained: the one form in which the program, the journal and the faces speak of it.
package struct Failure: Error, Sendable, Equatable {
  package var `class`: FailureClass
  /// Where it happened: an `SMTPStage`'s word, "scan", "spool", "settings"…
  package var stage: String
  /// What the machine said: a reply's codes, a SANE status, an errno's name.
  package var code: String?
  /// One sentence: what failed, with which value.
  package var cause: String
  /// 0 to 1.
  package var confidence: Double
  package var who: Actor
  /// What to do next, in order; the first is the one shown where there is room for one.
  package var steps: [String]
  /// How long after the change it works, where that is not at once: "up to an hour".
  package var takesEffect: String?
  /// Whether trying again unchanged can help.
  package var retry: Bool
  /// Where this knowledge is from: an RFC section, a vendor's page.
  package var source: String?
  package var exitCode: ExitCode

  package init(
    class: FailureClass, stage: String, code: String? = nil, cause: String, confidence: Double = 1,
    who: Actor, steps: [String], takesEffect: String? = nil, retry: Bool, source: String? = nil, exitCode: ExitCode
  ) {
    self.class = `class`
    self.stage = stage
    self.code = code
    self.cause = cause
    self.confidence = confidence
    self.who = who
    self.steps = steps
    self.takesEffect = takesEffect
    self.retry = retry
    self.source = source
    self.exitCode = exitCode
  }
}
