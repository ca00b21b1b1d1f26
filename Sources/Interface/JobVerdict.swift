package import Diagnosis
package import Jobs

/// The exit code of a job's end (CONTRACT section 1).
package struct JobVerdict: Sendable {
  package let exitCode: ExitCode

  package init(_ job: Job) { self.init(job.recipients.map(\.state.settlement), job.failure?.exitCode) }

  package init(_ job: JobReport) {
    // A later version's state is unknown here, and the failure decides.
    self.init(job.recipients.map { RecipientState(rawValue: $0.state)?.settlement }, job.failure?.exitCode)
  }

  private init(_ settlements: [RecipientState.Settlement?], _ failure: ExitCode?) {
    let settlements = Set(settlements)
    if settlements == [.delivered] {
      exitCode = .done
    } else if settlements.contains(.delivered), !settlements.contains(.open) {
      exitCode = .partlyAccepted
    } else {
      exitCode = failure ?? .notAcceptedYet
    }
  }
}
