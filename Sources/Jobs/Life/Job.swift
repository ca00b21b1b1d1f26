package import Base
package import Diagnosis
import Paper

/// What a job is on disk; where its recipients stand comes on top.
package enum JobPhase: String, Sendable, CaseIterable {
  /// Pages are being added, by the process that holds the job's lock.
  case scanning
  /// Sealed with the pages that came before the scan broke off.
  case interrupted
  case sealed
  case cancelled
  /// Its files are being removed, then its record.
  case removed
}

/// A job: a document, what is to be done with it, and what became of it.
package struct Job: Sendable, Equatable, Identifiable {
  package let id: JobID
  package var phase: JobPhase
  package let created: WallTime
  /// Of the document; 0 where only finished files go.
  package var pages: Int
  /// Of the document, once sealed.
  package var documentBytes: Int
  package var message: JobMessage
  package var recipients: [Recipient]
  package var dispatches: [Dispatch]
  /// Attempts begun, all recipients together.
  package var attemptCount: Int
  /// Why the scan broke off.
  package var interruption: Failure?

  /// A job as the store has it.
  package init(
    id: JobID, phase: JobPhase, created: WallTime, pages: Int, documentBytes: Int, message: JobMessage,
    recipients: [Recipient], dispatches: [Dispatch], attemptCount: Int, interruption: Failure?
  ) {
    self.id = id
    self.phase = phase
    self.created = created
    self.pages = pages
    self.documentBytes = documentBytes
    self.message = message
    self.recipients = recipients
    self.dispatches = dispatches
    self.attemptCount = attemptCount
    self.interruption = interruption
  }

  /// A job before its first page.
  package init(id: JobID, message: JobMessage, created: WallTime) {
    self.init(
      id: id, phase: .scanning, created: created, pages: 0, documentBytes: 0, message: message,
      recipients: message.addresses.map { Recipient(address: $0) }, dispatches: [], attemptCount: 0,
      interruption: nil)
  }

  package var state: JobState {
    switch phase {
    case .scanning: .scanning
    case .interrupted: .interrupted
    case .sealed: JobState(of: recipients.map(\.state)) ?? .sealed
    case .cancelled, .removed: .cancelled
    }
  }

  /// The files to send, in order: the document, where there is one, and what was taken over as it is.
  package var files: [AttachedFile] {
    let document = AttachedFile(name: message.fileName, stored: DocumentFile.sealed, bytes: documentBytes)
    return (pages > 0 ? [document] : []) + message.attachments
  }

  /// The name to show the job by.
  package var file: String {
    pages > 0 || message.attachments.isEmpty ? message.fileName : message.attachments[0].name
  }

  /// Of all its files.
  package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  /// Of its newest dispatch.
  package var messageID: String? { dispatches.last?.identity.messageID }

  /// Why the job stands where it stands: the interruption, or the first failure among the recipients that
  /// give the job its state.
  package var failure: Failure? {
    if phase == .interrupted { return interruption }
    return recipients.first { $0.failure != nil && $0.state.job == state }?.failure
  }
}

extension JobStanding {
  /// Where a job stands, for messages about it.
  ///
  /// - Parameter triesAgain: a process waits for it and makes the next attempt.
  package init(_ job: Job, triesAgain: Bool = false) {
    self.init(
      id: job.id.text, canRetry: job.canBeRetried, triesAgain: triesAgain && job.state == .queued, pages: job.pages)
  }
}
