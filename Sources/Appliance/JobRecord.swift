package import Base
import Diagnosis
package import Jobs

/// A job in the form of CONTRACT section 1: the same in every verb, on the control socket and in the journal.
package struct JobRecord: Sendable, Encodable {
  package struct Recipient: Sendable, Encodable {
    package let address: String
    package let state: RecipientState
    package let route: String?
    package let attempts: Int
    package let next: String?
    package let reply: String?
    package let failure: Failure?
  }

  package let id: JobID
  package let state: JobState
  package let created: String
  package let pages: Int
  package let bytes: Int
  package let messageID: String?
  package let file: String?
  package let recipients: [Recipient]
  package let failure: Failure?

  package init(_ job: Job) {
    id = job.id
    state = job.state
    created = job.created.inJSON
    pages = job.pages
    bytes = job.bytes
    messageID = job.messageID
    file = job.file
    recipients = job.recipients.map { recipient in
      Recipient(
        address: recipient.address, state: recipient.state, route: recipient.route, attempts: recipient.attempts,
        next: recipient.next?.inJSON, reply: recipient.reply, failure: recipient.failure)
    }
    failure = job.failure
  }
}

extension WallTime {
  /// RFC 3339 in UTC.
  package var inJSON: String { CivilTime(self, offsetMinutes: 0).iso8601 }
}
