package import Base
package import Diagnosis
import Host
package import Interface
import Jobs
import Spool

extension LocalDesk {
  package func jobs(_ request: Operation.Jobs) throws(Failure) -> Operation.Jobs.Answer {
    let isAll = request.all ?? false
    let jobs = try appliance().jobs().filter { isAll || !$0.state.isDone }
    return Operation.Jobs.Answer(jobs: jobs.map(report))
  }

  package func showJob(_ request: Operation.ShowJob) throws(Failure) -> Operation.ShowJob.Answer {
    Operation.ShowJob.Answer(job: report(try appliance().job(request.id)))
  }

  package func cancel(_ request: Operation.Cancel) throws(Failure) -> Operation.Cancel.Answer {
    Operation.Cancel.Answer(job: report(try appliance().cancel(request.id)))
  }

  package func delete(_ request: Operation.Delete) throws(Failure) -> Operation.Delete.Answer {
    let appliance = try appliance()
    if let id = request.id {
      try appliance.forget(try appliance.job(id).id)
      return Operation.Delete.Answer(deleted: 1)
    }
    let meant = try appliance.jobs().filter { request.which == .all || $0.state == .accepted }
    var answer = Operation.Delete.Answer(deleted: 0)
    for job in meant {
      if try appliance.forgetIfFinished(job.id) { answer.deleted += 1 } else { answer.kept += 1 }
    }
    return answer
  }

  package func export(_ request: Operation.Export) throws(Failure) -> Operation.Export.Answer {
    let appliance = try appliance()
    let job = try appliance.job(request.id)
    try appliance.export(job.id, to: request.output)
    return Operation.Export.Answer(bytes: job.bytes)
  }

  package func retry(
    _ request: Operation.Retry, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> Operation.Retry.Answer {
    guard let id = request.id else { throw .notServed("Retry without id") }
    let appliance = try appliance()
    try appliance.checkCanSend()
    let task = JobTask(appliance, request.finish, interrupt)
    var numbers = EventNumbers(clock)
    let queued = try appliance.retry(id)
    let job = try appliance.spool.job(queued)
    events(numbers.state(of: job))
    return Operation.Retry.Answer(outcomes: [task.deliver(job, &numbers, events).outcome(report)])
  }

  package func resend(
    _ request: Operation.Resend, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> JobOutcome {
    let appliance = try appliance()
    try request.message.checkIsServed()
    var numbers = EventNumbers(clock)
    for refusal in try appliance.checkCanSend(request.message) { events(numbers.next(Event(refused: refusal))) }
    let task = JobTask(appliance, request.finish, interrupt)
    let job = try appliance.resend(request.id, request.message)
    events(numbers.state(of: job))
    return task.deliver(job, &numbers, events).outcome(report)
  }

  func report(_ job: Job) -> JobReport { JobReport(job, owner: UserName.current) }
}

extension Event {
  /// Of recipients that no route may carry to, while the others get it.
  init(refused failure: Failure) {
    self.init(.notice, about: failure)
    state = RecipientState.refused.rawValue
  }
}
