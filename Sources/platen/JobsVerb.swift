import Base
import Diagnosis
import Interface

enum JobsVerb {
  struct List: Verb {
    static let command = JobsCommand.list
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode { try face.jobs(desk) }
  }

  struct Show: Verb {
    static let command = JobsCommand.show
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode { try face.job(said[JobsCommand.id], desk) }
  }

  struct Retry: Verb {
    static let command = JobsCommand.retry
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode {
      let request = Operation.Retry(id: said[JobsCommand.id], finish: Finish(deadline: deadline))
      return try StopSignal.watching { (stop) throws(Failure) in try face.retry(request, desk, stop) }
    }
  }

  struct Cancel: Verb {
    static let command = JobsCommand.cancel
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode { try face.cancel(said[JobsCommand.id], desk) }
  }

  struct Export: Verb {
    static let command = JobsCommand.export
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode {
      try face.export(said[JobsCommand.id], to: said[JobsCommand.output], desk)
    }
  }

  struct Resend: Verb {
    static let command = JobsCommand.resend
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode {
      var wish = Wish()
      wish.to = said[JobsCommand.to]
      let request = Operation.Resend(id: said[JobsCommand.id], message: wish, finish: Finish(deadline: deadline))
      return try StopSignal.watching { (stop) throws(Failure) in try face.resend(request, desk, stop) }
    }
  }
}

@used @section("platen_entries") private let entry: Entry = {
  Verbs.enter(
    JobsVerb.List.self, JobsVerb.Show.self, JobsVerb.Retry.self, JobsVerb.Cancel.self, JobsVerb.Export.self,
    JobsVerb.Resend.self, below: JobsCommand.command)
}
