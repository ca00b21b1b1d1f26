import Base
import Diagnosis
import Interface
import Settings

// Asks a desk, and prints what it says: jobs.
extension CommandOutput {
  func jobs(_ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.jobs(Operation.Jobs(all: true))
    emit(answer)
    if answer.jobs.isEmpty { say("no jobs") }
    say(Columns.text(answer.jobs.map(row)).trimmingLastLineEnd)
    if answer.rest > 0 { say("and \(answer.rest) more") }
    return .done
  }

  private func row(_ job: JobReport) -> [String] {
    [
      job.id, job.state, job.created.inJSON, count(job.pages, "page"), readableSize(job.bytes),
      job.recipients.map(\.address).joined(separator: ", "), job.failure?.cause ?? "",
    ]
  }

  func job(_ id: String, _ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.showJob(Operation.ShowJob(id: id))
    emit(answer)
    say(text(of: answer.job))
    return .done
  }

  private func text(of job: JobReport) -> String {
    var rows = [
      ["job", job.id], ["state", job.state], ["created", job.created.inJSON], ["file", job.file],
      ["pages", String(job.pages)], ["size", readableSize(job.bytes)],
    ]
    if let id = job.messageID { rows.append(["message", id]) }
    for recipient in job.recipients {
      rows.append(["recipient", "\(recipient.address)  \(recipient.state)"])
      rows += [recipient.route.map { ["  route", $0] }, recipient.reply.map { ["  reply", $0] }].compactMap { $0 }
      if let next = recipient.next { rows.append(["  next", next.inJSON]) }
      if recipient.attempts > 0 { rows.append(["  attempts", String(recipient.attempts)]) }
    }
    if let failure = job.failure {
      rows.append(["cause", failure.cause])
      rows += failure.steps.map { ["  →", $0] }
    }
    return Columns.text(rows).trimmingLastLineEnd
  }

  func retry(
    _ request: Operation.Retry, _ desk: any Desk, _ stop: StopSignal
  ) throws(Failure) -> ExitCode {
    let progress = JobProgress(self)
    defer { progress.clear() }
    let answer = try desk.retry(request, events: progress.show, interrupt: stop)
    let isInterrupted = stop.isRaised
    let codes = answer.outcomes.map { progress.end($0, isInterrupted: isInterrupted) }
    return codes.first { $0 != .done } ?? .done
  }

  func resend(
    _ request: Operation.Resend, _ desk: any Desk, _ stop: StopSignal
  ) throws(Failure) -> ExitCode {
    let progress = JobProgress(self)
    defer { progress.clear() }
    let outcome = try desk.resend(request, events: progress.show, interrupt: stop)
    return progress.end(outcome, isInterrupted: stop.isRaised)
  }

  func cancel(_ id: String, _ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.cancel(Operation.Cancel(id: id))
    emit(answer)
    say("job \(answer.job.id) is cancelled; its document can still be exported")
    return .done
  }

  func export(_ id: String, to output: String, _ desk: any Desk) throws(Failure) -> ExitCode {
    let shown = try desk.showJob(Operation.ShowJob(id: id))
    _ = try desk.export(Operation.Export(id: shown.job.id, output: output))
    emit(shown)
    say("\(output): \(count(shown.job.pages, "page")), \(readableSize(shown.job.bytes))")
    return .done
  }
}
