package import Diagnosis
package import Jobs

/// The exit code of a job's end (CONTRACT section 1).
package struct JobVerdict: Sendable {
  package let exitCode: ExitCode

  package init(_ job: Job) { self.init(job.recipients.map(\.state.end), job.failure?.exitCode) }

  package init(_ job: JobReport) {
    // A later version's state is none of these, and the failure decides.
    self.init(job.recipients.map { RecipientState(rawValue: $0.state)?.end }, job.failure?.exitCode)
  }

  private init(_ ends: [RecipientState.End?], _ failure: ExitCode?) {
    let ends = Set(ends)
    if ends == [.delivered] {
      exitCode = .done
    } else if ends.contains(.delivered), !ends.contains(.open) {
      exitCode = .partlyAccepted
    } else {
      exitCode = failure ?? .notAcceptedYet
    }
  }
}
