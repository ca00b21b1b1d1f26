import Base
import Diagnosis
import JSON
import ScanSane

extension Failure {
  /// Why a file of quirks is of no use, by the names of the catalogue.
  init(_ fault: QuirkFault) {
    let file = fault.origin
    switch fault.problem {
    case .unreadable(let error):
      self.init(.quirkFileUnreadable, values: ["file": file, "detail": error.description])
    case .syntax(let line, let column, let message):
      self.init(
        .quirkFileMalformed,
        values: ["file": file, "line": String(line), "column": String(column), "detail": message])
    case .noList: self.init(.quirkNoList, values: ["file": file])
    case .entry(let number, let problem): self.init(problem, of: number, in: file)
    }
  }

  private init(_ problem: QuirkFault.EntryProblem, of number: Int, in file: String) {
    var values = ["file": file, "number": String(number)]
    let id: FailureID
    switch problem {
    case .noReason: id = .quirkNoReason
    case .noSource: id = .quirkNoSource
    case .noQuirk: id = .quirkEmpty
    case .unknownQuirk(let name, let value):
      id = .quirkUnknown
      values["name"] = name
      values["value"] = JSONText.line(value)
    case .noMatch: id = .quirkNoMatch
    case .matchIsNoText(let name, let value):
      id = .quirkMatchNoText
      values["name"] = name
      values["value"] = JSONText.line(value)
    case .unknownField(let name, let known):
      id = .quirkUnknownField
      values["name"] = name
      values["known"] = known.joined(separator: ", ")
    }
    self.init(id, values: values)
  }
}
