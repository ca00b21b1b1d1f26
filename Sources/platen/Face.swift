import ArgumentParser
import Base
import Diagnosis
import JSON

/// How a verb speaks: results on standard output, as text or JSON; failures on standard error, in words and
/// with the exit code of the table.
struct Face {
  let json: Bool
  /// Standard output and standard error.
  let output: (String) -> Void
  let errors: (String) -> Void

  init(
    json: Bool, output: @escaping (String) -> Void = { StandardStream.output.write($0) },
    errors: @escaping (String) -> Void = { StandardStream.error.write($0) }
  ) {
    self.json = json
    self.output = output
    self.errors = errors
  }

  /// A line for a person; nothing in JSON.
  func say(_ text: String) { if !json { output(text + "\n") } }

  /// One JSON object on one line; nothing in text.
  func emit(_ value: some JSONWritable) { if json { output(JSONText.compact(value.json) + "\n") } }

  /// A text as it is: one form for people, one for programs.
  func print(_ text: @autoclosure () -> String, json value: @autoclosure () -> JSONValue) {
    output(json ? JSONText.json(value()) : text())
  }

  /// A line on standard error.
  func complain(_ text: String) { errors(text + "\n") }

  /// Runs a verb and ends the program with its exit code, that of its failure where it fails.
  func run(_ verb: () throws(Failure) -> Diagnosis.ExitCode) throws {
    let code: Diagnosis.ExitCode
    do throws(Failure) { code = try verb() } catch { code = report(error) }
    if code != .done { throw ArgumentParser.ExitCode(code.rawValue) }
  }

  /// Says what failed, and what is to be done.
  @discardableResult
  func report(_ failure: Failure, job: String? = nil) -> Diagnosis.ExitCode {
    emit(JSONValue.fields(["failure": failure, "job": job]))
    explain(failure)
    return failure.exitCode
  }

  /// In words only.
  func explain(_ failure: Failure) {
    complain("platen: " + failure.cause)
    for step in failure.steps { complain("  → " + step) }
  }
}
