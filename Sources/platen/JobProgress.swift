import Base
import Diagnosis
import Interface
import Jobs
import Mail

/// What scan, send, retry and resend tell while they run, and what they say at the end.
struct JobProgress {
  private let output: CommandOutput
  private let line: LiveLine
  private let began: Deadline

  init(_ output: CommandOutput) {
    self.output = output
    began = output.clock.now
    line = LiveLine(quiet: output.json || output.quiet, clock: output.clock, write: output.writeError)
  }

  /// Passing news on the live line, lasting news as lines, in JSON as events.
  func show(_ event: Event) {
    if event.kind != .progress { output.emit(event) }
    switch event.kind {
    case .page: line.keep(words(forPage: event.page ?? 0, event.bytes ?? 0))
    case .attempt: line.mention("sending by route \(event.route ?? "")")
    case .token: line.mention("getting a token from \(event.text ?? "")")
    case .waiting: line.keep(words(forWaiting: event))
    // What is about a recipient that stays behind has the recipient's state.
    case .notice: line.keep((event.text ?? "") + (event.state == nil ? "" : "; it is sent to the others"))
    case .progress: showPassing(event)
    case .outcome, .state, .code, .open, nil: break
    }
  }

  /// - Parameters:
  ///   - file: where the document was to go.
  ///   - isInterrupted: a person broke off.
  func end(_ outcome: JobOutcome, in file: String? = nil, isInterrupted: Bool) -> ExitCode {
    line.clear()
    let job = outcome.job
    let code = outcome.exitCode(isInterrupted: isInterrupted)
    if job.knownState == .interrupted, let failure = job.failure {
      output.report(failure, job: job.id)
      return code
    }
    if let refusal = outcome.fileRefusal {
      output.report(refusal, job: job.id)
    } else if let file {
      output.say("\(file): \(count(job.pages, "page")), \(readableSize(job.bytes))")
    }
    if let standstill = outcome.standstill {
      output.report(standstill, job: job.id)
    } else {
      output.emit(outcome)
      if !job.recipients.isEmpty { say(job) }
    }
    return code
  }

  func clear() { line.clear() }

  private func say(_ job: JobReport) {
    if output.json { return }
    for recipient in job.recipients {
      let words = recipient.reply ?? recipient.failure?.cause ?? ""
      output.say("\(recipient.state)  \(recipient.address)  \(words.onOneLine(limit: 200))")
    }
    guard let failure = job.failure, job.knownState != .accepted else { return output.say("job \(job.id): accepted") }
    output.explain(failure)
    output.complain("  job \(job.id) is \(job.state): platen jobs show \(job.id)")
  }

  // MARK: Words

  private func showPassing(_ event: Event) {
    switch event.text {
    case "opening": line.show("opening \(event.code ?? "")")
    case "connected": line.mention("connected to \(event.address ?? "")")
    case "secured": line.mention("secured with TLS \(event.code ?? "")")
    case let step?: line.show(SMTPStage(rawValue: step).map(words) ?? step)
    case nil: line.show(words(forBytes: event))
    }
  }

  private func words(forBytes event: Event) -> String {
    let share = event.of.flatMap { percentage(event.bytes ?? 0, of: $0) }
    guard let page = event.page else {
      let whole = event.of.map { " of " + readableSize($0) } ?? ""
      return "sent " + readableSize(event.bytes ?? 0) + whole + (share.map { ", " + $0 } ?? "")
    }
    let parts = [share, event.bytes.map(readableSize)].compactMap { $0 }
    return "page \(page)" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  private func words(forPage page: Int, _ bytes: Int) -> String {
    "page \(page): \(readableSize(bytes)), \(rate(page, "page"))"
  }

  /// A server is asked again at a stated time, a scanner when it likes.
  private func words(forWaiting event: Event) -> String {
    let reason = event.text ?? ""
    return event.seconds.map { "\(reason); retrying in \($0) s" } ?? "the scanner is not ready: \(reason)"
  }

  /// How many a minute since the task began; a scanner's own measure.
  private func rate(_ number: Int, _ noun: String) -> String {
    let minutes = max(output.clock.now.since(began).inSeconds, 0.001) / 60
    return "\(count(Int((Double(number) / minutes).rounded()), noun)) per minute"
  }

  private func percentage(_ part: Int, of whole: Int) -> String? {
    whole > 0 ? "\(min(100, part * 100 / whole)) %" : nil
  }

  private func words(for stage: SMTPStage) -> String {
    switch stage {
    case .lookup: "looking up the server"
    case .connect: "connecting"
    case .tls, .starttls: "securing the connection"
    case .greeting, .hello: "greeting the server"
    case .auth: "signing in"
    case .mail, .rcpt, .data: "sending the envelope"
    case .body: "sending"
    case .final: "waiting for the server's reply"
    case .quit: "closing the session"
    }
  }
}
