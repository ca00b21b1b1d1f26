import Base
import Diagnosis
import Interface
import Jobs
import Mail
import Testing

@Suite struct `Exit codes of jobs` {
  /// A sealed job whose recipients stand as given; a held one because of a refused password.
  private func job(_ states: [RecipientState]) throws -> Job {
    let mailboxes = try states.indices.map { try Mailbox(parsing: "r\($0)@example.test") }
    let submission = Submission(to: mailboxes, fileName: "a.pdf")
    var job = Job(id: JobID(random: Array(0..<10)), submission: submission, created: WallTime(seconds: 0))
    job.phase = .sealed
    for (index, state) in states.enumerated() {
      job.recipients[index].state = state
      job.recipients[index].failure = failure(of: state)
    }
    return job
  }

  private func failure(of state: RecipientState) -> Failure? {
    switch state {
    case .held: Failure(.authRefused)
    case .refused: Failure(.recipientUnknown)
    case .queued, .unknown: Failure(.replyUnknown)
    case .accepted, .sending: nil
    }
  }

  @Test(
    arguments: [
      ([.accepted], .done), ([.accepted, .accepted], .done), ([.accepted, .refused], .partlyAccepted),
      ([.accepted, .held], .partlyAccepted), ([.accepted, .queued], .notAcceptedYet), ([.held], .refused),
      ([.refused], .badInput), ([.unknown], .notAcceptedYet), ([.accepted, .unknown], .partlyAccepted),
      ([.queued, .held], .notAcceptedYet),
    ] as [([RecipientState], ExitCode)])
  func `follow its recipients`(_ states: [RecipientState], _ code: ExitCode) throws {
    #expect(try JobVerdict(job(states)).exitCode == code)
  }
}
