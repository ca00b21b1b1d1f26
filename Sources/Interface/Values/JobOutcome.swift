package import Base
package import Diagnosis
package import JSON
import Jobs

/// What is done with a job once it is made. It is a matter of the client, which has files and a clock of its own, and
/// no part of the JSON: over a socket these are requests of their own (Export, Follow).
package struct Finish: Sendable, Equatable {
  /// A file that the document goes to; replaced where it exists.
  package var output: String?
  /// How long to wait for the servers' words; nil for one attempt.
  package var deadline: Deadline?

  package init(output: String? = nil, deadline: Deadline? = nil) {
    self.output = output
    self.deadline = deadline
  }
}

/// What became of a job that was made or taken up again.
package struct JobOutcome: Sendable, Equatable {
  package var job: JobReport
  /// Why the document is not in the file that was asked for, while it goes to its recipients all the same.
  package var fileRefusal: Explanation?
  /// Why no attempt could be made; the job is kept as it was.
  package var standstill: Explanation?

  package init(_ job: JobReport, fileRefusal: Explanation? = nil, standstill: Explanation? = nil) {
    self.job = job
    self.fileRefusal = fileRefusal
    self.standstill = standstill
  }

  /// - Parameter isInterrupted: a person broke off.
  package func exitCode(isInterrupted: Bool) -> ExitCode {
    let code =
      if job.knownState == .interrupted {
        job.failure?.exitCode ?? .scannerUnavailable
      } else if let standstill {
        standstill.exitCode
      } else {
        job.recipients.isEmpty ? ExitCode.done : JobVerdict(job).exitCode
      }
    if code != .done { return isInterrupted ? .interrupted : code }
    return fileRefusal?.exitCode ?? .done
  }
}

extension JobOutcome: JSONStorable {
  package var json: JSONValue { .fields(["job": job]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(try json.field("job")) }
}
