import Base
import Diagnosis
import Interface
import Jobs

/// What scan, send, retry and resend have in common: what is done with a job that is sealed.
struct JobTask {
  private let appliance: Appliance
  private let finish: Finish
  private let interrupt: StopSignal
  /// The job has recipients.
  private let isSent: Bool

  init(_ appliance: Appliance, _ finish: Finish, _ interrupt: StopSignal, isSent: Bool = true) {
    self.appliance = appliance
    self.finish = finish
    self.interrupt = interrupt
    self.isSent = isSent
  }

  /// The file that a document goes to which is not to be sent.
  var finalFile: String? { isSent ? nil : finish.output }

  /// How a job stands at the end, before it is reported.
  struct FinalState {
    var job: Job
    var fileRefusal: Failure?
    var standstill: Failure?

    func outcome(_ report: (Job) -> JobReport) -> JobOutcome {
      let standing = JobStanding(job)
      return JobOutcome(
        report(job), fileRefusal: fileRefusal.map { Explanation($0, about: standing) },
        standstill: standstill.map { Explanation($0, about: standing) })
    }
  }

  /// First the file, which depends on no server. A job that was only written to a file is removed afterwards.
  ///
  /// - Parameters:
  ///   - isHandedOver: its document is in ``finalFile``, and the job is gone.
  ///   - headStart: what was prepared for it.
  func end(
    _ job: Job, isHandedOver: Bool = false, with headStart: HeadStart? = nil, _ numbers: inout EventNumbers,
    _ events: (Event) -> Void
  ) throws(Failure) -> FinalState {
    var refusal: Failure?
    if let output = finish.output, !isHandedOver {
      do throws(Failure) {
        try appliance.export(job.id, to: output)
      } catch {
        // No file, and for that no mail, would be two failures.
        if !isSent { throw error }
        refusal = error
      }
    }
    if isSent {
      var end = deliver(job, with: headStart, &numbers, events)
      end.fileRefusal = refusal
      return end
    }
    if !isHandedOver { try appliance.forget(job.id) }
    return FinalState(job: job)
  }

  /// Attempts to send. Where no attempt can be made, the job is kept, and its end says why.
  func deliver(
    _ job: Job, with headStart: HeadStart? = nil, _ numbers: inout EventNumbers, _ events: (Event) -> Void
  ) -> FinalState {
    do throws(Failure) {
      let job = try appliance.deliver(job.id, with: headStart, until: finish.deadline, interrupt: interrupt) {
        events(numbers.next(Event($0)))
      }
      return FinalState(job: job)
    } catch {
      return FinalState(job: job, standstill: error)
    }
  }
}
