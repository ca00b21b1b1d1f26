@testable import platen

/// What a verb prints, kept.
final class Sheet {
  private(set) var output = ""
  private(set) var errors = ""

  func face(json: Bool = false) -> Face {
    Face(json: json, output: { [self] in output += $0 }, errors: { [self] in errors += $0 })
  }
}
