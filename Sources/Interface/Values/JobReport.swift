package import Base
package import Diagnosis
package import JSON
package import Jobs

/// A job as every front end shows it.
package struct JobReport: Sendable, Equatable {
  package var id: String
  /// A `JobState`'s word, or a later version's.
  package var state: String
  package var created: WallTime
  /// The user who owns the job.
  package var owner: String
  package var profile: String?
  /// Of the document; 0 where only finished files go.
  package var pages: Int
  /// Of all its files.
  package var bytes: Int
  /// Of its newest dispatch.
  package var messageID: String?
  /// The name to show it by.
  package var file: String
  package var recipients: [RecipientReport]
  /// Why it stands where it stands.
  package var failure: Explanation?

  package init(
    id: String, state: String, created: WallTime, owner: String, profile: String? = nil, pages: Int, bytes: Int,
    messageID: String? = nil, file: String, recipients: [RecipientReport] = [], failure: Explanation? = nil
  ) {
    self.id = id
    self.state = state
    self.created = created
    self.owner = owner
    self.profile = profile
    self.pages = pages
    self.bytes = bytes
    self.messageID = messageID
    self.file = file
    self.recipients = recipients
    self.failure = failure
  }

  /// nil where it is a later version's.
  package var knownState: JobState? { JobState(rawValue: state) }
}

/// An address of a job, and what became of it.
package struct RecipientReport: Sendable, Equatable {
  package var address: String
  /// A `RecipientState`'s word, or a later version's.
  package var state: String
  /// Of the last attempt.
  package var route: String?
  package var attempts: Int
  /// Only where it tells something: the recipient has the first parts, and not the last.
  package var partsAccepted: Int?
  /// Not to be tried before.
  package var next: WallTime?
  /// The server's last words.
  package var reply: String?
  package var failure: Explanation?

  package init(
    address: String, state: String, route: String? = nil, attempts: Int = 0, partsAccepted: Int? = nil,
    next: WallTime? = nil, reply: String? = nil, failure: Explanation? = nil
  ) {
    self.address = address
    self.state = state
    self.route = route
    self.attempts = attempts
    self.partsAccepted = partsAccepted
    self.next = next
    self.reply = reply
    self.failure = failure
  }
}

extension JobReport {
  package init(_ job: Job, owner: String) {
    self.init(
      id: job.id.text, state: job.state.rawValue, created: job.created, owner: owner, pages: job.pages,
      bytes: job.bytes, messageID: job.messageID, file: job.file,
      recipients: job.recipients.map { RecipientReport($0, of: job) },
      failure: job.failure.map { Explanation($0, about: JobStanding(job)) })
  }
}

extension RecipientReport {
  package init(_ recipient: Recipient, of job: Job) {
    let isBetween = recipient.state.settlement != .delivered && recipient.partsAccepted > 0
    self.init(
      address: recipient.address, state: recipient.state.rawValue, route: recipient.route,
      attempts: recipient.attempts, partsAccepted: isBetween ? recipient.partsAccepted : nil, next: recipient.next,
      reply: recipient.reply, failure: recipient.failure.map { Explanation($0, about: JobStanding(job)) })
  }
}

extension JobReport: JSONStorable {
  package var json: JSONValue {
    .fields([
      "id": id, "state": state, "created": created.inJSON, "owner": owner, "profile": profile, "pages": pages,
      "bytes": bytes, "messageID": messageID, "file": file, "recipients": recipients, "failure": failure,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      id: try json.field("id"), state: try json.field("state"), created: try json.time("created"),
      owner: try json.field("owner"), profile: try json.optional("profile"), pages: try json.field("pages"),
      bytes: try json.field("bytes"), messageID: try json.optional("messageID"), file: try json.field("file"),
      recipients: try json.field("recipients"), failure: try json.optional("failure"))
  }
}

extension RecipientReport: JSONStorable {
  package var json: JSONValue {
    .fields([
      "address": address, "state": state, "route": route, "attempts": attempts, "partsAccepted": partsAccepted,
      "next": next?.inJSON, "reply": reply, "failure": failure,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      address: try json.field("address"), state: try json.field("state"), route: try json.optional("route"),
      attempts: try json.field("attempts"), partsAccepted: try json.optional("partsAccepted"),
      next: try json.optionalTime("next"), reply: try json.optional("reply"), failure: try json.optional("failure"))
  }
}
