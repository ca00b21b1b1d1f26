import Base
import Diagnosis
import Glibc
import Interface

enum JobsVerb {
  struct List: Verb {
    static let command = JobsCommand.list
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.jobs(desk) }
  }

  struct Show: Verb {
    static let command = JobsCommand.show
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.job(said[JobsCommand.id], desk) }
  }

  struct Retry: Verb {
    static let command = JobsCommand.retry
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let request = Operation.Retry(id: said[JobsCommand.id], finish: Finish(deadline: deadline))
      return try StopSignal.watching { (stop) throws(Failure) in try output.retry(request, desk, stop) }
    }
  }

  struct Cancel: Verb {
    static let command = JobsCommand.cancel
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode { try output.cancel(said[JobsCommand.id], desk) }
  }

  struct Delete: Verb {
    static let command = JobsCommand.delete
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let desk: any Desk = desk
      let request = Operation.Delete(id: try id(desk), which: which)
      guard try isConfirmed(request) else { return .interrupted }
      let answer = try desk.delete(request)
      output.emit(answer)
      output.say("deleted: \(count(answer.deleted, "job"))")
      if answer.kept > 0 { output.say("kept, not finished: \(count(answer.kept, "job")); see platen jobs") }
      return .done
    }

    private var which: Operation.Delete.Kind? {
      said[JobsCommand.all] ? .all : said[JobsCommand.accepted] ? .accepted : nil
    }

    /// The whole id, so that the question names the job that will go.
    private func id(_ desk: any Desk) throws(Failure) -> String? {
      guard let typed = said[JobsCommand.some] else { return nil }
      return try desk.showJob(Operation.ShowJob(id: typed)).job.id
    }

    private func isConfirmed(_ request: Operation.Delete) throws(Failure) -> Bool {
      if said[JobsCommand.force] { return true }
      guard isatty(0) == 1 else { throw Failure(.usageUnconfirmed) }
      let meant = request.id.map { "job \($0)" } ?? (request.which == .all ? "all jobs" : "all accepted jobs")
      StandardStream.error.write("Delete \(meant) and the documents? [y/N] ")
      return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
  }

  struct Export: Verb {
    static let command = JobsCommand.export
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      try output.export(said[JobsCommand.id], to: said[JobsCommand.output], desk)
    }
  }

  struct Resend: Verb {
    static let command = JobsCommand.resend
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      var message = MessageDraft()
      message.to = said[JobsCommand.to]
      let request = Operation.Resend(id: said[JobsCommand.id], message: message, finish: Finish(deadline: deadline))
      return try StopSignal.watching { (stop) throws(Failure) in try output.resend(request, desk, stop) }
    }
  }
}

@used @section("platen_entries") private let entry: Registration = {
  Verbs.enter(
    JobsVerb.List.self, JobsVerb.Show.self, JobsVerb.Retry.self, JobsVerb.Cancel.self, JobsVerb.Delete.self,
    JobsVerb.Export.self, JobsVerb.Resend.self, below: JobsCommand.command)
}
