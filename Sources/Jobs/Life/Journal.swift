package import Base
package import Diagnosis

/// What the journal tells of.
package enum JournalEvent: String, Sendable, CaseIterable {
  case began, sealed, interrupted, discarded
  case attempt, accepted, deferred, refused, held, unknown
  /// A sender died before it began to send the end of the message.
  case requeued
  case retried, cancelled, exported, removed
}

/// One line of the journal: what became of a job or of one of its recipients.
package struct JournalLine: Sendable, Equatable {
  package var job: JobID
  package var time: WallTime
  package var event: JournalEvent
  package var address: String?
  package var route: String?
  /// "1 of 3", where the document went in several messages.
  package var part: String?
  /// The server's last words.
  package var reply: String?
  package var peer: String?
  package var tls: String?
  package var failure: Failure?

  package init(
    job: JobID, time: WallTime, event: JournalEvent, address: String? = nil, route: String? = nil,
    part: String? = nil, reply: String? = nil, peer: String? = nil, tls: String? = nil, failure: Failure? = nil
  ) {
    self.job = job
    self.time = time
    self.event = event
    self.address = address
    self.route = route
    self.part = part
    self.reply = reply
    self.peer = peer
    self.tls = tls
    self.failure = failure
  }
}
