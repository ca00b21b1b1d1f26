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
    let message = JobMessage(to: mailboxes, fileName: "a.pdf")
    var job = Job(id: JobID(random: Array(0..<10)), message: message, created: WallTime(seconds: 0))
    job.phase = .sealed
    for (index, state) in states.enumerated() {
      job.recipients[index].custody = custody(state)
    }
    return job
  }

  private func custody(_ state: RecipientState) -> Custody {
    switch state {
    case .held: .held(.init(failure: Failure(.authRefused)))
    case .refused: .refused(Failure(.recipientUnknown), reply: nil)
    case .queued: .queued(.atOnce, .init(failure: Failure(.replyUnknown)))
    case .unknown: .unknown(Failure(.replyUnknown), reply: nil)
    case .accepted: .accepted(reply: "250 ok")
    case .sending: .sending(attempt: 1, isIntended: false, .none)
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
