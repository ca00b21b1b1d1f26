import Base
import Diagnosis
import Interface
import JSON
import Settings

/// A desk without an appliance: answers what it was given, and keeps what it was asked.
final class FakeDesk: Desk {
  /// In the order of the questions, by their methods.
  private(set) var asked: [String] = []
  var events: [Event] = []
  var outcome: JobOutcome?
  var shown: [JobReport] = []
  var devices: [DeviceReport] = []
  var rows: [ConfigurationView.Row] = []
  var problems: [Explanation] = []
  var reports: [Operation.Records.Answer] = []
  var keyReports: [KeyReport] = []
  var secretReports: [SecretReport] = []
  var notice: String?
  var signIn = Operation.Authorize.Answer()
  var deleted = Operation.Delete.Answer(deleted: 1)
  var failure: Failure?

  /// Notes a question, and fails where the desk is to fail.
  private func hear<Asked: Request>(_ request: Asked) throws(Failure) {
    asked.append(Asked.method + " " + JSONText.compact(request.json))
    if let failure { throw failure }
  }

  private func outcome(_ events: (Event) -> Void) throws(Failure) -> JobOutcome {
    for event in self.events { events(event) }
    guard let outcome else { throw Failure(.inputNotThere) }
    return outcome
  }

  func version(_ request: Operation.Version) throws(Failure) -> Operation.Version.Answer {
    try hear(request)
    return Operation.Version.Answer(versions: ["platen": "1.2.3", "build": "test", "sane": "1.0"])
  }

  func devices(_ request: Operation.Devices, events: (Event) -> Void) throws(Failure) -> Operation.Devices.Answer {
    try hear(request)
    for event in self.events { events(event) }
    return Operation.Devices.Answer(devices: devices)
  }

  func scan(_ request: Operation.Scan, events: (Event) -> Void, interrupt: StopSignal) throws(Failure) -> JobOutcome {
    try hear(request)
    return try outcome(events)
  }

  func send(_ request: Operation.Send, events: (Event) -> Void, interrupt: StopSignal) throws(Failure) -> JobOutcome {
    asked.append("Send " + request.files.joined(separator: " "))
    return try outcome(events)
  }

  func jobs(_ request: Operation.Jobs) throws(Failure) -> Operation.Jobs.Answer {
    try hear(request)
    return Operation.Jobs.Answer(jobs: shown)
  }

  func showJob(_ request: Operation.ShowJob) throws(Failure) -> Operation.ShowJob.Answer {
    try hear(request)
    guard let job = shown.first else { throw Failure(.jobUnknown) }
    return Operation.ShowJob.Answer(job: job)
  }

  func retry(
    _ request: Operation.Retry, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> Operation.Retry.Answer {
    try hear(request)
    return Operation.Retry.Answer(outcomes: [try outcome(events)])
  }

  func cancel(_ request: Operation.Cancel) throws(Failure) -> Operation.Cancel.Answer {
    try hear(request)
    return try showJob(Operation.ShowJob(id: request.id))
  }

  func delete(_ request: Operation.Delete) throws(Failure) -> Operation.Delete.Answer {
    try hear(request)
    return deleted
  }

  func export(_ request: Operation.Export) throws(Failure) -> Operation.Export.Answer {
    try hear(request)
    return Operation.Export.Answer(bytes: 0)
  }

  func resend(
    _ request: Operation.Resend, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> JobOutcome {
    try hear(request)
    return try outcome(events)
  }

  func records(_ request: Operation.Records) throws(Failure) -> [Operation.Records.Answer] {
    try hear(request)
    return reports
  }

  func keys(_ request: Operation.Keys) throws(Failure) -> Operation.Keys.Answer {
    try hear(request)
    return Operation.Keys.Answer(keys: keyReports)
  }

  func authorize(
    _ request: Operation.Authorize, events: (Event) -> Void, answer: () throws(Failure) -> String, interrupt: StopSignal
  ) throws(Failure) -> Operation.Authorize.Answer {
    try hear(request)
    for event in self.events {
      events(event)
      if event.kind == .open { asked.append("pasted " + (try answer())) }
    }
    return signIn
  }

  func configuration(_ request: Operation.Configuration) throws(Failure) -> Operation.Configuration.Answer {
    try hear(request)
    return Operation.Configuration.Answer(values: rows, commit: "c0ffee")
  }

  func change(_ request: Operation.Change) throws(Failure) -> Operation.Change.Answer {
    try hear(request)
    return Operation.Change.Answer(commit: problems.isEmpty ? "c0ffee" : nil, problems: problems)
  }

  func schema(_ request: Operation.Schema) throws(Failure) -> Operation.Schema.Answer {
    try hear(request)
    return Operation.Schema.Answer(schema: "{}")
  }

  func secrets(_ request: Operation.Secrets) throws(Failure) -> Operation.Secrets.Answer {
    try hear(request)
    return Operation.Secrets.Answer(secrets: secretReports)
  }

  func setSecret(_ request: Operation.SetSecret) throws(Failure) -> Operation.SetSecret.Answer {
    try hear(request)
    return Operation.SetSecret.Answer(notice: notice)
  }
}
