package import Mail

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

/// The stable name of a kind of failure: "auth.refused". The catalogue has a row for each that this version knows; one
/// that another version wrote is kept, and told of as unknown.
package struct FailureID: Hashable, Sendable, CustomStringConvertible {
  package let name: String

  package init(_ name: String) { self.name = name }

  /// One of the catalogue's.
  init(known name: String) { self.name = name }

  package var description: String { name }
}

/// A failure: which one, with which values. What is stored, journalled and handed on is this; sentences are made where
/// it is shown (``Explanation``).
package struct Failure: Error, Sendable, Equatable {
  package let id: FailureID
  package var `class`: FailureClass
  /// Where it happened: an `SMTPStage`'s word, "scan", "spool", "settings"…
  package var stage: String
  /// Who must act.
  package var who: Actor
  /// What the machine said: a reply's codes, a SANE status, an errno.
  package var code: String?
  /// Names, numbers and words of machines, by the words in braces of the catalogue; no sentence of ours.
  package var values: [String: String]
  /// 0 to 1.
  package var confidence: Double
  /// What it is made of: the hosts that were tried, a reason for each route.
  package var because: [Failure]

  /// - Parameters: nil is as the catalogue has it.
  package init(
    _ id: FailureID, stage: String? = nil, code: String? = nil, values: [String: String] = [:],
    class: FailureClass? = nil, who: Actor? = nil, confidence: Double? = nil, because: [Failure] = []
  ) {
    let entry = Catalogue.shipped.entry(id)
    self.id = id
    self.class = `class` ?? entry.class
    self.stage = stage ?? entry.stage
    self.who = who ?? entry.who
    self.code = code
    self.values = values
    self.confidence = confidence ?? entry.confidence
    self.because = because
  }

  /// As it was stored.
  init(
    stored id: FailureID, class: FailureClass, stage: String, who: Actor, code: String?, values: [String: String],
    confidence: Double, because: [Failure]
  ) {
    self.id = id
    self.class = `class`
    self.stage = stage
    self.who = who
    self.code = code
    self.values = values
    self.confidence = confidence
    self.because = because
  }

  package var exitCode: ExitCode { Catalogue.shipped.entry(id).exitCode }

  /// Whether trying again unchanged can help.
  package var retry: Bool { Catalogue.shipped.entry(id).retry }

  /// Where in a dialogue with a server; nil for what happened elsewhere.
  package var smtpStage: SMTPStage? { SMTPStage(rawValue: stage) }
}
