package import Diagnosis
package import Jobs

/// The exit code of a job's end (CONTRACT section 1).
package struct JobVerdict: Sendable {
  package let exitCode: ExitCode

  package init(_ job: Job) { self.init(job.recipients.map(\.state.completion), job.failure?.exitCode) }

  package init(_ job: JobReport) {
    // A later version's state is none of these, and the failure decides.
    self.init(job.recipients.map { RecipientState(rawValue: $0.state)?.completion }, job.failure?.exitCode)
  }

  private init(_ completions: [RecipientState.Completion?], _ failure: ExitCode?) {
    let completions = Set(completions)
    if completions == [.delivered] {
      exitCode = .done
    } else if completions.contains(.delivered), !completions.contains(.open) {
      exitCode = .partlyAccepted
    } else {
      exitCode = failure ?? .notAcceptedYet
    }
  }
}
