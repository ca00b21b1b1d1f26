import ArgumentParser
import Base
import Diagnosis
import JSON

/// How a verb speaks: results on standard output, as text or JSON; failures on standard error, in words and
/// with the exit code of the table.
struct Face {
  let json: Bool

  /// A line for a person; nothing in JSON.
  func say(_ text: String) { if !json { StandardStream.output.write(text + "\n") } }

  /// One JSON object on one line; nothing in text.
  func emit(_ value: some JSONWritable) throws {
    if json { StandardStream.output.write(JSONText.compact(value) + "\n") }
  }

  /// A line on standard error.
  static func complain(_ text: String) { StandardStream.error.write(text + "\n") }

  /// Runs a verb and turns its failure into words and the exit code.
  func run(_ verb: () throws -> Void) throws {
    do {
      try verb()
    } catch let failure as Failure {
      try report(failure)
      throw exit(failure)
    }
  }

  func report(_ failure: Failure, job: String? = nil) throws {
    try emit(FailureReport(failure: failure, job: job))
    Self.complain("platen: " + failure.cause)
    for step in failure.steps { Self.complain("  → " + step) }
  }

  func exit(_ failure: Failure) -> ArgumentParser.ExitCode { ArgumentParser.ExitCode(failure.exitCode.rawValue) }
}

private struct FailureReport: JSONWritable {
  let failure: Failure
  let job: String?

  var json: JSONValue { .fields(["failure": failure, "job": job]) }
}

extension Failure {
  /// A wrong use of the program that the parser cannot see.
  static func usage(_ cause: String, _ step: String) -> Failure {
    Failure(
      class: .configuration, stage: "usage", cause: cause, who: .person, steps: [step], retry: false, exitCode: .usage)
  }
}
