package import Diagnosis
package import Jobs

/// The exit code of a job's end (CONTRACT section 1).
package struct JobVerdict: Sendable {
  package let exitCode: ExitCode

  package init(_ job: Job) { self.init(job.recipients.map(\.state.rawValue), job.failure?.exitCode) }
  package init(_ job: JobReport) { self.init(job.recipients.map(\.state), job.failure?.exitCode) }

  private init(_ words: [String], _ failure: ExitCode?) {
    // A later version's state is none of these, and the failure decides.
    let states = Set(words.map { RecipientState(rawValue: $0) })
    if states == [.accepted] {
      exitCode = .done
    } else if states.contains(.accepted), !states.contains(.queued), !states.contains(.sending) {
      exitCode = .partlyAccepted
    } else {
      exitCode = failure ?? .notAcceptedYet
    }
  }
}
