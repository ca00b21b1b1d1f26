import Base
import Diagnosis
import JSON

/// What a command prints: results on standard output, as text or JSON; failures on standard error, in words and
/// with the exit code of the table.
struct CommandOutput {
  let json: Bool
  /// No progress.
  let quiet: Bool
  let clock: Clock
  /// To standard output.
  let write: (String) -> Void
  /// To standard error.
  let writeError: (String) -> Void

  init(
    json: Bool, quiet: Bool = false, clock: Clock = .system,
    write: @escaping (String) -> Void = { StandardStream.output.write($0) },
    writeError: @escaping (String) -> Void = { StandardStream.error.write($0) }
  ) {
    self.json = json
    self.quiet = quiet
    self.clock = clock
    self.write = write
    self.writeError = writeError
  }

  /// A line for a person; nothing in JSON.
  func say(_ text: String) { if !json { write(text + "\n") } }

  /// One JSON object on one line; nothing in text.
  func emit(_ value: some JSONWritable) { if json { write(JSONText.compact(value.json) + "\n") } }

  /// A text as it is: one form for people, one for programs.
  func print(_ text: @autoclosure () -> String, json value: @autoclosure () -> JSONValue) {
    write(json ? JSONText.json(value()) : text())
  }

  /// A line on standard error.
  func complain(_ text: String) { writeError(text + "\n") }

  /// Runs a verb; says what failed where it fails.
  func run(_ verb: () throws(Failure) -> ExitCode) -> ExitCode {
    do throws(Failure) { return try verb() } catch { return report(error) }
  }

  /// Says what failed, and what is to be done.
  @discardableResult
  func report(_ failure: Failure) -> ExitCode { report(Explanation(failure)) }

  /// - Parameter job: that it is about.
  @discardableResult
  func report(_ failure: Explanation, job: String? = nil) -> ExitCode {
    emit(JSONValue.fields(["failure": failure, "job": job]))
    explain(failure)
    return failure.exitCode
  }

  /// In words only.
  func explain(_ failure: Explanation) {
    complain("platen: " + failure.cause)
    for step in failure.steps { complain("  → " + step) }
  }
}
