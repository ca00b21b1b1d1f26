@testable import platen

/// What a verb prints, kept.
final class Sheet {
  private(set) var output = ""
  private(set) var errors = ""

  func out(json: Bool = false) -> CommandOutput {
    CommandOutput(json: json, write: { [self] in output += $0 }, writeError: { [self] in errors += $0 })
  }
}
