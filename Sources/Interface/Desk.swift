package import Base
package import Diagnosis

/// The one way in: every front end (command line, console, panel, library) works through a desk and knows nothing behind it.
/// The appliance itself is one, and a client over a socket has another.
///
/// What takes long tells of itself by events, and ends early once `interrupt` is raised.
package protocol Desk {
  func version(_ request: Operation.Version) throws(Failure) -> Operation.Version.Answer

  // MARK: Scanners and documents

  func devices(_ request: Operation.Devices, events: (Event) -> Void) throws(Failure) -> Operation.Devices.Answer

  /// Scans, seals, and does with the job what its finish says.
  func scan(_ request: Operation.Scan, events: (Event) -> Void, interrupt: StopSignal) throws(Failure) -> JobOutcome

  /// The same with finished files.
  func send(_ request: Operation.Send, events: (Event) -> Void, interrupt: StopSignal) throws(Failure) -> JobOutcome

  // MARK: Jobs

  func jobs(_ request: Operation.Jobs) throws(Failure) -> Operation.Jobs.Answer
  func showJob(_ request: Operation.ShowJob) throws(Failure) -> Operation.ShowJob.Answer

  /// Queues again what is not accepted, and delivers it as its finish says.
  func retry(
    _ request: Operation.Retry, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> Operation.Retry.Answer

  func cancel(_ request: Operation.Cancel) throws(Failure) -> Operation.Cancel.Answer
  func delete(_ request: Operation.Delete) throws(Failure) -> Operation.Delete.Answer
  func export(_ request: Operation.Export) throws(Failure) -> Operation.Export.Answer

  /// Makes another job with the files of an existing one, and delivers it as its finish says.
  func resend(_ request: Operation.Resend, events: (Event) -> Void, interrupt: StopSignal) throws(Failure) -> JobOutcome

  // MARK: What others have to know

  /// What the DNS holds, against what routes need: an answer a route.
  func records(_ request: Operation.Records) throws(Failure) -> [Operation.Records.Answer]
  func keys(_ request: Operation.Keys) throws(Failure) -> Operation.Keys.Answer

  /// - Parameter answer: asked once, after the event `open`, for the address that the browser ended at.
  func authorize(
    _ request: Operation.Authorize, events: (Event) -> Void, answer: () throws(Failure) -> String, interrupt: StopSignal
  ) throws(Failure) -> Operation.Authorize.Answer

  // MARK: Settings and secrets

  func configuration(_ request: Operation.Configuration) throws(Failure) -> Operation.Configuration.Answer
  func change(_ request: Operation.Change) throws(Failure) -> Operation.Change.Answer
  func schema(_ request: Operation.Schema) throws(Failure) -> Operation.Schema.Answer
  func secrets(_ request: Operation.Secrets) throws(Failure) -> Operation.Secrets.Answer
  func setSecret(_ request: Operation.SetSecret) throws(Failure) -> Operation.SetSecret.Answer
}
